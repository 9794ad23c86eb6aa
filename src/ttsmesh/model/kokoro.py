"""Facts of Kokoro-82M that more than one part of the model server needs. Pure, and without numpy."""

EDGE = 0
"""The token before the first and after the last phoneme."""

SYMBOLS = 178
"""Rows of the model's embedding table: token ids are below this."""

STYLE_SIZE = 256
"""Numbers in one row of a voice pack: half steers the decoder, half the prosody."""

FRAME_SAMPLES = 600
"""Samples in one duration frame: 25 ms at 24 kHz."""
