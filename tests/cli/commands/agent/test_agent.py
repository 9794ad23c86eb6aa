"""``ttsmesh agent`` as a shell sees it: files of settings in, files of settings out."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

Result = subprocess.CompletedProcess[str]

FILES = {"claude": ".claude/settings.json", "codex": ".codex/hooks.json", "qwen": ".qwen/settings.json"}


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are those in the private home, even if an agent runs the tests."""
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)


def agent(*arguments: str, directory: Path | None = None) -> Result:
    return subprocess.run(
        [Path(sys.executable).with_name("ttsmesh"), "agent", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=directory,
        timeout=60,
        check=False,
    )


def done(*arguments: str, directory: Path | None = None) -> str:
    """What the command prints, which must succeed and say nothing else."""
    result = agent(*arguments, directory=directory)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def handlers(path: Path) -> dict[str, dict[str, object]]:
    return {event: groups[0]["hooks"][0] for event, groups in json.loads(path.read_text())["hooks"].items()}


@pytest.mark.parametrize("name", ["claude", "codex", pytest.param("qwen", marks=pytest.mark.long)])
def test_what_is_installed_is_shown_and_uninstalled(name: str, private: Path) -> None:
    path = private / FILES[name]
    assert f"{name:7} not found" in done("status")
    assert f"installed: {path}\n" in done("install", name, "--voice", "af_heart", "--speed", "1.5")
    assert f"{name:7} installed  {path}  --voice af_heart --speed 1.5\n" in done("status")
    before = path.read_bytes()
    done("install", name, "--voice", "af_heart", "--speed", "1.5")
    assert path.read_bytes() == before
    done("install", name)
    assert b"af_heart" not in path.read_bytes()
    assert f"uninstalled: {path}\n" in done("uninstall", name)
    assert not list(path.parent.iterdir())
    assert f"{name:7} not installed\n" in done("status")
    assert done("uninstall", name) == "not installed\n"


@pytest.mark.parametrize("name", FILES)
def test_settings_of_others_come_back_byte_for_byte(name: str, private: Path) -> None:
    path = private / FILES[name]
    path.parent.mkdir()
    odd = b'\xef\xbb\xbf{\r\n\t"hooks" : { "Stop":[ {"hooks":[]} ] }, // mine\r\n\t"a":  1\r\n}'
    path.write_bytes(odd)
    path.with_name("config.toml").write_text('model = "gpt"  # mine')
    done("install", name, "--brief")
    assert path.read_bytes() != odd
    done("uninstall", name)
    assert path.read_bytes() == odd
    assert path.with_name("config.toml").read_text() == 'model = "gpt"  # mine'


def test_the_hooks_are_those_of_the_documentation(private: Path) -> None:
    done("install", "claude")
    found = handlers(private / FILES["claude"])
    assert list(found) == ["MessageDisplay", "Stop", "Notification", "UserPromptSubmit", "SessionEnd"]
    program = Path(sys.executable).with_name("ttsmesh")
    assert found["Stop"] == {"type": "command", "command": f"{program} agent hook claude", "timeout": 5}
    done("install", "claude", "--brief")
    assert "MessageDisplay" not in handlers(private / FILES["claude"])
    done("install", "qwen")
    assert handlers(private / FILES["qwen"])["Stop"]["timeout"] == 5000  # milliseconds


def test_codex_notifies_or_has_a_hook_if_it_notifies_another_program(private: Path) -> None:
    config = private / ".codex" / "config.toml"
    done("install", "codex")
    assert tomllib.loads(config.read_text())["notify"][1:] == ["agent", "hook", "codex"]
    assert list(handlers(private / FILES["codex"])) == ["UserPromptSubmit", "PermissionRequest"]
    done("uninstall", "codex")
    config.write_text('notify = ["notify-send"]\n')
    result = agent("install", "codex")
    assert result.returncode == 0
    assert result.stderr == f"ttsmesh: {config} notifies another program; a hook speaks instead\n"
    assert list(handlers(private / FILES["codex"])) == ["UserPromptSubmit", "PermissionRequest", "Stop"]
    done("uninstall", "codex")
    assert config.read_text() == 'notify = ["notify-send"]\n'


def test_of_two_files_both_are_changed_or_none(private: Path) -> None:
    config, hooks = private / ".codex" / "config.toml", private / FILES["codex"]
    done("install", "codex")
    before = config.read_bytes()
    hooks.write_text("{")
    for command in ("install", "uninstall"):
        result = agent(command, "codex", *(["--brief"] if command == "install" else []))
        assert (result.returncode, result.stderr.count("\n")) == (78, 1)
        assert (config.read_bytes(), hooks.read_text()) == (before, "{")


def test_where_one_of_two_files_is_read_only_the_other_is_not_made(private: Path) -> None:
    config = private / ".codex" / "config.toml"
    config.parent.mkdir()
    config.write_text('model = "gpt"\n')
    config.chmod(0o444)
    result = agent("install", "codex")
    assert (result.returncode, result.stderr) == (74, f"ttsmesh: cannot change {config}: it is read-only\n")
    assert [path.name for path in config.parent.iterdir()] == ["config.toml"]


def test_an_agent_may_have_its_settings_elsewhere(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(private / "elsewhere"))
    done("install", "claude")
    assert (private / "elsewhere" / "settings.json").exists()


def test_a_project_may_have_hooks_of_its_own(private: Path) -> None:
    project = private / "shop"
    project.mkdir()
    done("install", "claude", "--project", directory=project)
    path = project / ".claude" / "settings.local.json"
    assert "Stop" in handlers(path)
    assert f"claude  installed  {path}\n" in done("status", directory=project)
    done("uninstall", "claude", "--project", directory=project)
    assert not path.exists()
    result = agent("install", "codex", "--project", directory=project)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: a value is missing or misspelled"),
        (b'{\n"a"\n}', "line 3: a colon is missing"),
        (b"\xff", "not valid UTF-8 (byte 0)"),
    ],
)
def test_settings_that_cannot_be_understood_stay_as_they_are(content: bytes, reason: str, private: Path) -> None:
    path = private / FILES["claude"]
    path.parent.mkdir()
    path.write_bytes(content)
    for command in ("install", "uninstall"):
        result = agent(command, "claude")
        assert (result.returncode, result.stderr) == (78, f"ttsmesh: {path}: {reason}\n")
    assert path.read_bytes() == content
    assert f"claude  unclear    {path}: {reason}\n" in done("status")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[]", "it is no object"),
        (b'{"hooks": []}', "hooks is no object"),
        (b'{"hooks": {"Stop": 7}}', "Stop is no array"),
    ],
)
def test_settings_of_another_form_take_no_hooks(content: bytes, reason: str, private: Path) -> None:
    path = private / FILES["claude"]
    path.parent.mkdir()
    path.write_bytes(content)
    result = agent("install", "claude")
    assert (result.returncode, result.stderr) == (78, f"ttsmesh: {path}: {reason}\n")
    assert done("uninstall", "claude") == "not installed\n"
    assert path.read_bytes() == content


