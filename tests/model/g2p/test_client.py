"""The real G2P process: what it says, and what becomes of it when it crashes, hangs or is not wanted any more."""

import asyncio
import contextlib
import importlib.resources
import importlib.util
import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop

from tests.words import words
from ttsmesh.errors import Code, RejectedError, SynthesisError
from ttsmesh.languages import LANGUAGES
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.g2p.tokens import table
from ttsmesh.model.text.segments import Word

POISONOUS = "---क-ककññQककñQñQकñकक-क--ññQ-ककQककककñ-कQक-क---ññककñकññक"
"""One word on which espeak-ng's Hindi dies of SIGSEGV; found by fuzzing."""

POISON = Word(POISONOUS, 0, len(POISONOUS))

LoopFactory = Callable[[], asyncio.AbstractEventLoop]
LOOPS = pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])


def run(
    scenario: Callable[[G2P], Coroutine[None, None, None]],
    timeout: float = 10.0,
    loop_factory: LoopFactory | None = None,
) -> None:
    """Run ``scenario`` with a G2P, close it, and assert that nothing of it is left."""

    async def main() -> None:
        g2p = G2P(timeout=timeout, load_timeout=60.0)
        try:
            await scenario(g2p)
        finally:
            await g2p.close()
        assert g2p.pid is None
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(main())


class Speaker:
    """Asks one G2P, which tests share that only want to know what it says."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.g2p = G2P(timeout=10.0, load_timeout=60.0)

    def __call__(self, text: Sequence[Word], language: str) -> Phonemes:
        return self._runner.run(self.g2p.phonemise(text, language))

    def close(self) -> None:
        self._runner.run(self.g2p.close())


@pytest.fixture(scope="module")
def say() -> Iterator[Speaker]:
    with asyncio.Runner() as runner, contextlib.closing(Speaker(runner)) as speaker:
        yield speaker


def word_phonemes(said: Sequence[Word], phonemes: Phonemes) -> dict[str, str]:
    text = "".join(word.text for word in said)
    return {text[w.start : w.end]: phonemes.text[w.phoneme_start : w.phoneme_end] for w in phonemes.words}


def pid(g2p: G2P) -> int:
    assert g2p.pid is not None
    return g2p.pid


def stop(process: int) -> None:
    """SIGSTOP, and wait until the kernel has done it."""
    os.kill(process, signal.SIGSTOP)
    os.waitid(os.P_PID, process, os.WSTOPPED | os.WNOWAIT)


async def turns(count: int = 20) -> None:
    """Let the loop turn. A request is in flight after fewer than twenty turns."""
    for _ in range(count):
        await asyncio.sleep(0)


# --- what it says --------------------------------------------------------------------------------------------------


def test_english_words_are_said_as_misakis_dictionary_has_them(say: Speaker) -> None:
    """Source: us_gold.json of misaki 0.9.4; words that neither stress nor context alter. T is Kokoro's flap."""
    gold = json.loads((importlib.resources.files("misaki") / "data" / "us_gold.json").read_text(encoding="utf-8"))
    known = ["giraffe", "umbrella", "piano", "kitchen", "hospital", "violin", "cathedral"]
    text = words(" ".join(known) + ".")
    said = word_phonemes(text, say(text, "en-us"))
    assert {word: said[word] for word in known} == {word: gold[word].replace("ɾ", "T") for word in known}


