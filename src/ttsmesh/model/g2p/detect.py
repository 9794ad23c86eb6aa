"""Which language a sentence is in. Blocking, and 100 MB: it belongs in a G2P process only.

Scripts decide for Hindi, Japanese and Chinese. Between those in Latin script py3langid does (BSD-3-Clause, 5 MB, numpy,
offline). Of 60 short sentences, many of one to three words, and 10 in other languages or none, at the sureness asked
for here: py3langid 51 right and none wrong; fasttext's lid.176 52 and 1; lingua 43 and none, with 96 MB on disk and 211
in memory, which is why it is not used.
"""

import re
from collections.abc import Callable

SURE = 0.6
"""What the detector must be sure of, 0 to 1; below, whoever asks keeps the language that he had."""

SHORT = 4
"""Letters; a sentence with fewer is unsure whatever the detector says."""

_CODES = {"en": "en-us", "es": "es", "fr": "fr-fr", "it": "it", "pt": "pt-br"}
_NEIGHBOURS = ("de", "nl")
"""Languages not spoken here that are told apart, so that they do not count as one of ours."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")


def by_script(sentence: str) -> str | None:
    """The language that the script alone tells, if most letters are in it."""
    latin = len(_LATIN.findall(sentence))
    kana, han = len(_KANA.findall(sentence)), len(_HAN.findall(sentence))
    if len(_DEVANAGARI.findall(sentence)) > latin:
        return "hi"
    if 2 * (kana + han) > latin:  # a letter of theirs is two or three of Latin
        return "ja" if kana else "zh"
    return None


def detector() -> Callable[[str], str | None]:
    """Load it; then a sentence takes some tenths of a millisecond. None: unsure, or none of our languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_CODES, *_NEIGHBOURS])

    def detect(sentence: str) -> str | None:
        script = by_script(sentence)
        if script is not None or len(_LATIN.findall(sentence)) < SHORT:
            return script
        name, sureness = identifier.classify(sentence)
        return _CODES.get(str(name)) if float(sureness) >= SURE else None

    detect("Warm up, please.")
    return detect
