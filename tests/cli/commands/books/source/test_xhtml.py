"""The text of documents, well-formed or not."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.cli.commands.books.source.xhtml import TextParser


def paragraphs(html: str, step: int = 0) -> list[str]:
    found: list[str] = []
    parser = TextParser(found.append)
    for place in range(0, len(html), step or len(html) or 1):
        parser.feed(html[place : place + (step or len(html))])
    parser.close()
    assert all(paragraph.endswith("\n\n") for paragraph in found)
    return [paragraph.removesuffix("\n\n") for paragraph in found]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<p>a\n  b <i>c</i>d</p>", ["a b cd"]),
        ("<p>a<br/>b<br>c</p>", ["a\nb\nc"]),
        ("<p>one<p>two", ["one", "two"]),
        ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
        ("text only", ["text only"]),
        ("a&nbsp;b &amp; c &#8212; &eacute;", ["a\xa0b & c — é"]),
        ("<ul><li>a</li><li>b</li></ul>", ["a", "b"]),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", ["a, b", "c"]),
        ("<pre>x\n  y</pre>", ["x\n  y"]),
        ("<p>a<script>b()</script><style>c</style><template>d</template></p>", ["a"]),
        ("<p>a<script/>b</p>", ["ab"]),
        ("<head><title>no</title></head><p>a</p>", ["a"]),
        ("<head><title>no<body><p>a</p></body>", ["a"]),
        ("<svg><text>no</text></svg><p>a</p>", ["a"]),
        ("<p><ruby>雨<rp>(</rp><rt>あめ</rt><rp>)</rp></ruby>だ</p>", ["雨だ"]),
        ("<p>a<rt>b</p><p>c</p>", ["a", "c"]),
        ("<p><ruby>漢<rt>かん</ruby> rest.</p>", ["漢 rest."]),
        ("<p><ruby>漢<rt>かん<rt>じ</ruby> rest.</p>", ["漢 rest."]),
        ('<div><p>a<a epub:type="noteref">1</p>b <i>c</i></div>d', ["a", "b c", "d"]),
        ('<p>a<a epub:type="noteref"><ruby>一</ruby>1</a>.</p>', ["a."]),
        ('<div epub:type="pagebreak">12</div>a', ["a"]),
        ('a<div epub:type="pagebreak" id="p"/>b<hr role="doc-pagebreak"/>c', ["a", "b", "c"]),
        ('<div>a<p epub:type="pagebreak">12<p>b</div>c', ["a", "b", "c"]),
        ('<p>a<a epub:type="noteref" href="#n">1</a>.</p>', ["a."]),
        ('<p>a<span role="doc-pagebreak">12</span>b</p>', ["ab"]),
        ("<p>a <![CDATA[b < c]]></p>", ["a b < c"]),
        ("<p>a <!-- no --> b</p>", ["a b"]),
        ("<p> </p><p>&#160;</p>", []),
        ("", []),
    ],
)
def test_paragraphs(html: str, expected: list[str]) -> None:
    assert paragraphs(html) == expected
    if "<![CDATA[" not in html:
        assert paragraphs(html, 1) == expected


def test_the_first_heading_is_the_title_and_ids_are_places() -> None:
    found: list[str] = []
    parser = TextParser(found.append, {"x", "y", "z"})
    parser.feed('<p>before</p><h2 id="x">One <i>and</i><br/>more</h2><p>a</p><p><a name="y"/>b</p><h2>Two</h2>')
    parser.close()
    assert parser.title == "One and more"
    assert [(start.paragraph, start.id) for start in parser.starts] == [(1, "x"), (3, "y")]


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<rt>", "</rt>", "<b>", "<pre>", "</pre>", "<head>", "<body>", "word "]))
)
def test_no_document_is_too_bad_to_be_read(pieces: list[str]) -> None:
    said = "".join(paragraphs("".join(pieces)))
    assert said.count("word") <= pieces.count("word ")
    if "<rt>" not in pieces and "<head>" not in pieces:
        assert said.count("word") == pieces.count("word ")
