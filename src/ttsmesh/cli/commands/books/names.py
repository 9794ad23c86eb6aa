"""The names of output files. Pure."""

MOST = 150
"""Bytes of a name without its extension, at most: file systems take 255."""


def chapter_name(number: int, of: int, title: str, extension: str) -> str:
    """The name of the file of chapter ``number``: "01 Title.opus"."""
    width = max(2, len(str(of)))
    return file_name(f"{number:0{width}} {title or 'Untitled'}", extension)


def file_name(title: str, extension: str) -> str:
    """A name for a file about ``title``, which may be any text."""
    shown = "".join("-" if c in "/\\" else c if c.isprintable() else " " for c in title)
    # Other systems take none of these, and a name that begins with a dot is hidden.
    shown = "".join("" if c in '<>"|?*' else "-" if c == ":" else c for c in shown)
    shown = " ".join(shown.replace("- ", " - ").split()).strip(". ")
    shown = shown.encode()[:MOST].decode(errors="ignore").rstrip()
    return f"{shown or 'untitled'}{extension}"
