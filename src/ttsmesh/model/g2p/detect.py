"""Detects which language a sentence is in. Loading the detector blocks and takes 100 MB, so only a G2P process does it.

The script tells Hindi, Japanese and Chinese. py3langid tells languages in Latin script (BSD-3-Clause, 5 MB, numpy,
offline). On 60 short sentences, many of one to three words, and 10 in other languages or in none, at the certainty that
is asked for here, py3langid had 51 right and none wrong, and fasttext's lid.176 had 52 right and 1 wrong. lingua had 43
right and none wrong, but takes 96 MB on disk and 211 MB in memory, so it is not used.
"""

import re
from collections.abc import Callable

DETECTOR = "detector"
"""The name of the detector where a request to a G2P process has the name of a language."""

MIN_CERTAINTY = 0.6
"""Probability, 0 to 1, from which on the detector's answer counts. Below it the language is unsure, and the caller goes
on in that of the sentence before."""

MIN_LETTERS = 4
"""Letters that a sentence has at least: with fewer it is unsure, whatever the detector says."""

_CODES = {"en": "en-us", "es": "es", "fr": "fr-fr", "it": "it", "pt": "pt-br"}
_NEIGHBOURS = ("de", "nl")
"""Languages that the mesh does not speak. The detector knows them so as not to take them for one that it speaks."""

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_KANA = re.compile(r"[\u3041-\u30fa]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")


def by_script(sentence: str) -> str | None:
    """The language that the script alone tells, if most letters are in that script."""
    latin = len(_LATIN.findall(sentence))
    kana, han = len(_KANA.findall(sentence)), len(_HAN.findall(sentence))
    if len(_DEVANAGARI.findall(sentence)) > latin:
        return "hi"
    if 2 * (kana + han) > latin:  # one of their letters stands for two or three Latin ones
        return "ja" if kana else "zh"
    return None


def detector() -> Callable[[str], str | None]:
    """Load the detector, which then takes some tenths of a millisecond for a sentence.

    It gives None for a sentence whose language is unsure, or is none that the mesh speaks.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_CODES, *_NEIGHBOURS])

    def detect(sentence: str) -> str | None:
        script = by_script(sentence)
        if script is not None or len(_LATIN.findall(sentence)) < MIN_LETTERS:
            return script
        name, certainty = identifier.classify(sentence)
        return _CODES.get(str(name)) if float(certainty) >= MIN_CERTAINTY else None

    detect("Warm up, please.")
    return detect
