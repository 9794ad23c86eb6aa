"""Voices and languages: the list, blends, files of one's own, levels, and what runs when several speak."""

import json
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyloudnorm
import pytest

from tests.few import few
from tests.mesh import Mesh
from tests.phonemes import phonemes_of
from tests.whole import render
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.openvino.engine import OpenVinoEngine
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.pieces import pcm
from ttsmesh.model.render.spacing import Spacer
from ttsmesh.model.voices.catalogue import OFFICIAL, Catalogue
from ttsmesh.model.voices.loudness import TARGET, LoudnessNormaliser, measured
from ttsmesh.model.voices.volume import at_volume
from ttsmesh.voice_files import default_folder

pytestmark = pytest.mark.timeout(300)

Samples = npt.NDArray[np.int16]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some official voices, in a data directory of the test's own."""
    folder = tmp_path_factory.mktemp("data") / "ttsmesh" / "voices"
    folder.mkdir(parents=True)
    for name in ("af_heart", "af_bella", "bf_emma", "ef_dora", "ff_siwis", "jf_alpha"):
        shutil.copy(default_folder() / f"{name}.bin", folder)
    return folder


@pytest.fixture(scope="module")
def mesh(folder: Path) -> Iterator[Mesh]:
    with Mesh({"XDG_DATA_HOME": str(folder.parent.parent)}) as mesh:
        mesh.settings("language_idle = 0.5\n[voice.bf_emma]\ngain = -20\npauses = 2\n")
        yield mesh


def listed(mesh: Mesh, *arguments: str) -> dict[str, dict[str, object]]:
    run = mesh.run("voices", "--json", *arguments)
    assert run.returncode == 0, run
    return {voice["name"]: voice for voice in json.loads(run.stdout)["voices"]}


