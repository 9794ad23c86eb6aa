"""What a voice server is for. A leaf: requests, utterances and the supervisor all name voices by it."""

from typing import NamedTuple


class VoiceKey(NamedTuple):
    """The voice and the language that one voice server speaks."""

    voice: str
    language: str
