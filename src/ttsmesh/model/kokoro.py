"""Facts about Kokoro-82M that several rooms of the model server need. A leaf without numpy, which G2P does not load."""

EDGE = 0
"""The token id before the first phoneme and after the last one: the begin token and the end token."""

SYMBOLS = 178
"""Rows of the model's embedding table. Every token id is below this."""

STYLE_SIZE = 256
"""Numbers in one row of a voice pack. Half of them steer the decoder, the others the prosody."""

FRAME_SAMPLES = 600
"""Samples in one duration frame: 25 ms at 24 kHz."""
