"""Books in EPUBs, good ones and bad ones."""

import contextlib
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.cli.commands.books.source.epubs import epub, ncx, xhtml
from ttsmesh.cli.commands.books.source import archive
from ttsmesh.cli.commands.books.source.manuscript import TITLE
from ttsmesh.cli.commands.books.source.reading import read_book
from ttsmesh.errors import Code, RejectedError

ONE = ("one.xhtml", xhtml("<h1>First</h1><p>It rained.</p>"))
TWO = ("text/two b.xhtml", xhtml('<h2 id="a">Second</h2><p>Snow.</p><h2><a id="b"></a>Third</h2><p>Sun.</p>'))
NAVIGATION = xhtml(
    '<nav epub:type="toc"><ol><li><a href="one.xhtml">Rain</a><ol><li><a href="one.xhtml#x">Deep</a></li></ol></li>'
    '<li><a href="text/two%20b.xhtml#a">Snow</a></li><li><a href="text/two%20b.xhtml#b">Sun</a></li></ol></nav>'
    '<nav epub:type="landmarks"><ol><li><a href="one.xhtml">Not a chapter</a></li></ol></nav>'
)


def chapters(path: Path) -> list[tuple[str, str]]:
    with contextlib.closing(read_book(str(path), None)) as book:
        return [(chapter.title, book.read(chapter.start, chapter.end)) for chapter in book.chapters]


def test_the_table_of_contents_says_where_chapters_begin_also_inside_of_documents(tmp_path: Path) -> None:
    expected = [("Rain", "First\n\nIt rained.\n\n"), ("Snow", "Second\n\nSnow.\n\n"), ("Sun", "Third\n\nSun.\n\n")]
    points = (("one.xhtml", "Rain"), ("text/two%20b.xhtml#a", "Snow"), ("text/two%20b.xhtml#b", "Sun"))
    assert chapters(epub(tmp_path / "2.epub", [ONE, TWO], contents=ncx(*points))) == expected
    assert chapters(epub(tmp_path / "3.epub", [ONE, TWO], navigation=NAVIGATION)) == expected


def test_without_a_table_documents_with_a_heading_are_chapters(tmp_path: Path) -> None:
    middle = ("middle.xhtml", xhtml("<p>It goes on.</p>"))
    found = chapters(epub(tmp_path / "a.epub", [ONE, middle, TWO]))
    assert [title for title, _ in found] == ["First", "Second"]
    assert found[0][1].endswith("It goes on.\n\n")


def test_a_book_says_its_title_and_its_author(tmp_path: Path) -> None:
    with contextlib.closing(read_book(str(epub(tmp_path / "a.epub", [ONE])), None)) as book:
        assert (book.title, book.author, book.kind) == ("Rain & Snow", "A. Writer", "text")


