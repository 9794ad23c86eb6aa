"""How blocks between fences are read: code is counted, and all else is read as what it is."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "code block": ("```python\na = 1\nb = 2\nc = 3\n```", "code, Python, 3 lines ¶"),
    "code block without language": ("```\nfor (;;) {\n}\nfoo();\n```", "code, 3 lines ¶"),
    "code block of one line": ("```js\nfoo(1)\n```", "foo(1) /"),
    "shell block": ("```bash\ncd x\nmake\n```", "cd x /\nmake /"),
    "long shell block": ("```sh\na\nb\nc\nd\n```", "code, shell, 4 lines ¶"),
    "tilde fence": ("~~~c++\nint a;\nint b;\n~~~", "code, C++, 2 lines ¶"),
    "fence in fence": ("````md\n```\nhi\n```\n````", "hi ¶"),
    "unclosed fence": ("```go\na\nb", "code, Go, 2 lines ¶"),
    "empty fence": ("```\n```\nText", "Text ¶"),
    "fence of text": ("```text\nHello there.\n```", "Hello there. ¶"),
    "fence in a list": (
        "1. Run\n   ```py\n   a\n   b\n   ```\n2. Done",
        "1, Run ¶\ncode, Python, 2 lines ¶\n2, Done ¶",
    ),
    "fence in a quote": ("> ```py\n> a\n> b\n> ```\n> ok", "code, Python, 2 lines ¶\nok ¶"),
    "unknown language": ("```brainfuck\n+\n+\n```", "code, Brainfuck, 2 lines ¶"),
    "math block": ("$$\nx^2\n$$", "x^2 ¶"),
    "diff fence": ("```diff\n-old\n+new\n```", "-old .\n+new ."),
    "prose in a fence": (
        "```\nDear Bob, I write to you today.\nPlease answer me very soon.\n```",
        "Dear Bob, I write to you today. Please answer me very soon. ¶",
    ),
    "two fences": ("```js\na\nb\n```\n```css\nc\nd\n```", "code, JavaScript, 2 lines ¶\ncode, CSS, 2 lines ¶"),
    "fence with a title": ('```python title="a.py"\na\nb\n```', "code, Python, 2 lines ¶"),
    "fence with attributes": ("```{.python .numberLines}\na\nb\n```", "code, Python, 2 lines ¶"),
    "item that is a fence": ("1. ```py\n   a\n   b\n   ```\n2. two", "1 /\ncode, Python, 2 lines ¶\n2, two ¶"),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_a_block_between_fences_is_read_as_its_language_says(source: str, said: str) -> None:
    assert shown(source, "markdown") == said
