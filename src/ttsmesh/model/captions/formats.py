"""The formats of caption files: SubRip, WebVTT and JSON. Pure."""

import html
import json
from collections.abc import Callable, Mapping, Sequence

from ttsmesh.model.captions.cues import cues
from ttsmesh.model.captions.words import Caption


def srt(captions: Sequence[Caption]) -> str:
    """SubRip: numbered cues, with a comma before the milliseconds."""
    return "\n".join(
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(cue.end_s, ',')}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(cues(captions), 1)
    )


def vtt(captions: Sequence[Caption]) -> str:
    """WebVTT, in which <, > and & are written as references."""
    return "WEBVTT\n" + "".join(
        f"\n{_time(cue.start_s, '.')} --> {_time(cue.end_s, '.')}\n"
        + "".join(f"{html.escape(line, quote=False)}\n" for line in cue.lines)
        for cue in cues(captions)
    )


def as_json(captions: Sequence[Caption]) -> str:
    """A list with one object for each word: ``word``, ``start_s`` and ``end_s`` in seconds, ``from`` and ``to`` in
    characters of the text."""
    words = [
        {
            "word": caption.word,
            "start_s": round(caption.start_s, 3),
            "end_s": round(caption.end_s, 3),
            "from": caption.start,
            "to": caption.end,
        }
        for caption in captions
    ]
    return "[" + ",".join(f"\n  {json.dumps(word, ensure_ascii=False)}" for word in words) + "\n]\n"


FORMATS: Mapping[str, Callable[[Sequence[Caption]], str]] = {".srt": srt, ".vtt": vtt, ".json": as_json}
"""What makes the content of a file, by its extension."""


def _time(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{milliseconds:03d}"
