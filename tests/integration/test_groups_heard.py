"""Texts that come in pieces, in a real voice: no gap beyond the pauses, and Markdown read block by block."""

import subprocess
import time
import wave
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from tests import recogniser
from tests.heard import RATE, Clip, Heard
from tests.mesh import Mesh

pytest_plugins = ["tests.conftest_sound"]
pytestmark = [pytest.mark.model, pytest.mark.sound, pytest.mark.alone, pytest.mark.timeout(300)]

QUIET = 300
"""Samples below this are silence: 1 % of full scale."""

TRIES = 3
"""Times that a text is followed, at most: on a busy machine a sentence is not always rendered in time."""

TOLERANCE = 0.08
"""Seconds by which a pause may be longer than in the same text said at once: sentences are other chunks."""

SLOW = "The old ship left the harbour in the morning. Nobody on board knew how far they would go."

ANSWER = """# Results

All of the tests have passed. There are *two* warnings, which you can ignore for now.

- the first is about an old library
- the second is about a missing file

```python
import os
print(os.name)
```

That is all, so you can merge it. Please tell the others.
"""


@pytest.fixture(scope="module")
def mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env, engine="openvino") as mesh:
        assert mesh.run("say", "warm up", "--wait", timeout=120).returncode == 0
        yield mesh


def follow(mesh: Mesh, heard: Heard, text: str, size: int, pause: float) -> Clip:
    """What is heard of ``text`` that comes in pieces of ``size`` characters, with a ``pause`` between them."""
    heard.await_silence(0.2)
    begun = time.monotonic()
    command = mesh.command("say", "--follow", "--wait")
    with subprocess.Popen(command, env=mesh.env, cwd=mesh.work, stdin=subprocess.PIPE) as following:
        assert following.stdin is not None
        for at in range(0, len(text), size):
            following.stdin.write(text[at : at + size].encode())
            following.stdin.flush()
            time.sleep(pause)
        following.stdin.close()
        assert following.wait(120) == 0
    return heard.since(begun)


def longest_pauses(samples: npt.NDArray[np.int16], count: int) -> list[float]:
    """The seconds of the longest silences between sounds, in their order."""
    runs = Clip(samples, 0.0).runs(QUIET)
    gaps = [(first - end, end) for (_, end), (first, _) in pairwise(runs)]
    return [length / RATE for length, _ in sorted(sorted(gaps)[-count:], key=lambda gap: gap[1])]


def in_time(mesh: Mesh, heard: Heard, text: str, size: int, pause: float, wanted: float) -> Clip:
    """The same, with no longer gap than ``wanted`` seconds."""
    longest = []
    for _ in range(TRIES):
        clip = follow(mesh, heard, text, size, pause)
        longest.append(max(longest_pauses(clip.samples, 1)))
        if longest[-1] <= wanted + TOLERANCE:
            return clip
    raise AssertionError(f"gaps of {longest} s, and pauses of {wanted} s")


def said_at_once(mesh: Mesh, text: str) -> npt.NDArray[np.int16]:
    assert mesh.run("say", "-o", "whole.wav", "--force", "--wait", "--", text, timeout=120).returncode == 0
    with wave.open(str(mesh.work / "whole.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.long
def test_c17_at_twenty_characters_a_second_there_is_no_gap_beyond_the_pause(mesh: Mesh, heard: Heard) -> None:
    clip = in_time(mesh, heard, SLOW, 1, 0.05, max(longest_pauses(said_at_once(mesh, SLOW), 1)))
    assert recogniser.word_errors(recogniser.normal(SLOW), recogniser.words(clip.sound())) <= 2


@pytest.mark.long
def test_markdown_at_full_speed_sounds_as_if_it_came_at_once(mesh: Mesh, heard: Heard) -> None:
    whole = said_at_once(mesh, ANSWER)
    clip = in_time(mesh, heard, ANSWER, 7, 0.01, max(longest_pauses(whole, 5)))
    words = recogniser.words(clip.sound())
    errors = recogniser.word_errors(recogniser.words(whole), words)
    assert errors <= 4, " ".join(words)
