"""The answer to the request ``voices``."""

from collections.abc import Iterable, Iterator

from ttsmesh.errors import clipped
from ttsmesh.languages import LANGUAGES, language_name
from ttsmesh.model.voices.catalogue import DEFAULT_VOICES, VoiceInfo
from ttsmesh.wire.messages import LanguageEntry, VoiceEntry
from ttsmesh.wire.schema import MAX_PATH, Message


def listing(installed: Iterable[tuple[VoiceInfo, str | None]], default_voice: str) -> Iterator[Message]:
    """All messages but the last, which is ``End``, for the ``installed`` voices, each with its fault if it has one."""
    installed = list(installed)
    names = {info.name for info, fault in installed if fault is None}
    for code in LANGUAGES:
        voice = DEFAULT_VOICES[code]
        yield LanguageEntry(code=code, name=language_name(code), voice=voice if voice in names else None)
    for info, fault in installed:
        yield VoiceEntry(
            name=info.name,
            language=info.language,
            gender=info.gender,
            default=info.name == default_voice,
            source="official" if info.official else "yours",
            path=clipped(info.path, MAX_PATH),
            fault=fault,
        )
