"""The key by which requests, utterances and the supervisor name a voice process. A leaf: all of them import it."""

from typing import NamedTuple


class VoiceKey(NamedTuple):
    """The voice and the language that one voice process speaks."""

    voice: str
    language: str
