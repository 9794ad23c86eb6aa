"""EPUBs for tests."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>not said</title><style>p {{}}</style></head><body>{body}</body></html>"
    )


def ncx(*points: tuple[str, str]) -> str:
    made = "".join(
        f'<navPoint id="n{number}"><navLabel><text>{title}</text></navLabel><content src="{href}"/></navPoint>'
        for number, (href, title) in enumerate(points)
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" '
        '"http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">'
        f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{made}</navMap></ncx>'
    )


def epub(
    path: Path,
    documents: Sequence[tuple[str, str | bytes]],
    *,
    contents: str | None = None,
    navigation: str | None = None,
    more: Mapping[str, str | bytes] | None = None,
    without: Sequence[str] = (),
    not_linear: Sequence[str] = (),
) -> Path:
    """Write a book. ``contents``: its table as EPUB 2 has it; ``navigation``: as EPUB 3. ``more`` members go before
    those that it has anyway."""
    items = "".join(
        f'<item id="d{number}" href="{name.replace(" ", "%20")}" media-type="application/xhtml+xml"/>'
        for number, (name, _) in enumerate(documents)
    )
    spine = "".join(
        f'<itemref idref="d{number}"{" linear=" + chr(34) + "no" + chr(34) if name in not_linear else ""}/>'
        for number, (name, _) in enumerate(documents)
    )
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        **{f"OEBPS/{name}": text for name, text in documents},
    }
    if contents is not None:
        items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
        members["OEBPS/toc.ncx"] = contents
    if navigation is not None:
        items += '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        spine = '<itemref idref="nav"/>' + spine
        members["OEBPS/nav.xhtml"] = navigation
    members["OEBPS/content.opf"] = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rain &amp; Snow</dc:title>'
        "<dc:creator>A. Writer</dc:creator><dc:language>en</dc:language></metadata>"
        f'<manifest>{items}</manifest><spine toc="ncx">{spine}</spine></package>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | dict(more or {})).items():
            if name not in without:
                archive.writestr(name, content)
    return path