def test_british_english_differs(say: Speaker) -> None:
    text = words("She can't dance.")
    assert word_phonemes(text, say(text, "en-us"))["dance"] == "dˈæns"
    assert word_phonemes(text, say(text, "en-gb"))["dance"] == "dˈɑːns"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "¿Hola, qué tal?", {"Hola": "ˈola", "qué": "kˈe"}),
        ("fr-fr", "Les amis, sont là.", {"Les": "lez", "amis": "amˈi", "là": "lˈa"}),
        ("it", "Ciao, come stai?", {"Ciao": "ʧˈao", "come": "kˌome"}),
        ("pt-br", "Olá, tudo bem?", {"Olá": "olˈa", "tudo": "tˈudʊ"}),
        ("hi", "नमस्ते दुनिया।", {"नमस्ते": "nəmˈʌsteː", "।": "."}),
    ],
)
def test_other_languages_are_said_word_by_word(
    say: Speaker, language: str, text: str, expected: dict[str, str]
) -> None:
    phonemes = say(words(text), language)
    assert phonemes.unsayable == 0
    said = word_phonemes(words(text), phonemes)
    assert {word: said.get(word) for word in expected} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phoneme_is_a_token_and_words_are_in_order(say: Speaker, language: str) -> None:
    text = words('OK - "so" (it): l\'été… João’s e-mail – don’t!  नमस्ते; a b\u200d — ça va?')
    phonemes = say(text, language)
    length = sum(len(word.text) for word in text)
    assert phonemes.sounds
    assert set(phonemes.text) <= set(table())
    assert phonemes.text == " ".join(phonemes.text.split())
    end = phoneme_end = 0
    for word in phonemes.words:
        assert end <= word.start < word.end <= length
        assert phoneme_end <= word.phoneme_start < word.phoneme_end <= len(phonemes.text)
        assert not phonemes.text[phoneme_end : word.phoneme_start].strip()
        end, phoneme_end = word.end, word.phoneme_end


def test_letters_and_given_phonemes_go_to_the_process_as_such(say: Speaker) -> None:
    text = [Word("PDF", 0, 3, kind="letters"), Word("kubectl", 4, 11, phonemes="kjˈub"), Word(".", 11, 12, kind="mark")]
    assert say(text, "en-us").text == "pˌidˌiˈɛf kjˈub."


def test_an_unknown_language_is_refused_without_a_process() -> None:
    async def scenario(g2p: G2P) -> None:
        for ask in (g2p.phonemise(words("hello"), "xx"), g2p.warm("xx")):
            with pytest.raises(RejectedError) as caught:
                await ask
            assert caught.value.code is Code.LANGUAGE
            assert "en-us" in caught.value.message
        assert g2p.pid is None

    run(scenario)


@pytest.mark.parametrize(("language", "module"), [("ja", "pyopenjtalk"), ("zh", "jieba")])
def test_a_language_that_is_not_installed_is_refused_naming_its_extra(
    language: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else real(name))

    async def scenario(g2p: G2P) -> None:
        with pytest.raises(RejectedError, match=rf"pip install 'ttsmesh\[{language}\]'") as caught:
            await g2p.phonemise(words("hello"), language)
        assert (caught.value.code, caught.value.exit_status) == (Code.LANGUAGE, 66)
        assert g2p.pids == []

    run(scenario)


def test_languages_are_detected_and_a_detector_that_dies_is_only_unsure() -> None:
    async def scenario(g2p: G2P) -> None:
        assert await g2p.detect(["La reunión del lunes es a las tres de la tarde.", "OK."]) == ["es", None]
        os.kill(g2p.pids[0], signal.SIGKILL)
        assert await g2p.detect(["OK."]) == [None]

    run(scenario)


# --- what becomes of it --------------------------------------------------------------------------------------------


@LOOPS
def test_it_works_on_either_loop_and_is_started_once(loop_factory: LoopFactory) -> None:
    async def scenario(g2p: G2P) -> None:
        assert g2p.pid is None
        await g2p.warm("es")
        first = pid(g2p)
        said = await asyncio.gather(*(g2p.phonemise(words("hola"), "es") for _ in range(20)))
        assert {phonemes.text for phonemes in said} == {"ˈola"}
        assert g2p.pid == first

    run(scenario, loop_factory=loop_factory)


