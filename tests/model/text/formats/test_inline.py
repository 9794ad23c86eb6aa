"""How Markdown inside a paragraph is read: markup is silent, and what only looks like it stays."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "strong": ("This is **bold** text", "This is bold text ¶"),
    "emphasis": ("This is *it* and _that_", "This is it and that ¶"),
    "both": ("***all***", "all ¶"),
    "struck": ("~~old~~ new", "old new ¶"),
    "inside a word": ("un*frigging*real", "un*frigging*real ¶"),
    "product": ("2*3*4 is 24", "2*3*4 is 24 ¶"),
    "power": ("2**10 and 2**3", "2**10 and 2**3 ¶"),
    "terms": ("a*b + c*d", "a*b + c*d ¶"),
    "arguments": ("*args and **kwargs", "*args and **kwargs ¶"),
    "dunder": ("call __init__ or __main__", "call __init__ or __main__ ¶"),
    "snake case": ("a snake_case_name here", "a snake_case_name here ¶"),
    "stars between spaces": ("2 * 3 * 4", "2 * 3 * 4 ¶"),
    "unclosed": ("a **b and *c", "a **b and *c ¶"),
    "strong in chinese": ("这是**重点**内容", "这是重点内容 ¶"),
    "code": ("Use `x = 1` here", "Use x = 1 here ¶"),
    "code with backtick": ("Use ``a`b`` here", "Use a`b here ¶"),
    "code keeps stars": ("`**a**`", "**a** ¶"),
    "unclosed code": ("a `b", "a `b ¶"),
    "link": ("See [the docs](https://x.org/a).", "See the docs. ¶"),
    "link with title": ("See [the docs](https://x.org 'Title').", "See the docs. ¶"),
    "link with code": ("See [`foo`](x.md).", "See foo. ¶"),
    "bare link": ("See https://x.org/a_b_c now", "See https://x.org/a_b_c now ¶"),
    "autolink": ("See <https://x.org/a> now", "See https://x.org/a now ¶"),
    "mail": ("Write to <jane@x.org>.", "Write to jane@x.org. ¶"),
    "index is no reference": ("m[i][j] is a cell", "m[i][j] is a cell ¶"),
    "brackets": ("see [1] and [x]", "see [1] and [x] ¶"),
    "label that is said": ("[Alice]: hello you", "[Alice]: hello you ¶"),
    "image": ("![A cat](cat.png)", "image: A cat ¶"),
    "image and text": ("![A cat](cat.png) sleeps", "image: A cat, sleeps ¶"),
    "image without text": ("![](cat.png)", "image ¶"),
    "badges": ("[![Build](b.svg)](b) [![Docs](d.svg)](d)", "image: Build, image: Docs ¶"),
    "html image": ("<img src='x.png' alt='A dog'>", "image: A dog ¶"),
    "comment": ("One <!-- not this --> two", "One  two ¶"),
    "comment that never ends": ("<!-- hello", "<!-- hello ¶"),
    "break": ("One<br>two<br/>three", "One /\ntwo /\nthree ¶"),
    "placeholder": ("git clone <url>", "git clone <url> ¶"),
    "generic": ("a Vec<T> here", "a Vec<T> here ¶"),
    "entities": ("A &amp; B &lt; C &copy; D", "A & B < C © D ¶"),
    "no entity": ("AT&T and a&b", "AT&T and a&b ¶"),
    "escapes": ("\\*not\\* \\_it\\_ 1\\. x", "*not* _it_ 1. x ¶"),
    "windows path": ("C:\\dir\\file.txt", "C:\\dir\\file.txt ¶"),
    "math": ("So $x^2 + y$ is", "So x^2 + y is ¶"),
    "money is no math": ("from $5 to $6", "from $5 to $6 ¶"),
    "phonemes": ("A [word](/wɜːd/) here", "A word here ¶"),
    "double hyphen": ("One -- two", "One — two ¶"),
    "pattern of stars": ("match .* and .*x here", "match .* and .*x here ¶"),
    "shell variables": ("run $(A)/b and $(C)/d", "run $(A)/b and $(C)/d ¶"),
    "decoded autolink": ("<https://x.org/a%20b>", "https://x.org/a%20b ¶"),
    "nested brackets": ("[a [b] c](x.md) d", "a [b] c d ¶"),
    "link in strong": ("**[a](x)** b", "a b ¶"),
    "superscript": ("x<sup>2</sup>", "x^2 ¶"),
    "keyboard": ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "Press Ctrl+C ¶"),
    "power in html": ("10<sup>2</sup> m<sup>3</sup> 5<sup>th</sup> word<sup>1</sup>", "10^2 m^3 5th word1 ¶"),
    "subscript": ("H<sub>2</sub>O", "H2O ¶"),
    "html table": ("<table><tr><td>a</td><td>b</td></tr></table>", "a /\nb ¶"),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_markup_is_silent_and_all_else_is_read(source: str, said: str) -> None:
    assert shown(source, "markdown") == said
