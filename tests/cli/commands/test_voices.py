"""``ttsmesh voices``: what it prints of files with odd names."""

import json
from pathlib import Path

from tests.mesh import Mesh


def test_a_damaged_voice_is_named_without_what_a_terminal_would_obey() -> None:
    with Mesh() as mesh:
        data = mesh.directory / "\x1b[31mred\n\x9b"
        voices = data / "ttsmesh" / "voices"
        voices.mkdir(parents=True)
        Path(voices, "af_heart.bin").write_bytes(b"short")
        mesh.env["XDG_DATA_HOME"] = str(data)
        run = mesh.run("voices")
        assert run.returncode == 0
        assert run.stderr.startswith(b"ttsmesh: skipped: ")
        assert b" [31mred  /ttsmesh/voices/af_heart.bin" in run.stderr
        assert (run.stderr.count(b"\n"), run.stderr.count(b"\x1b")) == (1, 0)
        run = mesh.run("voices", "--json")
        assert run.stdout.isascii(), "not a C1 control in two bytes either"
        assert str(data) in json.loads(run.stdout)["voices"][0]["fault"]
