"""The languages that the mesh can speak, and the many ways in which people write their names. Pure."""

from ttsmesh.errors import Code, RejectedError, quoted

_NAMES = {
    "en-us": "English (US)",
    "en-gb": "English (UK)",
    "es": "Spanish",
    "fr-fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "pt-br": "Portuguese (Brazil)",
    "zh": "Chinese (Mandarin)",
}

LANGUAGES: tuple[str, ...] = tuple(_NAMES)
"""Codes of the languages, as espeak-ng spells them."""

AUTO = "auto"
"""In the place of a code: the language that each sentence is found to be in."""

BY_LETTER = dict(zip("abefhijpz", LANGUAGES, strict=True))
"""Languages by Kokoro's own letters, with which the names of its voices begin."""

_BY_PRIMARY = {code.partition("-")[0]: code for code in reversed(_NAMES)} | {"cmn": "zh"}
"""Codes by the language alone, for tags without a region, or with one that has no pronunciation of its own here."""

_BRITISH_REGIONS = frozenset({"gb", "uk", "au", "nz", "ie", "in", "za"})
"""Regions whose English is nearer to the British pronunciation than to the American one."""


def language_code(name: str) -> str:
    """The code that ``name`` means, which is a code, a BCP-47 tag, a POSIX locale or Kokoro's letter, in any case.

    Raises:
        RejectedError: the language is unknown; names the known codes.
    """
    tag = name.strip().split(".", 1)[0].split("@", 1)[0].replace("_", "-").lower()
    if tag in _NAMES:
        return tag
    if tag in BY_LETTER:
        return BY_LETTER[tag]
    primary, *rest = tag.split("-")
    if primary == "en" and _BRITISH_REGIONS.intersection(rest):
        return "en-gb"
    if primary in _BY_PRIMARY:
        return _BY_PRIMARY[primary]
    raise RejectedError(f"unknown language {quoted(name)}; known: {', '.join(LANGUAGES)}", Code.LANGUAGE)


def language_name(code: str) -> str:
    """The name for people of a ``code`` in ``LANGUAGES``, such as "English (US)"."""
    return _NAMES[code]
