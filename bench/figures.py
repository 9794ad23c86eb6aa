"""What ``bench.quality`` finds: the figures of each renderer, and the lines and limits of its report."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tests.recogniser import normal, word_errors, words_of_each
from tests.sound import clearness, decibels, octaves

from bench.likeness import Places, mel_distance, seam_ranks, with_clicks, with_steps
from bench.plain import Sound
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.edges import silent_from
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode

SILENCES = (0.0, 0.15, 0.4)
"""Seconds of silence added at both ends. The recogniser is undecided about some words, for which a few milliseconds
then decide. So it hears each sound with more and less silence around it."""

MEL_LIMIT_DB = {"f32": 1.0}
OTHER_MEL_LIMIT_DB = 1.3
"""The same for all other precisions."""

WORD_ERROR_LIMIT = 0.003
LOST_LIMIT = 0.005
"""Of the hearings: in which the first word, or the last one, is understood of the plain graph only."""

DURATION_LIMIT = 0.02
PEAK_LIMIT_DB = 1.0
LEVEL_LIMIT_DB = 0.5

UNCLEAR, OFF_DB = 0.97, 2.0
"""A sound is unclear below this part of the plain one's clearness, and too bright or too dull if the amplitude in any
octave differs by more than this."""

CLEARNESS_LIMIT, UNCLEAR_LIMIT, OFF_LIMIT = 0.99, 0.12, 0.1
"""Of the mean clearness, and of the shares of sounds that are unclear, and too bright or too dull."""

PLANTED_DB = -20.0
"""Clicks and steps of a tenth of the amplitude around them are planted, and must be found in 60 joints and more. In a
thousand, a thirtieth is found as well."""

SIGMAS = 3.0
"""Standard deviations of the mean rank of joints, from which on there are seams."""

UNSURE = 2.0
"""Standard errors by which a difference in what was understood may be beyond its limit. In a short run one word is
more."""

Counts = np.ndarray[tuple[int], np.dtype[np.int_]]

Line = tuple[str, bool]
"""A line of the report, and whether it is within its limit."""


class Ours(NamedTuple):
    """Our ``sound``, what the float32 decoder makes as a whole of the same prosody and source, and where ours has
    ``joints`` of pieces."""

    sound: Sound
    exact: Sound
    joints: Places


@dataclass
class Heard:
    """What was understood of one renderer, over all sentences."""

    words: int = 0
    errors: int = 0
    first: int = 0
    last: int = 0

    def counts(self) -> Counts:
        """The numbers of errors, and of first and last words that were not understood."""
        return np.array([self.errors, -self.first, -self.last])

    def add(self, said: list[str], heard: list[str]) -> None:
        self.words += len(said)
        self.errors += word_errors(said, heard)
        self.first += said[0] in heard[:2]
        self.last += said[-1] in heard[-2:]


@dataclass
class Figures:
    """How the sounds of one renderer differ from the plain graph's: a value for each in every list."""

    heard: Heard = field(default_factory=Heard)
    worse: list[Counts] = field(default_factory=list)
    tokens: int = 0
    shifted: int = 0
    mel: list[float] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    clear: list[float] = field(default_factory=list)
    octaves: list[float] = field(default_factory=list)

    def add(self, phonemes: str, sound: Sound, plain: Sound) -> None:
        tokens = encode(phonemes)
        inside = slice(1, silent_from(tokens))
        self.tokens += len(tokens[inside])
        self.shifted += int((plain.durations[inside] != sound.durations[inside]).sum())
        self.mel.append(mel_distance(*sound, *plain))
        self.levels.append(float(decibels(_level(sound) / _level(plain))))
        self.peaks.append(float(decibels(np.abs(sound.samples).max() / np.abs(plain.samples).max())))
        self.clear.append(clearness(sound.samples) / clearness(plain.samples))
        self.octaves.append(float(np.abs(decibels(octaves(sound.samples) / octaves(plain.samples))).max()))

    def lines(self, plain: Heard) -> list[Line]:
        count = len(self.mel)
        shifted = self.shifted / self.tokens
        level = float(np.std(self.levels))
        peak = float(np.median(self.peaks))
        few, many = np.percentile(self.peaks, [5, 95])
        clear = float(np.mean(self.clear))
        unclear, off = (np.array(self.clear) < UNCLEAR).sum(), (np.array(self.octaves) > OFF_DB).sum()
        return [
            *self._words(plain),
            (f"log-mel to plain {_spread(self.mel)}", True),
            (f"durations that differ {shifted:.2%}", shifted <= DURATION_LIMIT),
            (f"level {np.mean(self.levels):+.2f} dB, sd {level:.2f}", level <= LEVEL_LIMIT_DB),
            (f"peaks {peak:+.2f} dB, 90 % of {few:+.2f} to {many:+.2f}", abs(peak) <= PEAK_LIMIT_DB),
            (
                f"clearness {clear:.3f}, lowest {min(self.clear):.3f}; {unclear} of {count} below {UNCLEAR:g}",
                clear >= CLEARNESS_LIMIT and unclear <= max(1, UNCLEAR_LIMIT * count),
            ),
            (
                f"{off} of {count} with an octave more than {OFF_DB:g} dB off, the worst {max(self.octaves):.1f} dB",
                off <= max(1, OFF_LIMIT * count),
            ),
        ]

    def _words(self, plain: Heard) -> list[Line]:
        if not self.heard.words:
            return []
        count, hearings = self.heard.words, len(self.worse) * len(SILENCES)
        lost = np.sum(self.worse, axis=0)
        unsure = np.std(self.worse, axis=0) * len(self.worse) ** 0.5
        within = lost <= np.array([WORD_ERROR_LIMIT * count, *2 * [LOST_LIMIT * hearings]]) + UNSURE * unsure
        wrong, plainly = self.heard.errors / count, plain.errors / count
        ends = ((self.heard.first, plain.first, unsure[1]), (self.heard.last, plain.last, unsure[2]))
        first, last = (f"{ours} (plain {theirs}, standard error {each:.1f})" for ours, theirs, each in ends)
        return [
            (
                f"word errors {wrong:.4f}, plain {plainly:.4f}; standard error {unsure[0] / count:.4f}",
                bool(within[0]),
            ),
            (f"first word heard {first}, last {last}, of {hearings}", bool(within[1:].all())),
        ]


