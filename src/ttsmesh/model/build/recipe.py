"""What a build makes: the names that the server needs as well, without the libraries of a build."""

from pathlib import Path

PIPELINE_VERSION = 4
"""Raise it with every change to what the steps make: prepared models of another version are not used."""

MODELS = ("text", "text_int8", "source", "decoder", "decoder_int8", "decoder_int8_amx")
"""The stages of the model, some of them in several versions. Their weights are float16; in an int8 version the large
ones are int8, and the others of a decoder are float32."""

RANGES = Path(__file__).with_name("ranges.npy")
"""The largest values of the model's channels, for ``quantise``."""

FILES = tuple(f"{model}.{kind}" for model in MODELS for kind in ("xml", "bin"))
