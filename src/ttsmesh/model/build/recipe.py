"""What a build makes, and of what: names that the server needs without the libraries of a build."""

from pathlib import Path

PIPELINE_VERSION = 4
"""Changes with every change to what the steps make: prepared models of another version are not used."""

MODELS = ("text", "text_int8", "source", "decoder", "decoder_int8", "decoder_int8_amx")
"""Stages, some in versions: ``text.xml`` and its weights, ``text.bin``, which are float16; or int8 the large ones, and
the others of a decoder float32 then."""

RANGES = Path(__file__).with_name("ranges.npy")
"""What ``quantise`` has to know of the model's values."""

FILES = tuple(f"{model}.{kind}" for model in MODELS for kind in ("xml", "bin"))
