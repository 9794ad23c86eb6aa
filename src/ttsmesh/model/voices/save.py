"""What ``ttsmesh voices save`` does: a blend becomes a voice of the user's own."""

from pathlib import Path

from ttsmesh.errors import Code, ConfigError, RejectedError, os_reason, quoted
from ttsmesh.host import files
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue
from ttsmesh.voice_files import NAME


def save_voice(known: Catalogue, name: str, formula: str, *, force: bool) -> Path:
    """Write the blend into the installed voices' folder, whole or not at all, and return its path.

    The file says what it was made from, and its language and gender. Raises ``RejectedError`` for a name that is not
    allowed, or taken: by an official voice, by a file in another folder, or without ``force`` by a voice of the user's.
    """
    from safetensors.numpy import save

    if not NAME.fullmatch(name):
        raise RejectedError(f"{quoted(name)} is no name for a voice: letters, digits, - and _, at most 64", Code.VOICE)
    if name in OFFICIAL:
        raise RejectedError(f"{name} is an official voice; choose another name", Code.EXISTS)
    blend = known.find(formula)
    info = known.info(blend)
    table = known.load(blend).reshape(MAX_PHONEMES, 1, STYLE_SIZE)
    said = {"formula": blend.name, "language": info.language, "gender": info.gender}
    path = known.directory / f"{name}.safetensors"
    taken = known.path(name)
    if taken is not None and taken != path:
        raise RejectedError(f"{name} is another voice: {taken}", Code.EXISTS)
    if taken is not None and not force:
        raise RejectedError(f"{name} exists; --force replaces it", Code.EXISTS)
    _write(path, save({"voice": table}, metadata=said), force)
    return path


def _write(path: Path, data: bytes, force: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, data, replace=force)
    except FileExistsError:
        raise RejectedError(f"{path.stem} exists; --force replaces it", Code.EXISTS) from None
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {os_reason(error)}") from error
