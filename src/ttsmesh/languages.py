"""The languages the mesh can speak, and the many ways people write their names. Pure."""

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
"""Codes, as espeak-ng spells them."""

AUTO = "auto"
"""In a language's place: whatever the text is in, sentence by sentence."""

BY_LETTER = dict(zip("abefhijpz", LANGUAGES, strict=True))
"""Languages by Kokoro's own letters, with which the names of its voices begin."""

_BY_PRIMARY = {code.partition("-")[0]: code for code in reversed(_NAMES)} | {"cmn": "zh"}
"""What a language without a region, or with one that has no pronunciation of its own here, is spoken as."""

_BRITISH_REGIONS = frozenset({"gb", "uk", "au", "nz", "ie", "in", "za"})
"""Regions whose English is nearer to the British pronunciation than to the American."""


def language_code(name: str) -> str:
    """The code that ``name`` means: a code, a BCP-47 tag, a POSIX locale or Kokoro's letter, in any case.

    Raises ``RejectedError(Code.LANGUAGE)`` naming the known codes.
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
    """For people: "English (US)". ``code`` is one of ``LANGUAGES``."""
    return _NAMES[code]
