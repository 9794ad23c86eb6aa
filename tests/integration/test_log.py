"""A log that cannot be written costs its lines and nothing else."""

import os
import shutil

from tests.mesh import QUICK, Mesh


def say_and_stop(mesh: Mesh) -> None:
    """What a user does with a mesh, each of it acknowledged."""
    mesh.say("Hello.", "--force", "-o", "hello.wav")
    assert mesh.run("stop").returncode == 0
    mesh.until_idle()


def test_a_full_disk_costs_log_lines_and_nothing_else() -> None:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        mesh.state.mkdir(parents=True)
        log = mesh.state / "ttsmesh.log"
        log.symlink_to("/dev/full")
        say_and_stop(mesh)
        log.unlink()
        say_and_stop(mesh)
        assert " lines of this log could not be written\n" in mesh.log()
        assert mesh.log().count("accepted, ") == 1
        assert mesh.run("kill").returncode == 0


def test_a_log_directory_that_vanished_is_made_again_for_the_next_line() -> None:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        say_and_stop(mesh)
        shutil.rmtree(mesh.state)
        say_and_stop(mesh)
        assert mesh.log().count("accepted, ") == 1


def test_a_log_on_a_disk_that_does_not_respond_holds_up_nothing() -> None:
    """A FIFO that nobody reads stands for that disk: opening it does not return."""
    with Mesh() as mesh:
        mesh.settings(QUICK)
        mesh.state.mkdir(parents=True)
        os.mkfifo(mesh.state / "ttsmesh.log")
        say_and_stop(mesh)
        assert mesh.run("kill").returncode == 0
