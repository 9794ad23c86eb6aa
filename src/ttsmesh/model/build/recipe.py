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

HIDDEN_SPAN, SOURCE_SPAN = (-8, 8), (-651, 651)
"""What the generator takes for a window, of hidden and of the source: the first step, counted from the window's
beginning, and the end, counted from the window's end. A frame has 2 steps of hidden and 120 of the source."""

SOURCE_CHANNELS = 384
"""Channels of the generator's norms that only the source goes into. They are the first ones."""
