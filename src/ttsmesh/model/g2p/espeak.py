"""Spanish, French, Hindi, Italian and Portuguese words to phonemes, by espeak-ng. Blocking, and not to be trusted."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice, pairwise

from ttsmesh.limits import MAX_WORD
from ttsmesh.model.g2p.phonemes import Piece
from ttsmesh.model.g2p.words import Pieces, SpokenWord, given, looks_roman, plain, spacing, starts

_SYMBOLS = {
    **dict(zip(("a^ɪ", "a^ʊ", "e^ɪ", "o^ʊ", "ə^ʊ", "ɔ^ɪ"), "IWAOQY", strict=True)),
    **dict(zip(("d^z", "d^ʒ", "s^s", "t^s", "t^ʃ"), "ʣʤSʦʧ", strict=True)),
    # Without an equal in the model: a tie, the dental mark of Italian, a joint between words, a dark l.
    **dict.fromkeys(("^", "\u032a", "-"), ""),
    "ɫ": "l",
}
"""The symbols of misaki, with which the model was trained, by those of espeak-ng.

The Hindi flaps stay "r." and "r.h", as espeak-ng writes them. The model learned them so: such a stop lasts two frames
and is no pause, and nothing in the model was ever trained with "ɽ".
"""

_SWITCH = re.compile(r"\([^()\s]{1,12}\)")
"""Where espeak-ng changes to another language, or back: "(en)", with ties between the letters."""

_NAMES = {"es": {"y": "i griega"}, "pt-br": {"w": "dáblio"}}
"""Letters that espeak-ng does not call by their names."""

_BEFORE_LETTERS = {"c'": "s", "d'": "d", "j'": "ʒ", "l'": "l", "m'": "m", "n'": "n", "s'": "s", "t'": "t"}
"""What stands before an acronym ("l'API") and would be called by the name of its letter."""

_SHORT = 2
"""Letters of a word that may be an abbreviation to espeak-ng if it has a capital: "Dr", "Sr"."""


def espeak(language: str) -> Pieces:
    """Load ``language``: some milliseconds."""
    voice = Voice(language)

    def clause(words: Sequence[SpokenWord], at: Sequence[int], first: int, end: int) -> Iterator[tuple[int, int, str]]:
        start: int | None = None
        for index, phonemes in enumerate(voice.clause([words[i].text for i in range(first, end)]), first):
            # A word that espeak-ng has drawn into the next shares its phonemes.
            start = at[index] if start is None else start
            if phonemes or index == end - 1:
                yield start, index, phonemes
                start = None

    def pieces(words: Sequence[SpokenWord]) -> Iterator[Piece]:
        at, spaced = starts(words), spacing(words)
        first = 0
        for index, word in enumerate([*words, SpokenWord("", "mark")]):
            alone = index == len(words) or word.kind == "letters" or _known(words, index) is not None
            if not alone:
                continue
            for start, last, phonemes in clause(words, at, first, index):
                yield Piece(start, at[last + 1], phonemes, spaced[last])
            first = index + 1
            if index < len(words):
                known = _known(words, index)
                phonemes = voice.letters(word.text) if known is None else known
                yield Piece(at[index], at[index + 1], phonemes, spaced[index])

    return pieces


def _known(words: Sequence[SpokenWord], index: int) -> str | None:
    """The phonemes of a word that espeak-ng is not asked for, or None."""
    known = given(words, index)
    if known is None and words[index].kind == "word":
        return _BEFORE_LETTERS.get(plain(words[index].text).lower())
    return known


_MISREAD = {"testament": "testamment", "testaments": "testamment"}
"""French words of which espeak-ng loses the end, by a spelling that it says right."""

_RESPELLED: dict[str, str] = dict(
    re.findall(
        r"(\S+)=(\S+)",
        """
    beurk=beurque bled=blède bleds=blède bruns=brun dos=deau emprunts=emprunt footballeur=foutballeur
    footballeurs=foutballeurs footballeuse=foutballeuse maths=mat luth=lutte luths=lutte
    assied=assié assieds=assié calife=califfe
    handball=andbale insipide=incipide pontife=pontiffe pontifes=pontiffe thune=teune thunes=teune
    traversons=traverçons jury=juri jurys=juri mamy=mami papy=papi rallye=rali rallyes=rali mammouth=mamoute
    mammouths=mamoute vermouth=vermoute p'tit=ptit p'tits=ptit p'tite=ptite p'tites=ptite récup=récupe vécut=vécu
    wallon=valon wallons=valon wallonne=valonne wallonnes=valonne oued=ouède annee=année annees=années armee=armée
    idee=idée idees=idées journee=journée soiree=soirée etes=êtes ete=été seing=sein tramways=tramway
    """,
    )
)
"""French words that espeak-ng takes for English, by a spelling that it does not."""

_GREEK = re.compile(r"\w*th\w*(?:[aeéiou]s?|isme|iste|eurs?|ants?|ents?|ol|i[fs]|ifs|iens?|als?|aux|ons?|ers?|er)")
_ELIDED = re.compile(r"((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'|)(.*)", re.DOTALL)
_ENGLISH = frozenset(
    {
        *("another", "bathe", "bathroom", "breathe", "brother", "brothers", "clothes", "mother", "father", "other"),
        *(
            "others",
            "panther",
            "panthers",
            "python",
            "smoothie",
            "smoothies",
            "than",
            "the",
            "theater",
            "their",
            "them",
        ),
        *("theme", "themes", "then", "there", "these", "they", "this", "those", "thriller", "thrillers", "together"),
        *("leather", "weather", "whether", "either", "neither", "rather", "further", "gather", "marathon", "ethernet"),
        *("this", "thus", "authority", "bluetooth", "cathy", "without", "within"),
    }
)


def respellings(word: str, language: str) -> Iterator[str]:
    """Other spellings of ``word`` that are said alike, without what makes espeak-ng take it for English.

    In French that is a "th" or "y" of Greek origin: "mythe", "authentique". Only words that look French have any.
    """
    if language != "fr-fr":
        return
    elided, lower = _ELIDED.fullmatch(word.lower().removesuffix("'")).groups()  # type: ignore[union-attr]
    if lower in _ENGLISH:
        return
    if lower in _RESPELLED:
        yield elided + _RESPELLED[lower]
    if "'" in lower:
        yield elided + lower.replace("'", "")
    if not lower.isascii() or _GREEK.fullmatch(lower):
        for old, new in (
            ("ther$", "tère"),
            ("th$", "te"),
            ("th", "t"),
            ("y", "i"),
            ("w", "v"),
            ("ll", "l"),
            ("gh", "g"),
        ):
            lower = re.sub(old, new, lower)
            yield elided + lower


class Voice:
    """espeak-ng in one language, in misaki's symbols."""

    def __init__(self, language: str) -> None:
        # misaki tells phonemizer where the library is.
        import misaki.espeak  # noqa: F401
        from phonemizer.backend import EspeakBackend

        self._language = language
        self._backend = EspeakBackend(language, with_stress=True, tie="^", language_switch="keep-flags")
        self._native: Callable[[str], str] = lru_cache(maxsize=1024)(self._natively_spelled)
        self._letter: Callable[[str], str] = lru_cache(maxsize=128)(self._letter_name)

    def clause(self, words: Sequence[str]) -> list[str]:
        """The phonemes of each of some words between marks; empty for one that is said as part of the next.

        They are said together because neighbours change one another ("les amis").
        """
        spelled = [self._spelled(word) for word in words]
        return aligned(spelled, self._say, self._parted)

    def letters(self, text: str) -> str:
        """The names of the letters of ``text``, the last one with the stress."""
        names = [name for letter in plain(text) if letter.isalpha() and (name := self._letter(letter.lower()))]
        return "".join([*(name.replace("ˈ", "ˌ") for name in names[:-1]), *names[-1:]])

    def _spelled(self, word: str) -> str:
        """``word`` so that espeak-ng takes it for a word: no numeral, no abbreviation, and not too long for it."""
        word = bounded(plain(word))
        return word.lower() if len(word) <= _SHORT or word == word.upper() else word

    def _say(self, words: Sequence[str]) -> list[str]:
        if any(looks_roman(word) for word in words):
            return [
                said for word in words for said in ([self.letters(word)] if looks_roman(word) else self._say([word]))
            ]
        words = [_MISREAD.get(word.lower(), word) if self._language == "fr-fr" else word for word in words]
        said = self._raw(" ".join(words))
        if _SWITCH.search(said):
            said = self._raw(" ".join(self._native(word) for word in words))
        said = _SWITCH.sub("", said)
        for symbol, letter in _SYMBOLS.items():
            said = said.replace(symbol, letter)
        return said.split()

    def _raw(self, text: str) -> str:
        lines = self._backend.phonemize([text])
        return str(lines[0]) if lines else ""

    def _natively_spelled(self, word: str) -> str:
        """``word``, or another spelling of it that espeak-ng does not take for a foreign word."""
        if not _SWITCH.search(self._raw(word)):
            return word
        native = (other for other in respellings(word, self._language) if not _SWITCH.search(self._raw(other)))
        return next(native, word)

    def _parted(self, word: str) -> str:
        """The phonemes of a word that espeak-ng is silent at: those of its parts, or the names of its letters."""
        parts = re.split(r"[-']", word)
        said = [" ".join(self._say([part])) for part in parts if part] if len(parts) > 1 else []
        return "".join(said) if said and all(said) else self.letters(word)

    def _letter_name(self, letter: str) -> str:
        name = _NAMES.get(self._language, {}).get(letter, letter)
        said = self._say([name])
        base = unicodedata.normalize("NFD", letter)[0]
        return " ".join(said) if said or base == letter else self._letter_name(base)