class Comparison:
    """What was found of all renderers."""

    def __init__(self) -> None:
        self._plain = Heard()
        self._ours, self._exact, self._before = Figures(), Figures(), Figures()
        self._decoded: dict[bool, list[float]] = {True: [], False: []}  # by whether it is an English text
        self._ranks: dict[str, list[Floats]] = {"no": [], "clicks": [], "steps": []}

    def add(self, text: str | None, phonemes: str, plain: Sound, ours: Ours, before: Sound | None) -> None:
        """Add one text. ``text``: what the recogniser is to understand."""
        ways = [(self._ours, ours.sound)] + ([(self._before, before)] if before else [])
        for figures, sound in ways:
            figures.add(phonemes, sound, plain)
        if text is not None:
            self._recognise(normal(text), plain, ways)
        self._exact.add(phonemes, ours.exact, plain)
        self._decoded[text is not None].append(mel_distance(*ours.sound, *ours.exact))
        samples, joints = ours.sound.samples, ours.joints
        for what, planted in (
            ("no", samples),
            ("clicks", with_clicks(samples, joints, PLANTED_DB)),
            ("steps", with_steps(samples, joints, PLANTED_DB)),
        ):
            self._ranks[what].append(seam_ranks(planted, joints))

    def _recognise(self, said: list[str], plain: Sound, ways: list[tuple[Figures, Sound]]) -> None:
        every = [(self._plain, plain), *((figures.heard, sound) for figures, sound in ways)]
        before = [heard.counts() for heard, _ in every]
        hearings = [(heard, with_silence(sound.samples, each)) for heard, sound in every for each in SILENCES]
        understood = words_of_each([sound for _, sound in hearings])
        for (heard, _), words in zip(hearings, understood, strict=True):
            heard.add(said, words)
        plainly, *others = (heard.counts() - counts for (heard, _), counts in zip(every, before, strict=True))
        for (figures, _), counts in zip(ways, others, strict=True):
            figures.worse.append(counts - plainly)

    def lines(self, precision: str) -> list[Line]:
        """The report. Only ours has limits."""
        limit = MEL_LIMIT_DB.get(precision, OTHER_MEL_LIMIT_DB)
        english, own = self._decoded[True], self._decoded[False]
        count = self._ours.heard.words // len(SILENCES)
        lines: list[Line] = [
            (f"{len(english)} English texts, {count} words; {len(own)} in the voices' own languages", True),
            *(
                (f"log-mel to the whole decoder, {what} {_spread(far)}", float(np.mean(far)) <= limit)
                for what, far in (("English", english), ("own languages", own))
                if far
            ),
            *self._ours.lines(self._plain),
            *self._seams(),
            (f"the whole decoder: log-mel to plain {_spread(self._exact.mel)}", True),
        ]
        if self._before.mel:
            lines += [(f"before: {line}", True) for line, _ in self._before.lines(self._plain)]
        return lines

    def _seams(self) -> list[Line]:
        ranks = {what: np.concatenate(found) for what, found in self._ranks.items()}
        count = ranks["no"].size
        most = 0.5 + SIGMAS * (12 * max(1, count)) ** -0.5  # the ranks are even
        means = {what: float(found.mean()) if count else 0.5 for what, found in ranks.items()}
        planted = f"planted clicks {means['clicks']:.3f} and steps {means['steps']:.3f}"
        return [
            (f"joints have a mean rank of {means['no']:.3f}, at most {most:.3f} of {count}", means["no"] <= most),
            (f"{planted}, of {PLANTED_DB:g} dB", min(means["clicks"], means["steps"]) > most),
        ]


def with_silence(samples: Floats, silence: float) -> NDArray[np.int16]:
    """``samples`` with ``silence`` seconds before and after them."""
    return np.pad((np.clip(samples, -1, 1) * 32767).astype(np.int16), round(silence * SAMPLE_RATE))


def _level(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound.samples**2)))


def _spread(values: list[float]) -> str:
    return f"{np.mean(values):.2f} dB, 95 % below {np.percentile(values, 95):.2f}"
