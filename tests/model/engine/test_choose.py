"""One name chooses the engine: of the environment, or of the settings. Other packages bring engines of their own."""

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ttsmesh.config import Settings
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.choose import asked_for, choose_engine, kind, resolved
from ttsmesh.model.engine.kokoro import device
from ttsmesh.model.engine.openvino import kind as openvino_kind
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.engine.spare import WithSpare
from ttsmesh.model.engine.tone import ToneEngine


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Has the machine have a fake GPU, or the packages of the engine kokoro, or not."""

    def have(*, node: bool, packages: bool) -> None:
        path = tmp_path / "fake-gpu"
        if node:
            path.touch()
        monkeypatch.setattr(device, "NODES", (str(path),))
        monkeypatch.setattr(device, "PACKAGES", ("json",) if packages else ("no_such_package",))
        monkeypatch.setattr(platform, "system", lambda: "Linux")

    return have


def test_the_environment_says_more_than_the_settings() -> None:
    settings = Settings(engine="openvino")
    assert asked_for({}, settings) == "openvino"
    assert asked_for({"TTSMESH_ENGINE": ""}, settings) == "openvino"
    assert asked_for({"TTSMESH_ENGINE": "tone"}, settings) == "tone"
    assert isinstance(choose_engine({"TTSMESH_ENGINE": "tone"}, settings), ToneEngine)
    assert isinstance(choose_engine({}, Settings(engine="tone")), ToneEngine)


@pytest.mark.parametrize(
    ("node", "packages", "name"),
    [
        (True, True, "kokoro"),
        (True, False, "openvino"),
        (False, True, "openvino"),
        (False, False, "openvino"),
    ],
)
def test_auto_is_kokoro_where_there_are_a_gpu_and_its_packages(
    gpu: Callable[..., None], node: bool, packages: bool, name: str
) -> None:
    gpu(node=node, packages=packages)
    assert resolved("auto") == name
    assert resolved("tone") == "tone"
    engine = choose_engine({}, Settings())
    assert isinstance(engine, WithSpare if name == "kokoro" else OpenVinoEngine)
    assert engine.name.startswith(name)


def test_the_engine_takes_its_settings() -> None:
    assert choose_engine({}, Settings(engine="openvino", precision="f32")).name == "openvino f32"


def test_without_its_packages_kokoro_says_what_to_install(gpu: Callable[..., None]) -> None:
    gpu(node=False, packages=False)
    engine = choose_engine({}, Settings(engine="kokoro"))
    with pytest.raises(ConfigError, match=r"pip install 'ttsmesh\[kokoro\]'"):
        engine.check()


@pytest.fixture(params=["ImportError('libcudart.so.13')", "OSError('libc10.so')", "ValueError('libcublas not found')"])
def broken_torch(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PyTorch that does not import, as one without its libraries; and the tone engine in OpenVINO's place."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "torch.py").write_text(f"raise {request.param}\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")  # the engine would set it for all tests
    monkeypatch.setattr(openvino_kind, "make", lambda environment, settings: ToneEngine())


def test_where_pytorch_does_not_load_auto_speaks_without_it(gpu: Callable[..., None], broken_torch: None) -> None:
    gpu(node=True, packages=True)
    engine = choose_engine({}, Settings())
    engine.check()
    engine.load()
    assert engine.name.startswith("tone, since the packages of the engine kokoro do not work: lib")


def test_where_pytorch_does_not_load_kokoro_by_its_name_says_why(gpu: Callable[..., None], broken_torch: None) -> None:
    gpu(node=True, packages=True)
    with pytest.raises(ConfigError, match="the packages of the engine kokoro do not work: lib"):
        choose_engine({}, Settings(engine="kokoro")).load()


def test_without_weights_for_kokoro_auto_speaks_with_openvino_and_kokoro_by_its_name_refuses(
    gpu: Callable[..., None], private: Path
) -> None:
    gpu(node=True, packages=True)
    missing = str(private / "missing.pth")
    choose_engine({}, Settings(kokoro_weights=missing)).check()
    with pytest.raises(ConfigError, match=r"no file .*/missing\.pth"):
        choose_engine({}, Settings(engine="kokoro", kokoro_weights=missing)).check()


def test_an_unknown_engine_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"unknown engine 'espeak' \(want auto, kokoro, openvino, tone\)"):
        kind("espeak")


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a package with the given module, which brings an engine ``stranger``."""

    def install(module: str) -> None:
        (tmp_path / "stranger_engine.py").write_text(module)
        info = tmp_path / "stranger_engine-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger-engine\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[ttsmesh.engines]\nstranger = stranger_engine\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "stranger_engine", raising=False)

    return install


def test_an_engine_of_another_package_is_found_by_its_entry_point(stranger: Callable[[str], None]) -> None:
    stranger("from ttsmesh.model.engine.tone import CHECKS, install, make\n")
    assert isinstance(choose_engine({"TTSMESH_ENGINE": "stranger"}), ToneEngine)
    with pytest.raises(ConfigError, match=r"want auto, kokoro, openvino, stranger, tone\)"):
        kind("espeak")


def test_an_engine_that_cannot_be_imported_is_named(stranger: Callable[[str], None]) -> None:
    stranger("import no_such_package\n")
    with pytest.raises(ConfigError, match="engine stranger cannot be imported: ModuleNotFoundError"):
        kind("stranger")


def test_a_module_that_is_no_engine_says_what_it_lacks(stranger: Callable[[str], None]) -> None:
    stranger("from ttsmesh.model.engine.tone import make\n")
    with pytest.raises(ConfigError, match="engine stranger lacks install and CHECKS: stranger_engine is no kind of"):
        kind("stranger")


def test_an_engine_of_another_sample_rate_is_refused(stranger: Callable[[str], None]) -> None:
    """Its speech would be slow and low, or quick and high."""
    stranger(
        "from ttsmesh.model.engine.tone import CHECKS, ToneEngine, install\n"
        "class LowEngine(ToneEngine):\n"
        "    sample_rate = 22050\n"
        "def make(environment, settings):\n"
        "    return LowEngine()\n"
    )
    with pytest.raises(ConfigError, match="engine stranger makes 22050 samples a second, want 24000"):
        choose_engine({"TTSMESH_ENGINE": "stranger"})


def test_the_default_installation_has_no_pytorch_and_no_part_of_kokoro() -> None:
    """They are not installed here, so nothing that the other tests run can have imported them."""
    program = (
        "from importlib.util import find_spec\n"
        "from importlib.metadata import distributions\n"
        "import sys\n"
        "from ttsmesh.model.engine.choose import choose_engine\n"
        "engine = choose_engine({'TTSMESH_ENGINE': 'openvino'})\n"
        "engine.load()\n"
        "found = {name.partition('.')[0] for name in sys.modules} & {'torch', 'kokoro', 'transformers'}\n"
        "assert not found, found\n"
        "assert find_spec('torch') is None and find_spec('kokoro') is None\n"
        "names = {each.name.lower() for each in distributions()}\n"
        "assert not names & {'torch', 'kokoro', 'transformers'}, names\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
