"""Makes ordinary English texts that are new: random sentences of about a given length.

Lengths are counted in characters, since an English text has about as many phonemes: letters become about one each, and
spaces and punctuation count too. The renderers report the exact number.
"""

import random


def _listed(words: str) -> list[str]:
    """The parts between bars, or the words if there are no bars."""
    return words.split("|" if "|" in words else None)


_NAMES = _listed("Anna Martin Clara David Helen Jacob Laura Peter Sarah Thomas Oliver Emma Walter Nora Simon Alice")
_PEOPLE = _listed(
    "gardener teacher neighbour driver baker doctor student painter farmer singer waiter sailor writer lawyer"
    " carpenter librarian conductor engineer tailor postman"
)
_THINGS = _listed(
    "basket window letter table garden bottle picture ladder blanket candle ticket pencil mirror bicycle kettle"
    " umbrella suitcase hammer carpet notebook lantern curtain drawer violin"
)
_ADJECTIVES = _listed(
    "green heavy broken little silver wooden empty famous quiet yellow clever narrow friendly golden modern pleasant"
    " hungry patient curious gentle"
)
_DID = _listed(
    "carried opened painted found followed mended forgot borrowed cleaned noticed returned remembered dropped collected"
    " measured ordered described finished polished lifted"
)
_PLACES = _listed(
    "at the market|behind the station|in the kitchen|near the river|on the bridge|under the old tree|by the harbour"
    "|in the village|beside the church|across the valley|in the upper room|at the corner shop|outside the library"
)
_TIMES = _listed(
    "this morning|before lunch|after the storm|on Monday|last winter|in the afternoon|two weeks ago|every evening"
    "|at half past seven|in early October|during the holidays|before anyone else"
)
_JOINTS = _listed(", and|, but|, because|, while|; later")
_SHORT = _listed(
    "stop begin ready seven thunder listen orange morning careful welcome tomorrow finished attention direction"
    " important everybody certainly electricity responsible"
)


class Texts:
    """Gives each text only once. With the same ``seed``, the same calls give the same texts."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._given: set[str] = set()

    def of_phonemes(self, wanted: int) -> str:
        """One or more sentences of about ``wanted`` phonemes."""
        while (text := self._compose(wanted)) in self._given:
            wanted += self._random.choice((-1, 1)) if wanted > 5 else 1
        self._given.add(text)
        return text

    def of_seconds(self, wanted: float) -> str:
        """A text that takes about ``wanted`` seconds to say."""
        return self.of_phonemes(round(wanted * 15))

    def _compose(self, wanted: int) -> str:
        sentences: list[str] = []
        length = 0
        while wanted - length > 130:
            sentences.append(self._sentence())
            length += len(sentences[-1]) + 1
        # The rest is the best of many sentences. None is cut short, since it would not be ordinary English.
        last = min((self._any() for _ in range(300)), key=lambda text: abs(length + len(text) - wanted))
        return " ".join([*sentences, last])

    def _any(self) -> str:
        kinds = (self._word, self._phrase, self._clause_alone, self._sentence, self._two)
        return self._random.choice(kinds)()

    def _word(self) -> str:
        return f"{self._random.choice(_SHORT).capitalize()}."

    def _phrase(self) -> str:
        return f"{self._thing().capitalize()}."

    def _clause_alone(self) -> str:
        clause = self._clause()
        return f"{clause[0].upper()}{clause[1:]}."

    def _two(self) -> str:
        return f"{self._clause_alone()} {self._clause_alone()}"

    def _sentence(self) -> str:
        first = f"{self._clause()} {self._random.choice(_PLACES)}"
        return f"{first[0].upper()}{first[1:]}{self._random.choice(_JOINTS)} {self._clause()}."

    def _clause(self) -> str:
        pick = self._random.choice
        who = pick(_NAMES) if self._random.random() < 0.4 else f"the {self._maybe_adjective()}{pick(_PEOPLE)}"
        when = f" {pick(_TIMES)}" if self._random.random() < 0.5 else ""
        return f"{who} {pick(_DID)} {self._thing()}{when}"

    def _thing(self) -> str:
        pick = self._random.choice
        if self._random.random() < 0.3:
            return f"{pick(('two', 'seven', 'twelve', 'forty'))} {self._maybe_adjective()}{pick(_THINGS)}s"
        return f"{pick(('the', 'another', 'every', 'one'))} {self._maybe_adjective()}{pick(_THINGS)}"

    def _maybe_adjective(self) -> str:
        return f"{self._random.choice(_ADJECTIVES)} " if self._random.random() < 0.6 else ""
