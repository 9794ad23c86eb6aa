"""What ffmpeg, which has decoders of its own, makes of a saved file."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


def decoded(file: Path | bytes, rate: int = 24_000, *, raw: str = "") -> Samples:
    """The samples in ``file``, or in the bytes of one, at ``rate``. ``raw``: the kind of its samples where it has no
    header."""
    source, data = (str(file), b"") if isinstance(file, Path) else ("pipe:0", file)
    kind = ["-f", raw, "-ar", str(rate), "-ac", "1"] if raw else []
    target = ["-f", "s16le", "-ac", "1", "-ar", str(rate), "pipe:1"]
    command = ["ffmpeg", "-v", "error", *kind, "-i", source, *target]
    run = subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (0, b"")
    return np.frombuffer(run.stdout, "<i2")


def described(file: Path) -> dict[str, Any]:
    """What ffmpeg finds in the header of ``file``: codec, sample_rate and bits, and the tags in lower case."""
    asked = "stream=codec_name,sample_rate,bits_per_sample,bits_per_raw_sample:stream_tags:format_tags"
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries", asked, str(file)]
    run = subprocess.run(command, capture_output=True, check=True, timeout=60)
    found = json.loads(run.stdout)
    stream = found["streams"][0]  # an M4B has its chapters as a second one
    tags = {**stream.get("tags", {}), **found["format"].get("tags", {})}
    return {
        "codec": stream["codec_name"],
        "sample_rate": int(stream["sample_rate"]),
        "bits": stream["bits_per_sample"] or int(stream.get("bits_per_raw_sample") or 0),
        **{name.lower(): value for name, value in tags.items()},
    }