def bounded(word: str) -> str:
    """``word`` with a space after each ``MAX_WORD`` bytes, because espeak-ng aborts on longer words."""
    if len(word) * 4 <= MAX_WORD:
        return word
    out: list[str] = []
    size = 0
    for character in word:
        size += len(character.encode())
        if size > MAX_WORD:
            out.append(" ")
            size = len(character.encode())
        out.append(character)
    return "".join(out)


def aligned(
    words: Sequence[str], say: Callable[[Sequence[str]], list[str]], parted: Callable[[str], str] = lambda _: ""
) -> list[str]:
    """Phonemes of each of ``words``; empty for one that is said as part of its neighbour.

    When espeak-ng makes more words of them, or fewer (function words), what each gives alone says how many; else words
    share by length. ``parted`` pronounces a word that gives nothing even alone.
    """
    together = say(words) if words else []
    if len(together) == len(words):
        return together
    alone = [say([word]) for word in words]
    if not all(alone):
        return [" ".join(said) or parted(word) for word, said in zip(words, alone, strict=True)]
    counts = list(map(len, alone))
    if sum(counts) != len(together):
        lengths = list(accumulate(map(len, words)))
        ends = [round(len(together) * length / lengths[-1]) for length in lengths]
        counts = [end - start for start, end in pairwise([0, *ends])]
    given_words = iter(together)
    return [" ".join(islice(given_words, count)) for count in counts]
