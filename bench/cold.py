"""How soon something is said where no mesh runs yet, with everything prepared and read from the disk before."""

from tests.mesh import Mesh

from bench.first import short
from bench.run import Run
from bench.warm import timed


def measure(run: Run) -> None:
    taken = []
    for number in run.tries(5, "say where no mesh runs", quick=2):
        with Mesh(engine="openvino") as mesh:
            # For tests only: it would be paid for at each start of a process.
            del mesh.env["PYTHONWARNINGS"]
            text = short(run, number)
            begun, ended = timed(mesh, *mesh.command("say", "--wait", "-o", "a.wav", text))
            taken.append((ended - begun) * 1e3)
    run.add(
        "`say` started, without a mesh, to its short text saved",
        "ms",
        taken,
        goal=2000,
        note="client, model server, G2P, voice server, and all of the sound: the first of it is there before",
    )