def saved(mesh: Mesh, name: str, text: str, *options: str) -> Samples:
    run = mesh.run("say", text, "-o", f"{name}.wav", "--wait", *options)
    assert (run.returncode, run.stderr) == (0, b""), run
    with wave.open(str(mesh.work / f"{name}.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def used(mesh: Mesh) -> set[tuple[str, str]]:
    return {(voice["voice"], voice["language"]) for voice in mesh.status()["voices"]}


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_has_name_language_gender_and_source_aligned_everywhere_the_same(mesh: Mesh) -> None:
    run = mesh.run("voices")
    assert (run.returncode, run.stderr) == (0, b"")
    lines = run.stdout.decode().partition("Voices:\n")[2].splitlines()
    assert [line.split()[:4] for line in lines][:2] == [
        ["af_bella", "en-us", "female", "official"],
        ["af_heart", "en-us", "female", "official"],
    ]
    assert len({line.index(line.split()[1], 10) for line in lines}) == 1
    assert mesh.run("say", "--list").stdout == mesh.run("say", "-v", "?").stdout == run.stdout


def test_the_list_of_a_language_is_shorter_and_an_unknown_language_is_exit_66(mesh: Mesh) -> None:
    assert set(listed(mesh, "--lang", "fr")) == {"ff_siwis"}
    run = mesh.run("voices", "--lang", "xx")
    assert (run.returncode, run.stderr.count(b"\n")) == (66, 1)


def test_e2_files_come_and_go_without_a_restart_and_damaged_ones_are_named(mesh: Mesh, folder: Path) -> None:
    server = mesh.status()["pid"]
    assert mesh.run("say", "hello", "-v", "grandma").returncode == 66
    shutil.copy(folder / "bf_emma.bin", folder / "grandma.bin")
    (folder / "broken.npy").write_bytes(b"\x93NUMPY\x01\x00")
    try:
        run = mesh.run("voices")
        assert b"grandma" in run.stdout
        assert b"broken" not in run.stdout
        assert str(folder / "broken.npy") in run.stderr.decode()
        refusal = mesh.run("say", "hello", "-v", "broken", "-l", "en")
        assert (refusal.returncode, refusal.stderr.count(b"\n")) == (78, 1)
        homeless = mesh.run("say", "hello", "-v", "grandma")
        assert homeless.returncode == 66
        assert b"--lang" in homeless.stderr
        assert len(saved(mesh, "grandma", "Hello there.", "-v", "grandma", "-l", "en-gb"))
    finally:
        (folder / "grandma.bin").unlink()
        (folder / "broken.npy").unlink()
    assert mesh.run("say", "hello", "-v", "grandma", "-l", "en").returncode == 66
    assert mesh.status()["pid"] == server


def test_c8_the_refusal_of_a_voice_names_a_command_that_exists(mesh: Mesh) -> None:
    run = mesh.run("say", "hello", "-v", "af_hart")
    assert (run.returncode, run.stderr.count(b"\n")) == (66, 1)
    assert b"af_heart" in run.stderr
    assert b"ttsmesh voices" in run.stderr


# --- blends --------------------------------------------------------------------------------------------------------


def test_a_blend_has_one_voice_server_however_it_is_written(mesh: Mesh) -> None:
    saved(mesh, "blend1", "Hello there.", "-v", "af_heart:0.6,bf_emma:0.4")
    saved(mesh, "blend2", "Hello there.", "-v", " bf_emma:4, af_heart:6")
    assert [pair for pair in used(mesh) if "," in pair[0]] == [("af_heart:0.6,bf_emma:0.4", "en-us")]


def test_a_blend_is_kept_under_a_name_and_spoken_at_once(mesh: Mesh, folder: Path) -> None:
    assert mesh.run("voices", "save", "atlantic", "af_heart:0.6,bf_emma:0.4").returncode == 0
    again = mesh.run("voices", "save", "atlantic", "af_heart")
    assert (again.returncode, again.stderr.count(b"\n")) == (73, 1)
    assert mesh.run("voices", "save", "atlantic", "bf_emma", "--force").returncode == 0
    assert listed(mesh)["atlantic"]["language"] == "en-gb"
    assert len(saved(mesh, "atlantic", "Hello there.", "-v", "atlantic"))
    (folder / "atlantic.safetensors").unlink()


def test_c8_a_bad_blend_is_one_line_and_exit_66(mesh: Mesh) -> None:
    for formula in ("af_heart:0", "af_heart,", "af_heart,nobody", ",".join(f"af_heart{n}" for n in range(40))):
        run = mesh.run("say", "hello", "-v", formula)
        assert (run.returncode, run.stderr.count(b"\n")) == (66, 1), formula


# --- languages -----------------------------------------------------------------------------------------------------


def test_voice_and_language_imply_each_other_and_may_differ_on_purpose(mesh: Mesh) -> None:
    saved(mesh, "voice", "Hola.", "-v", "ef_dora")
    saved(mesh, "language", "Bonjour.", "-l", "fr")
    saved(mesh, "both", "Good morning.", "-v", "ef_dora", "-l", "en-US")
    assert {("ef_dora", "es"), ("ff_siwis", "fr-fr"), ("ef_dora", "en-us")} <= used(mesh)


@pytest.mark.long
def test_auto_takes_the_first_sentences_voice_for_all(mesh: Mesh) -> None:
    before = used(mesh)
    text = "Buenos días, la reunión es a las tres. OK. The old ship left the harbour early in the morning."
    saved(mesh, "auto", text, "--lang", "auto")
    saved(mesh, "unsure", "OK.", "--lang", "auto")
    assert used(mesh) - before <= {("ef_dora", "es"), ("af_heart", "en-us")}
    assert ("ef_dora", "es") in used(mesh)


def test_c10_what_cannot_be_said_is_counted_in_status(mesh: Mesh) -> None:
    before = mesh.status().get("unsayable", 0)  # absent while no server runs
    saved(mesh, "mixed", "Hello Привет.", "-v", "af_heart")
    assert mesh.run("say", "Привет", "-o", "none.wav", "--wait").returncode == 65
    assert mesh.status()["unsayable"] == before + 12


def test_an_idle_languages_process_leaves_and_comes_back(mesh: Mesh) -> None:
    def workers() -> int:
        return sum("g2p.worker" in command for command in mesh.processes().values())

    saved(mesh, "es", "Hola.", "-v", "ef_dora")
    mesh.until(lambda _: workers() == 2, "only the reader and the default language's process are left")
    assert len(saved(mesh, "es2", "Hola.", "-v", "ef_dora"))


# --- settings of one voice -----------------------------------------------------------------------------------------


def test_gain_is_that_voices_alone(mesh: Mesh) -> None:
    soft = np.abs(saved(mesh, "soft", "Hello there.", "-v", "bf_emma").astype(int)).max()
    loud = np.abs(saved(mesh, "loud", "Hello there.", "-v", "af_bella").astype(int)).max()
    assert 3 * soft < loud


# --- several at once -----------------------------------------------------------------------------------------------


def test_two_voices_asked_for_at_once_start_two_servers_and_neither_waits_for_the_others_process(
    tmp_path: Path,
) -> None:
    """Nothing is rendered before both processes are there, so neither can have waited for the other one's end."""
    gate = tmp_path / "gate"
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        gate.touch()
        asked = ("af_heart", "bf_emma")
        clients = [mesh.start("say", "Hello.", "-v", voice, "-o", f"{voice}.wav", "--wait") for voice in asked]
        status = mesh.until(
            lambda status: {voice["voice"] for voice in status["voices"] if voice["state"] == "busy"} == set(asked),
            "both voices busy",
        )
        assert len({voice["pid"] for voice in status["voices"]}) == 2
        assert all(client.poll() is None for client in clients)
        gate.unlink()
        for client in clients:
            assert client.communicate(timeout=60) == (b"", b"")
            assert client.returncode == 0
        assert all(voice["starts"] == 1 for voice in mesh.status()["voices"])


# --- the real model ------------------------------------------------------------------------------------------------


SENTENCES = {
    "en": (
        "It has been raining since this morning, but in the afternoon the sun is going to shine.",
        "Where did you leave the keys?",
    ),
    "es": (
        "Llueve desde esta mañana, pero por la tarde va a salir el sol.",
        "¿Dónde has dejado las llaves?",
    ),
    "fr": (
        "Il pleut depuis ce matin, mais cet après-midi le soleil va briller.",
        "Où as-tu laissé les clés ?",
    ),
    "hi": (
        "आज सुबह से बारिश हो रही है, लेकिन दोपहर में धूप निकलेगी।",
        "तुमने चाबियाँ कहाँ छोड़ीं?",
    ),
    "it": (
        "Piove da questa mattina, ma nel pomeriggio splenderà il sole.",
        "Dove hai lasciato le chiavi?",
    ),
    "ja": (
        "今日は朝から雨が降っていますが、午後には晴れるそうです。",
        "鍵をどこに置きましたか?",
    ),
    "pt": (
        "Está chovendo desde cedo, mas à tarde o sol vai aparecer.",
        "Onde você deixou as chaves?",
    ),
    "zh": (
        "今天从早上开始一直在下雨，但是下午太阳会出来。",
        "你把钥匙放在哪里了？",
    ),
}
"""None that the levels were measured with: a long one, and a short one, which is further off."""

ONE_OF_EACH = ("af_heart", "bm_lewis", "em_alex", "ff_siwis", "hm_psi", "if_sara", "jf_alpha", "pm_santa", "zf_xiaoyi")
"""A voice for each language."""


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:open_text is deprecated:DeprecationWarning")  # reason: misaki's own
@pytest.mark.parametrize("voice", few(ONE_OF_EACH, of=OFFICIAL))
def test_every_voice_says_sentences_of_its_language_whole_and_at_the_common_loudness(
    voice: str, engine: OpenVinoEngine
) -> None:
    """At a plausible length: 4 to 25 phonemes a second, as people speak."""
    catalogue = Catalogue()
    language = catalogue.info(voice).language
    for sentence in SENTENCES[language[:2]]:
        phonemes = phonemes_of(sentence, language)
        assert (phonemes.dropped, phonemes.unsayable) == (0, 0)
        samples = said(engine, catalogue, LoudnessNormaliser(), voice, phonemes)
        assert 4 < len(phonemes.text) / (len(samples) / SAMPLE_RATE) < 25
        assert np.abs(samples.astype(int)).max() < 32_767
        assert abs(lufs(samples) - TARGET) <= 1.5


@pytest.mark.model
@pytest.mark.parametrize(
    "voice",
    few(
        {"mine"},
        of=("af_heart:0.6,bf_emma:0.4", "af_nicole,am_adam", "bf_emma:0.5,ef_dora:0.3,am_michael:0.2", "mine"),
    ),
)
def test_blends_and_voices_of_ones_own_are_at_the_common_loudness_from_the_first_sentence_on(
    voice: str, engine: OpenVinoEngine, tmp_path: Path
) -> None:
    softest = min(measured(), key=lambda name: measured()[name])
    shutil.copy(default_folder() / f"{softest}.bin", tmp_path / "mine.bin")
    catalogue, normaliser = Catalogue(folder=tmp_path), LoudnessNormaliser(tmp_path / "levels")
    assert catalogue.loudness(voice) is None
    for sentence in 3 * SENTENCES["en"]:
        samples = said(engine, catalogue, normaliser, voice, phonemes_of(sentence, "en-us"))
        assert abs(lufs(samples) - TARGET) <= 1.5
    assert (tmp_path / "levels").exists(), "by now it is measured"


def said(
    engine: OpenVinoEngine, catalogue: Catalogue, normaliser: LoudnessNormaliser, voice: str, phonemes: Phonemes
) -> Samples:
    """What is played of it."""
    speaker = catalogue.speaker(voice)
    rendered = render(engine, phonemes.text, speaker)
    if (known := catalogue.loudness(voice)) is None:
        normaliser.learn(speaker.table, rendered.samples)
    factor = normaliser.factor(rendered.loudness, speaker.table, known)
    spacer = Spacer(rendered.ends, phonemes.text, Pauses())
    sound = np.concatenate([spacer.add(piece) for piece in rendered.pieces])
    return np.frombuffer(pcm(at_volume(sound, 100 * factor)), "<i2")


def lufs(samples: Samples) -> float:
    """By another library than the one that levels."""
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples / 32768))


def test_a_voice_whose_path_is_very_long_spoils_no_list(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["d" * 200] * 6)
    folder.mkdir(parents=True)
    (folder / "good.bin").write_bytes((default_folder() / "af_heart.bin").read_bytes())
    (folder / "bad.bin").write_bytes(b"short")
    with Mesh() as mesh:
        mesh.settings(f'voices_folder = "{folder}"\n')
        listed = mesh.run("voices", "--json")
        assert listed.returncode == 0, listed
        assert b'"good"' in listed.stdout
        assert b'"bad"' in listed.stdout + listed.stderr