def test_what_is_beside_the_text_is_left_out(tmp_path: Path) -> None:
    extra = ("extra.xhtml", xhtml("<p>An advertisement.</p>"))
    found = chapters(epub(tmp_path / "a.epub", [ONE, extra], not_linear=["extra.xhtml"], navigation=NAVIGATION))
    assert [text for _, text in found] == ["First\n\nIt rained.\n\n"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_document_may_be_encoded_as_it_says(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><html><body><p>Grüße</p></body></html>'
    assert chapters(epub(tmp_path / "a.epub", [("a.xhtml", text.encode(encoding))])) == [("", "Grüße\n\n")]


def encryption(algorithm: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{algorithm}"/></enc:EncryptedData></encryption>'
    )


def refusal(path: Path) -> RejectedError:
    with pytest.raises(RejectedError) as refused:
        read_book(str(path), None)
    assert "\n" not in refused.value.message
    return refused.value


@pytest.mark.parametrize(
    "more",
    [
        {"META-INF/encryption.xml": encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")},
        {"META-INF/rights.xml": "<rights/>"},
        {"META-INF/sinf.xml": "<sinf/>"},
    ],
)
def test_c18_a_protected_book_is_refused(tmp_path: Path, more: dict[str, str]) -> None:
    assert "protected against copying" in refusal(epub(tmp_path / "a.epub", [ONE], more=more)).message


def test_fonts_may_be_hidden(tmp_path: Path) -> None:
    more = {"META-INF/encryption.xml": encryption("http://www.idpf.org/2008/embedding")}
    assert chapters(epub(tmp_path / "a.epub", [ONE], more=more))


@pytest.mark.parametrize(
    ("without", "more", "reason"),
    [
        (["META-INF/container.xml"], {}, "'META-INF/container.xml' is missing"),
        (["OEBPS/content.opf"], {}, "'OEBPS/content.opf' is missing"),
        (["OEBPS/one.xhtml"], {}, "'OEBPS/one.xhtml' is missing"),
        ([], {"META-INF/container.xml": "<container/>"}, "where its parts are"),
        ([], {"META-INF/container.xml": "<container"}, "is not well-formed"),
        ([], {"META-INF/container.xml": b"\xff\xfe\x00"}, "is not well-formed"),
        ([], {"OEBPS/content.opf": "<package/>"}, "in which order"),
        ([], {"OEBPS/content.opf": "<package><spine><itemref idref='x'/></spine></package>"}, "'x' is missing"),
        ([], {"OEBPS/one.xhtml": b"<p>\xff\xfe\xfd"}, "cannot be decoded"),
        ([], {"OEBPS/one.xhtml": b"<?xml version='1.0' encoding='nonsense'?><p>a"}, "cannot be decoded"),
        *(
            ([], {"OEBPS/one.xhtml": b'<meta charset="%b"><p>\\ud800' % codec}, "cannot be decoded")
            for codec in (b"hex", b"zlib", b"rot13", b"undefined", b"unicode_escape")
        ),
        ([], {"OEBPS/one.xhtml": "<p>a</p><![html [b]]>"}, "is not well-formed"),
        ([], {"OEBPS/one.xhtml": xhtml("<img src='a.png'/>")}, "no text"),
        (
            [],
            {"META-INF/container.xml": '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><a>&c;</a>'},
            "has entities",
        ),
        (
            [],
            {"META-INF/container.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'},
            "has entities",
        ),
    ],
)
def test_c18_a_garbled_book_is_refused_in_one_line(
    tmp_path: Path, without: list[str], more: dict[str, str | bytes], reason: str
) -> None:
    error = refusal(epub(tmp_path / "a.epub", [ONE], without=without, more=more))
    assert reason in error.message
    assert error.code == Code.TEXT


NO_LINK = "http://[x"


@pytest.mark.parametrize(
    ("contents", "navigation"), [(ncx((NO_LINK, "Rain")), None), (None, NAVIGATION.replace("one.xhtml#x", NO_LINK))]
)
def test_c18_a_link_that_is_none_is_named(tmp_path: Path, contents: str | None, navigation: str | None) -> None:
    path = epub(tmp_path / "a.epub", [ONE], contents=contents, navigation=navigation)
    assert refusal(path).message == f"not a valid EPUB: '{NO_LINK}' is no link"


def test_c18_a_member_that_is_no_link_is_named(tmp_path: Path) -> None:
    assert "is no link" in refusal(epub(tmp_path / "a.epub", [(NO_LINK, "a")])).message


def test_c18_a_table_of_contents_may_be_nested_without_end(tmp_path: Path) -> None:
    contents = f"<ncx>{'<navMap>' * 5000}{'</navMap>' * 5000}</ncx>"
    assert [title for title, _ in chapters(epub(tmp_path / "a.epub", [ONE], contents=contents))] == ["First"]


def test_titles_are_one_line_of_a_sane_length(tmp_path: Path) -> None:
    contents = ncx(("one.xhtml", "a&#x85;b&#xa;c " + "d" * 100_000))
    ((title, _),) = chapters(epub(tmp_path / "a.epub", [ONE], contents=contents))
    assert title == "a b c " + "d" * (TITLE - 7) + "…"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_c18_a_member_is_unpacked_only_by_a_method_whose_blocks_are_small(tmp_path: Path, method: int) -> None:
    path = epub(tmp_path / "a.epub", [ONE])
    with zipfile.ZipFile(path) as good:
        members = {name: good.read(name) for name in good.namelist()}
    with zipfile.ZipFile(path, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    assert "is packed in a way that no EPUB may be" in refusal(path).message


@pytest.mark.parametrize("comment", [0, 0xFFFF])
def test_c18_a_second_list_of_members_is_refused(tmp_path: Path, comment: int) -> None:
    path = epub(tmp_path / "a.epub", [ONE])
    data = path.read_bytes()
    place = data.rindex(b"PK\5\6")
    end = data[place:-2] + struct.pack("<H", comment) + bytes(comment)
    path.write_bytes(data[:place] + struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1) + end)
    assert refusal(path).message == "not a valid EPUB: its archive is a ZIP64"


def test_c18_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBER", 1024 * 1024)
    monkeypatch.setattr(archive.Archive.blocks, "__defaults__", (1024 * 1024,))
    path = epub(tmp_path / "a.epub", [("one.xhtml", b"<p>" + b"a" * (3 * 1024 * 1024))])
    assert path.stat().st_size < 10_000
    assert "is larger than 1 MiB" in refusal(path).message


def test_what_the_archive_says_of_its_sizes_is_not_trusted(tmp_path: Path) -> None:
    path = epub(tmp_path / "a.epub", [ONE])
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\5\6")
    struct.pack_into("<L", data, place + 12, 100_000_000)  # bytes of the list of members
    path.write_bytes(data)
    assert "too many members" in refusal(path).message


@pytest.mark.parametrize("left", [0, 10, 100, -30])
def test_c18_a_damaged_archive_is_refused(tmp_path: Path, left: int) -> None:
    path = epub(tmp_path / "a.epub", [ONE])
    path.write_bytes(path.read_bytes()[:left])
    assert refusal(path).message.startswith("not a valid EPUB: ")


def test_a_member_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = epub(tmp_path / "a.epub", [("one.xhtml", xhtml("<p>" + "It rained. " * 100))])
    with zipfile.ZipFile(path) as opened:
        place = opened.getinfo("OEBPS/one.xhtml").header_offset + 60
    data = bytearray(path.read_bytes())
    data[place : place + 20] = bytes(20)
    path.write_bytes(data)
    assert "'OEBPS/one.xhtml' is damaged" in refusal(path).message


def test_a_member_that_is_encrypted_is_refused(tmp_path: Path) -> None:
    path = epub(tmp_path / "a.epub", [ONE])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as opened:
        for member in opened.infolist():
            data[member.header_offset + 6] |= 1
    place = 0
    while (place := data.find(b"PK\1\2", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    path.write_bytes(data)
    assert refusal(path).message == "it is encrypted"


WRONG = (
    b"",
    b"<",
    b">",
    b"&",
    b"<![",
    b"<!--",
    b"]]>",
    b"&#x110000;",
    b"#",
    b"%00",
    b"../",
    b"<!DOCTYPE a [",
    b"\0\xff",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 20_000), st.integers(0, 30), st.sampled_from(WRONG), st.booleans())
def test_c18_whatever_is_wrong_with_an_epub_it_is_read_or_refused(
    tmp_path: Path, place: int, removed: int, put: bytes, inside: bool
) -> None:
    """Some bytes are others, of the archive or of one of its members."""
    contents = ncx(("one.xhtml", "Rain"), ("text/two%20b.xhtml#a", "Snow"))
    path = epub(tmp_path / "a.epub", [ONE, TWO], contents=contents, navigation=NAVIGATION)
    if inside:
        with zipfile.ZipFile(path) as good:
            members = {name: good.read(name) for name in good.namelist()}
        name = sorted(members)[place % len(members)]
        members[name] = changed(members[name], place, removed, put)
        with zipfile.ZipFile(path, "w") as bad:
            for name, content in members.items():
                bad.writestr(name, content)
    else:
        path.write_bytes(changed(path.read_bytes(), place, removed, put))
    with contextlib.suppress(RejectedError):
        read_book(str(path), None).close()


def changed(data: bytes, place: int, removed: int, put: bytes) -> bytes:
    at = place % (len(data) + 1)
    return data[:at] + put + data[at + removed :]
