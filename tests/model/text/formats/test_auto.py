"""What auto takes a text and its blocks for. In doubt it is prose."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "prose": ("Hello **you**.", "Hello you. ¶"),
    "star in prose": ("5 * 3 is 15, and 2 * 2 is 4.", "5 * 3 is 15, and 2 * 2 is 4. ¶"),
    "prose with a hash": ("# 5 is the best\nI think so.", "# 5 is the best /\nI think so. ¶"),
    "heading and prose": ("# Title\n\nText here.", "Title ¶\nText here. ¶"),
    "single underscore pair": ("the _only_ one", "the _only_ one ¶"),
    "less than": ("I <3 you & me", "I <3 you & me ¶"),
    "chat answer": (
        "Here is **how**:\n\n```py\nx = 1\ny = 2\n```\n\nThat is it.",
        "Here is how: ¶\ncode, Python, 2 lines ¶\nThat is it. ¶",
    ),
    "fence late in the text": ("Plain.\n\n```\nfoo();\nbar();\n```", "Plain. ¶\ncode, 2 lines ¶"),
    "inline html": ("a<br>b", "a /\nb ¶"),
    "mail": ("Hi Bob,\n\n> Are you in?\n\nYes.\n\n-- \nAnn", "Hi Bob, ¶\nAre you in? ¶\nYes. ¶\nAnn ¶"),
    "numbered mail": ("1. I agree.\n2. So do I.", "1, I agree. |\n2, So do I. ¶"),
    "score": ("Arsenal - Chelsea 2 - 1", "Arsenal — Chelsea 2 - 1 ¶"),
    "trace in a chat answer": (
        (
            "It **fails**:\n"
            "\n"
            "Traceback (most recent call last):\n"
            '  File "a.py", line 3, in <module>\n'
            "    foo()\n"
            "ValueError: bad\n"
            "\n"
            "Fix it."
        ),
        "It fails: ¶\nValueError: bad. file a.py, line 3 .\nFix it. ¶",
    ),
    "code in prose": (
        "Try this one:\n\ndef f(x):\n    y = x + 1\n    z = y * 2\n    return z\n\nIt works.",
        "Try this one: ¶\ncode, 4 lines ¶\nIt works. ¶",
    ),
    "command in prose": (
        "First run this.\n\n$ make install\n\nThen wait.",
        "First run this. ¶\n$ make install /\nThen wait. ¶",
    ),
    "source file": ("import os\n\n\ndef f(x):\n    return x\n", "import os /\ndef f(x): /\nreturn x /"),
    "rust generics": ("Use Vec<T> and Option<&str> for that.", "Use Vec<T> and Option<&str> for that. ¶"),
    "paths": ("See /usr/lib/*.so and C:\\*.txt now", "See /usr/lib/*.so and C:\\*.txt now ¶"),
    "glob": ("rm *.o *.a", "rm *.o *.a ¶"),
    "regex": ("It matches ^[a-z]+.*$ only.", "It matches ^[a-z]+.*$ only. ¶"),
    "phonemes": ("Say [Nguyen](/wˈɪn/) now.", "Say Nguyen now. ¶"),
    "task": ("- [ ] write tests", "to do: write tests ¶"),
    "quote marks": ("``quoted'' and `word'", "``quoted'' and `word' ¶"),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_auto_finds_the_format_of_each_block(source: str, said: str) -> None:
    assert shown(source, "auto") == said
