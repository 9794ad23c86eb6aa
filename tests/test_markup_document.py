"""``docs/markup.md`` says what is understood: its values, its examples and its limits."""

import re
from pathlib import Path

import pytest

from tests.model.text.markup.read import segments
from ttsmesh.limits import KIB, PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN
from ttsmesh.model.text.markup import values
from ttsmesh.model.text.markup.manuscript import VOICES_MAX, examined
from ttsmesh.model.text.markup.notes import BREAK_MAX_MS
from ttsmesh.model.text.markup.ssml import DEPTH_MAX, MARKS_MAX, NAMES_MAX, TAG_MAX
from ttsmesh.model.text.segments import spoken

TEXT = (Path(__file__).resolve().parent.parent / "docs/markup.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below ``heading``, without its own heading."""
    _, found, section = TEXT.partition(f"\n### {heading}\n")
    assert found, heading
    table = [line for line in section.partition("\n### ")[0].splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_the_words_for_rate_pitch_and_volume_are_listed_with_their_values() -> None:
    read = {"rate": values.rate, "pitch": values.pitch, "volume": values.volume}
    for name, described in rows("`prosody`"):
        steps = re.findall(r"`([a-z-]+)`(?: \(([\d.]+)\))?", described)
        number = 0.0
        for word, written in reversed(steps):  # "`medium`, `default` (1)": both
            number = float(written) if written else number
            assert read[name.strip("`")](word) == number, word
        for value in re.findall(r"`([-+]?[\d.]+(?:%|st|dB)?)`", described):
            assert read[name.strip("`")](value) is not None, value


def test_the_levels_of_emphasis_are_listed_with_their_values() -> None:
    found = {}
    for level, rate, pitch, volume in rows("`emphasis`"):
        found[level.split("`")[1]] = (float(rate), float(pitch), float(volume))
    assert found == {level: (how.rate, how.pitch, how.volume) for level, how in values.EMPHASIS.items()}


def test_the_strengths_of_breaks_are_listed_with_their_lengths() -> None:
    for strength, ms in rows("`break`"):
        assert values.pause_ms("", strength.split("`")[1]) == float(ms)
    assert values.pause_ms("", "") == values.pause_ms("", "medium")


@pytest.mark.parametrize(("interpreted", "written", "said"), rows("`say-as`"))
def test_what_is_said_for_the_examples_of_say_as(interpreted: str, written: str, said: str) -> None:
    form = f" {found[1]}" if (found := re.search(r"`(format=[^`]*)`", interpreted)) else ""
    for name in re.findall(r"`([a-z-]+)`", interpreted):
        source = f'<speak><say-as interpret-as="{name}"{form}>{written.strip("`")}</say-as></speak>'
        assert " ".join(spoken(segment.words) for segment in segments(source)) == said


def test_the_examples_are_accepted() -> None:
    ssml = re.findall(r"```xml\n(.*?)```", TEXT, flags=re.DOTALL)
    tags = re.findall(r"```\n(\[.*?)```", TEXT, flags=re.DOTALL)
    assert (len(ssml), len(tags)) == (2, 1)
    for source in ssml:
        assert examined(source, "ssml", beginning=100).beginning
    assert len(examined(tags[0], "tags", beginning=100).wishes) == 2


def test_the_limits_are_those_of_the_program() -> None:
    text = " ".join(TEXT.split())
    assert f"{DEPTH_MAX} elements inside one another" in text
    assert f"a tag or comment of more than {TAG_MAX // KIB} KiB" in text
    assert f"{MARKS_MAX} marks at one place" in text
    assert f"{VOICES_MAX} different voices" in text
    assert f"Of more than {NAMES_MAX} names the first {NAMES_MAX} count." in text
    assert text.count(f"{BREAK_MAX_MS / 1000:g} s at most") == 3
    assert f"a rate of {SPEED_MIN:g} to {SPEED_MAX:g}, a pitch of {PITCH_MIN:g} to {PITCH_MAX:g}" in text