def test_a_mistake_is_one_line(private: Path) -> None:
    for arguments, reason in (
        (["install", "no-such-agent"], "'no-such-agent' is not one of"),
        (["install", "claude", "--voice", "a", "--voices", "b"], "not both"),
        (["install", "claude", "--speed", "9"], "0.5 to 4"),
        (["uninstall"], "Missing argument"),
    ):
        result = agent(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert reason in result.stderr
        assert result.stderr.count("\n") == 1
    assert list(private.glob(".*")) == []


def test_a_voice_that_there_is_not_is_refused(private: Path) -> None:
    voices = private / "data" / "ttsmesh" / "voices"
    voices.mkdir(parents=True)
    (voices / "af_heart.bin").touch()
    for options in (["--voice", "af_hart"], ["--voices", "af_heart,af_hart"], ["--voice", "af_heart:1,af_hart:2"]):
        result = agent("install", "claude", *options)
        assert (result.returncode, result.stderr) == (66, "ttsmesh: no voice 'af_hart'; ttsmesh voices lists them\n")
    done("install", "claude", "--voice", "af_heart:1,af_heart:2")


def test_settings_that_cannot_be_written_are_named(private: Path) -> None:
    (private / ".claude").write_text("a file")
    result = agent("install", "claude")
    assert (result.returncode, result.stderr.count("\n")) == (74, 1)
    assert ".claude" in result.stderr


@pytest.mark.parametrize("more", ["; notify-send done", " > log", "\nnotify-send done", " && notify-send $HOME"])
def test_a_command_to_which_somebody_has_added_is_no_longer_ours(more: str, private: Path) -> None:
    done("install", "claude")
    path = private / FILES["claude"]
    settings = json.loads(path.read_text())
    settings["hooks"]["Stop"][0]["hooks"][0]["command"] += more
    path.write_text(json.dumps(settings, indent=2))
    done("uninstall", "claude")
    assert json.loads(path.read_text())["hooks"] == {"Stop": settings["hooks"]["Stop"]}


def test_a_program_that_is_gone_is_named(private: Path) -> None:
    done("install", "claude")
    path = private / FILES["claude"]
    path.write_text(path.read_text().replace(os.path.dirname(sys.executable), "/gone"))
    assert "(there is no /gone/ttsmesh: install it again)" in done("status")
