"""How blocks of Markdown are read: headings, lists, quotes, comments and what parts them."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "heading": ("# Title\nText", "Title ¶\nText ¶"),
    "heading with closing marks": ("## Title ##", "Title ¶"),
    "heading with emphasis": ("### The **big** one", "The big one ¶"),
    "seven marks": ("####### no heading", "####### no heading ¶"),
    "setext heading": ("Title\n---\nText", "Title ¶\nText ¶"),
    "reference": ("See [the docs][1].\n\n[1]: https://x.org", "See the docs. ¶"),
    "collapsed reference": ("See [docs][].\n\n[docs]: /docs", "See docs. ¶"),
    "comment of lines": ("One.\n\n<!-- not\n\nthis -->\n\nTwo.", "One. ¶\nTwo. ¶"),
    "html": ("<p align='center'>Hi <b>you</b></p>", "Hi you ¶"),
    "details": ("<details>\n<summary>More</summary>\n\nInside.\n\n</details>", "More ¶\nInside. ¶"),
    "hard break": ("One  \ntwo", "One /\ntwo ¶"),
    "backslash break": ("One\\\ntwo", "One /\ntwo ¶"),
    "footnote": ("So it is[^1].\n\n[^1]: The note.", "So it is. ¶\nThe note. ¶"),
    "list": ("- one\n- two\n\nText", "one |\ntwo ¶\nText ¶"),
    "loose list": ("- one\n\n- two", "one |\ntwo ¶"),
    "nested list": ("- one\n  - inner\n    - deep\n- two", "one |\ninner |\ndeep |\ntwo ¶"),
    "ordered list": ("1. one\n2. two", "1, one |\n2, two ¶"),
    "list of two paragraphs": ("1. one\n\n   more\n2. two", "1, one ¶\nmore ¶\n2, two ¶"),
    "tasks": ("- [x] ship\n- [ ] rest", "done: ship |\nto do: rest ¶"),
    "list after text": ("Text\n- one\n- two", "Text ¶\none |\ntwo ¶"),
    "empty item": ("-\n- two", "- ¶\ntwo ¶"),
    "quote": ("> Quote me\n> please now", "Quote me please now ¶"),
    "nested quote": ("> one\n>> two", "one ¶\ntwo ¶"),
    "alert": ("> [!WARNING]\n> Hot surface.", "WARNING /\nHot surface. ¶"),
    "quote with list": ("> - one\n> - two", "one |\ntwo ¶"),
    "rule": ("One\n\n---\n\nTwo", "One ¶\nTwo ¶"),
    "front matter": ("---\ntitle: Foo\ndate: 2024-01-01\n---\n\nHello", "front matter, 2 lines ¶\nHello ¶"),
    "no front matter": ("---\n\nHello", "Hello ¶"),
    "lines": (
        "First line of the text that goes on and on\nand is wrapped here.",
        "First line of the text that goes on and on and is wrapped here. ¶",
    ),
    "item that is quoted code": ("- `a`: first\n- `b`: second", "a: first |\nb: second ¶"),
    "image in a list": ("- ![a](b)\n- c", "image: a |\nc ¶"),
    "shouting heading": ("#NoHeading here", "#NoHeading here ¶"),
    "empty heading": ("#\nText", "Text ¶"),
    "html list": ("<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "one /\ntwo ¶"),
    "line of tildes and words": ("~~~ Happy birthday! ~~~\nto you", "~~~ Happy birthday! ~~~ to you ¶"),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_blocks_of_markdown_are_read_in_their_order(source: str, said: str) -> None:
    assert shown(source, "markdown") == said