def test_each_family_of_languages_has_a_process_that_leaves_when_idle_unless_it_is_to_stay() -> None:
    async def main() -> None:
        g2p = G2P(timeout=10.0, load_timeout=60.0, idle=0.0)
        try:
            await g2p.warm("es", stay=True)
            staying = g2p.pids
            assert len(staying) == 2, "the reader and espeak-ng"
            await asyncio.gather(g2p.phonemise(words("ciao"), "it"), g2p.phonemise(words("你好"), "zh"))
            async with asyncio.timeout(30):
                while g2p.pids != staying:  # noqa: ASYNC110  # processes end when they do
                    await asyncio.sleep(0.01)
            assert (await g2p.phonemise(words("你好"), "zh")).text == "ni↓xau↓"
        finally:
            await g2p.close()
        assert g2p.pids == []

    asyncio.run(main())


def test_a_word_that_crashes_it_costs_that_word_only(caplog: pytest.LogCaptureFixture) -> None:
    text = [*words("नमस्ते, "), POISON, *words("दुनिया।")]

    async def scenario(g2p: G2P) -> None:
        await g2p.warm("hi")
        first = pid(g2p)
        phonemes = await g2p.phonemise(text, "hi")
        assert phonemes.text == "nəmˈʌsteː, dˈʊnɪjˌaː."
        assert list(word_phonemes(text, phonemes)) == ["नमस्ते", ",", "दुनिया", "।"]
        assert phonemes.unsayable == len(POISONOUS)
        assert (await g2p.phonemise(words("नमस्ते"), "hi")).text == "nəmˈʌsteː"
        assert g2p.pid != first

    with caplog.at_level(logging.DEBUG):
        run(scenario)
    assert "1 of 3 words left out" in caplog.text
    assert not any(word in caplog.text for word in (POISONOUS, "नमस्ते", "nəm"))


def test_a_chunk_of_poison_is_given_up_and_the_next_is_said() -> None:
    async def scenario(g2p: G2P) -> None:
        with pytest.raises(SynthesisError):
            await g2p.phonemise([POISON] * 8, "hi")
        assert (await g2p.phonemise(words("नमस्ते"), "hi")).text == "nəmˈʌsteː"

    run(scenario)


@pytest.mark.parametrize("text", ["s'" * 200, "s'" * 80, "%" * 180, "a" * 180, "\u0301" * 500, "=-" * 90])
def test_c6_hostile_words_do_not_even_crash_it(say: Speaker, text: str) -> None:
    say(words("hello"), "en-us")
    first = pid(say.g2p)
    say([Word(text, 0, len(text))], "en-us")
    assert pid(say.g2p) == first


def test_a_process_killed_between_requests_is_replaced_unnoticed() -> None:
    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        first = pid(g2p)
        os.kill(first, signal.SIGKILL)
        assert (await g2p.phonemise(words("hola"), "es")).text == "ˈola"
        assert g2p.pid != first

    run(scenario)


def test_a_process_killed_during_a_request_is_replaced_and_the_request_repeated() -> None:
    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        first = pid(g2p)
        stop(first)
        asked = asyncio.create_task(g2p.phonemise(words("hola"), "es"))
        await turns()
        os.kill(first, signal.SIGKILL)
        assert (await asked).text == "ˈola"
        assert g2p.pid != first

    run(scenario)


def test_a_process_that_hangs_is_killed_at_the_deadline_and_the_request_repeated() -> None:
    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        first = pid(g2p)
        stop(first)
        assert (await g2p.phonemise(words("hola amigos"), "es")).unsayable == 0
        assert g2p.pid != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)

    run(scenario, timeout=2.0)


FAKE_PROCESS = """\
#!{python}
import pathlib, socket, sys, msgpack
from ttsmesh.wire.framing import HEADER, pack
connection = socket.socket(fileno=int(sys.argv[5]))
wrong = pathlib.Path(__file__).with_name("wrong")
while header := connection.recv(HEADER.size, socket.MSG_WAITALL):
    request = msgpack.unpackb(connection.recv(HEADER.unpack(header)[0], socket.MSG_WAITALL))
    if "words" in request and wrong.exists():
        answer = wrong.read_bytes()
        wrong.unlink()  # first, since it is killed for the answer
        connection.sendall(answer)
    elif "words" in request:
        connection.sendall(pack({{"text": "ola", "words": [], "unsayable": 0, "dropped": 0}}))
    else:
        connection.sendall(pack({{}}))
"""


