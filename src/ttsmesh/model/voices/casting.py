"""Casting: which installed voice speaks a part of a text that is marked up. It asks the file system."""

from collections.abc import Iterable
from functools import cache

from ttsmesh.errors import ConfigError, RejectedError, quoted
from ttsmesh.model.text.markup.markup import Cast, Wish, spoken_language
from ttsmesh.model.voices.catalogue import DEFAULT_VOICES, Catalogue, FoundVoice, VoiceInfo


def cast_for(wishes: Iterable[Wish], catalogue: Catalogue, language: str, *, strict: bool) -> Cast:
    """The voice for each of ``wishes`` of a text in ``language``; none for a wish that no voice fulfils.

    A voice speaks its own language, or that of the text if it has none.

    Raises:
        RejectedError: ``strict``, and a voice is unknown.
        ConfigError: ``strict``, and a voice is damaged; or no voice is installed.
    """

    @cache
    def installed() -> list[VoiceInfo]:
        return [info for info, fault in catalogue.entries() if fault is None]

    found: dict[Wish, tuple[str, str]] = {}
    for wish in wishes:
        voice = _by_name(wish, catalogue, strict=strict)
        if voice is None and (wish.gender or wish.language):
            kind = _by_kind(wish, installed(), spoken_language(wish.language, language) or language)
            voice = catalogue.find(kind) if kind else None
        if voice is not None:
            found[wish] = voice.name, catalogue.info(voice).language or language
    return found


def _by_name(wish: Wish, catalogue: Catalogue, *, strict: bool) -> FoundVoice | None:
    for name in wish.names:
        try:
            voice = catalogue.find(name)
            catalogue.load(voice)
        except RejectedError as error:
            if strict:
                raise RejectedError(f"{quoted(f'[voice:{name}]')}: {error.message}", error.code) from None
        except ConfigError:
            if strict:
                raise
        else:
            return voice
    return None


def _by_kind(wish: Wish, installed: Iterable[VoiceInfo], language: str) -> str | None:
    """A voice of the gender and the ``language``: the usual one of the language, if it is of that gender."""
    speaking = [info for info in installed if info.language == language]
    alike = [info for info in speaking if info.gender == wish.gender]
    best = min(alike or (speaking if wish.language else ()), key=_rank, default=None)
    return best.name if best else None


def _rank(info: VoiceInfo) -> tuple[bool, bool, str]:
    return info.name != DEFAULT_VOICES.get(info.language), not info.official, info.name
