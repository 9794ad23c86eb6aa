"""A model that does not load: what is said then, and what ``status`` tells meanwhile."""

import json

import pytest

from tests.faults import held_by_a_stopped_process, shorten
from tests.mesh import Mesh
from ttsmesh.model.build.prepared_model import default_directory


@pytest.mark.model
def test_a_set_up_that_is_stopped_is_told_of_and_fails_what_waits_for_it() -> None:
    with Mesh(engine="openvino") as mesh:
        cache = mesh.directory / "cache" / "ttsmesh"
        cache.mkdir(parents=True)
        mesh.env["XDG_CACHE_HOME"] = str(cache.parent)
        shorten(mesh, PREPARING_TIMEOUT=3.0)
        with held_by_a_stopped_process(cache / f"{default_directory().name}.lock"):
            mesh.say("Hello.", "-o", "hello.wav")
            status = mesh.until(lambda status: "waiting for another set-up" in status.get("engine", ""))
            assert status["model"] == "loading"
            mesh.until_idle()
        history = mesh.run("history", "--json").stdout
        (entry,) = json.loads(history)["entries"]
        assert entry["outcome"] == "failed"
        assert "another set-up has not finished within 3 s" in entry["message"]