@pytest.mark.parametrize(
    "wrong",
    [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1\xc1", b"\0\0\0\1\x07", b"\0\0\0\2\x07\x07", b"\0\0\0\1\x81"],
    ids=["too long", "empty", "not msgpack", "not a map", "more than one", "less than one"],
)
def test_a_process_that_answers_nonsense_is_replaced_at_once_and_the_request_repeated(
    wrong: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program = tmp_path / "fake"
    program.write_text(FAKE_PROCESS.format(python=sys.executable))
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        first = pid(g2p)
        (tmp_path / "wrong").write_bytes(wrong)
        assert (await g2p.phonemise(words("hola"), "es")).text == "ola"
        assert g2p.pid != first

    run(scenario, timeout=60.0)
    assert "g2p crashed; trying again" in caplog.text


def test_a_cancelled_request_leaves_it_usable_and_its_answer_is_dropped() -> None:
    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        first = pid(g2p)
        stop(first)
        asked = asyncio.create_task(g2p.phonemise(words("hola"), "es"))
        await turns()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        os.kill(first, signal.SIGCONT)
        assert (await g2p.phonemise(words("tres"), "es")).text == "tɾˈes"
        assert g2p.pid == first

    run(scenario)


@LOOPS
def test_a_request_cancelled_while_the_process_starts_leaves_it_usable(loop_factory: LoopFactory) -> None:
    async def scenario(g2p: G2P) -> None:
        for yields in range(12):
            asked = asyncio.create_task(g2p.phonemise(words("hola"), "es"))
            await turns(yields)
            asked.cancel()
            with suppress(asyncio.CancelledError):
                await asked
        assert (await g2p.phonemise(words("tres"), "es")).text == "tɾˈes"

    run(scenario, loop_factory=loop_factory)


def test_the_lowest_rank_is_served_first_then_the_first_to_come() -> None:
    order: list[str] = []

    async def ask(g2p: G2P, name: str, rank: int) -> None:
        await g2p.phonemise(words("hola"), "es", rank)
        order.append(name)

    async def scenario(g2p: G2P) -> None:
        await g2p.warm("es")
        stop(pid(g2p))
        asked = [asyncio.create_task(ask(g2p, *a)) for a in [("under way", 9), ("book", 2), ("live", 0), ("next", 1)]]
        asked += [asyncio.create_task(ask(g2p, *a)) for a in [("cancelled", 0), ("live too", 0), ("book too", 2)]]
        await turns()
        asked[4].cancel()
        os.kill(pid(g2p), signal.SIGCONT)
        await asyncio.gather(*asked, return_exceptions=True)

    run(scenario)
    assert order == ["under way", "live", "live too", "next", "book", "book too"]


@LOOPS
@pytest.mark.parametrize("yields", [0, 1, 2, 3, 5, 8, 1000])
def test_closing_ends_requests_under_way_and_waiting(yields: int, loop_factory: LoopFactory) -> None:
    async def scenario(g2p: G2P) -> None:
        asked = [asyncio.create_task(g2p.phonemise(words("hola"), "es")) for _ in range(3)]
        await turns(yields)
        await g2p.close()
        for result in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(result, (SynthesisError, Phonemes))
        with pytest.raises(SynthesisError, match="closed"):
            await g2p.phonemise(words("hola"), "es")

    run(scenario, loop_factory=loop_factory)


# --- the process by itself -----------------------------------------------------------------------------------------


def test_it_dies_with_its_parent_however_that_dies() -> None:
    """Stopped, it cannot see its socket end: only the kernel's signal reaches it."""
    parent = """
import asyncio, os, signal
from ttsmesh.model.g2p.client import G2P
async def main():
    g2p = G2P()
    await g2p.warm("es")
    os.kill(g2p.pid, signal.SIGSTOP)
    print(g2p.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", parent], stdout=subprocess.PIPE, check=False, text=True)
    assert done.returncode == -signal.SIGKILL
    orphan = int(done.stdout)
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(orphan)
        try:
            assert _ends(descriptor)
        finally:
            os.close(descriptor)


def _ends(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 10.0)[0])


def test_torch_is_not_imported_even_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w').close()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert subprocess.run([sys.executable, "-c", "import torch"], check=True).returncode == 0
    assert (tmp_path / "imported").exists()
    (tmp_path / "imported").unlink()

    async def scenario(g2p: G2P) -> None:
        assert (await g2p.phonemise(words("hello"), "en-us")).text == "həlˈO"

    run(scenario)
    assert not (tmp_path / "imported").exists()


def test_english_loads_nothing_that_it_does_not_need() -> None:
    program = """
import sys
from ttsmesh.model.g2p.worker import keep_out
keep_out()
from ttsmesh.model.g2p.pronounce import pronouncer
from ttsmesh.model.g2p.words import SpokenWord
print(pronouncer("en-us")([SpokenWord("hello")]).text, *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    said, *loaded = done.stdout.split()
    assert said == "həlˈO"
    assert {"spacy", "phonemizer", "segments"} <= set(loaded)
    assert not {"weasel", "typer", "requests", "rdflib", "jsonschema", "spacy.cli.train"} & set(loaded)


def test_english_parts_words_as_the_spacy_model_would_by_its_own_tokenizer() -> None:
    program = """
import spacy, srsly
from ttsmesh.model.g2p.english.pronounce import _UNUSED
from ttsmesh.model.g2p.english.tagger import checked
whole = spacy.load(checked(), exclude=[part for part in _UNUSED if part != "tokenizer"])
ours = spacy.load(checked(), exclude=_UNUSED)
rules = [srsly.msgpack_loads(nlp.tokenizer.to_bytes(exclude=["vocab"])) for nlp in (whole, ours)]
print(rules[0] == rules[1], len(rules[0]["exceptions"]), *ours.pipe_names)
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    same, rules, *pipes = done.stdout.split()
    assert same == "True"
    assert int(rules) > 1000
    assert pipes == ["tok2vec", "tagger"]


def test_it_leaves_nothing_in_the_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def scenario(g2p: G2P) -> None:
        for language in LANGUAGES:
            await g2p.warm(language)
        os.kill(pid(g2p), signal.SIGKILL)
        await g2p.warm("es")

    run(scenario)
    assert list(tmp_path.iterdir()) == []


def one_is_made_in(directory: Path) -> None:
    deadline = time.monotonic() + 30
    while not list(directory.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.mark.parametrize("killed", [True, False])
def test_one_that_ends_while_it_loads_leaves_nothing_in_the_temporary_directory(
    killed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def scenario(g2p: G2P) -> None:
        loading = asyncio.create_task(g2p.phonemise(words("hello"), "en-us"))
        await asyncio.to_thread(one_is_made_in, tmp_path)
        if killed:
            os.kill(pid(g2p), signal.SIGKILL)
            await loading
        else:
            stop(pid(g2p))
            await g2p.close()
            with pytest.raises(SynthesisError):
                await loading

    run(scenario)
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_text_reaches_its_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    async def scenario(g2p: G2P) -> None:
        secret = Word("secretword", 0, 10)
        await g2p.phonemise([secret, Word("½½½ x" * 20, 11, 111)], "en-us")
        await g2p.phonemise([secret, POISON], "hi")

    run(scenario)
    out, err = capfd.readouterr()
    assert out == ""
    assert "Segmentation fault" in err
    assert "secretword" not in err
    assert "क" not in err
