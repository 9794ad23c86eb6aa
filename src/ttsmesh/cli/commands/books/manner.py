"""How books are spoken: what is asked for with each part, and everything else that their sound depends on."""

import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from ttsmesh import config, voice_files
from ttsmesh.cli.client import ask, directory
from ttsmesh.cli.commands.books.joining import CHAPTER_S, Pauses
from ttsmesh.languages import AUTO, language_code
from ttsmesh.lexicon.files import content, lexicon_paths
from ttsmesh.lexicon.project import project_lexicon
from ttsmesh.wire.messages import Accepted, Explain, LanguageEntry, Say, ServerState, Status, VoiceEntry, Voices

_SOUND = (
    *("pause_clause", "pause_sentence", "pause_list", "pause_paragraph"),
    *("engine", "kokoro_weights", "precision", "voice"),
)
"""Settings on which the sound depends, besides those that are fields of ``Say`` here."""


class Manner(NamedTuple):
    """``fields`` of ``Say``; ``voice``: who speaks, unless the text says otherwise; ``pauses`` between the parts;
    ``sound``: values of JSON that are the same as long as the same part sounds the same."""

    fields: Mapping[str, Any]
    voice: str
    pauses: Pauses
    sound: Mapping[str, Any]

    def request(self, text: str, read_as: str) -> Say:
        return Say(text=text, read_as=read_as, stream=True, wait=True, format="raw", **self.fields)


def manner(options: Mapping[str, Any]) -> Manner:
    """The manner that a command's ``options`` ask for, which are fields of ``Say``. It starts the mesh.

    Speed and volume are asked for with each part, so that what becomes of the mesh's own meanwhile changes nothing.

    Raises:
        RejectedError: there is no such voice or language.
        ConfigError: the settings cannot be read.
    """
    settings = config.load()
    voice = _voice(options["voice"], options["language"], settings.default_voice)
    speed = options["speed"] or settings.speed_of(voice)
    volume = options["volume"] if options["volume"] is not None else settings.volume_of(voice)
    fields = {**options, "speed": speed, "volume": volume, "directory": directory()}
    # A voice that cannot be used is refused now, and not once the output files were looked at.
    with ask(Explain(text="a", voice=options["voice"], language=options["language"]), may_start=True) as client:
        assert isinstance(client.first, Accepted)
        for _ in client:
            pass
    factor = settings.pauses_of(voice) / 1000 / speed
    pauses = Pauses(settings.pause_paragraph * factor, settings.pause_sentence * factor, CHAPTER_S / speed)
    known = asdict(settings)
    sound = {
        "say": fields,
        "voice": voice,
        "settings": {name: known[name] for name in _SOUND},
        "files": _voice_files(options["voice"] if not options["tags"] else None, settings.voices_folder),
        "lexicon": _lexicon(fields["directory"]),
        "engine": _engine(),
    }
    return Manner(fields, voice, pauses, sound)


def check_tags(tags: list[str], manner: Manner) -> None:
    """Have the server look at all tags of a book at once, so that none is refused after hours of rendering.

    Raises:
        RejectedError: a tag has a value that it cannot have.
    """
    said = {name: manner.fields[name] for name in ("voice", "language")}
    for at in range(0, len(tags), 1000):
        text = "a. ".join(tags[at : at + 1000]) + "a."
        with ask(Explain(text=text, read_as="text", tags=True, **said), may_start=True) as client:
            for _ in client:
                pass


def _voice(voice: str | None, language: str | None, default: str) -> str:
    """The voice that the server chooses."""
    if voice is not None:
        return voice
    if language is None or language == AUTO:
        return default
    code = language_code(language)
    with ask(Voices(), may_start=True) as client:
        entries = [client.first, *client]
    if any(isinstance(e, VoiceEntry) and e.name == default and e.language == code for e in entries):
        return default
    return next((e.voice or default for e in entries if isinstance(e, LanguageEntry) and e.code == code), default)


def _voice_files(voice: str | None, folder: str) -> dict[str, list[int]]:
    """The files of the voices that may speak, by their names: all of them where the text may name any."""
    found = voice_files.scan(voice_files.folders(folder))
    wanted = None if voice is None else set(re.findall(voice_files.NAME.pattern, voice))
    files = {}
    for name, path in found.items():
        if wanted is None or name in wanted:
            known = os.stat(path)
            files[name] = [known.st_size, known.st_mtime_ns]
    return files


def _lexicon(directory: str | None) -> list[str]:
    project = project_lexicon(directory) if directory else None
    return [content(path).hash for path in lexicon_paths(project)]


def _engine() -> list[str]:
    """What renders, in which release."""
    with ask(Status(), may_start=True) as client:
        state = next(entry for entry in (client.first, *client) if isinstance(entry, ServerState))
    # Only the first word of its name is the same before the model is loaded and after it.
    return [state.release, state.engine.split()[0].rstrip(",")]
