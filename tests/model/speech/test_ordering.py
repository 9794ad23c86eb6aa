"""Requests become orders: what is looked at before a text is accepted, and whom a look that takes long holds up."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import uvloop

from tests.model.fake_voice import FakeProcess, FakeSupervisor, FakeSynthesizer, FakeVoice, good, hang
from tests.model.voices.test_catalogue import pack
from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError, RejectedError
from ttsmesh.host.mutes import Mutes
from ttsmesh.limits import MAX_SILENT_DEVICES
from ttsmesh.model.engine.tone import ToneEngine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.speech import ordering as module
from ttsmesh.model.speech.floor import Priority
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.model.text.markup.manuscript import Examined, examined
from ttsmesh.model.text.markup.markup import Markup, Wish
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.output_formats import Encoding
from ttsmesh.wire.messages import Accepted, Again, Failed, Probe, Rejected, Say
from ttsmesh.wire.schema import Message

PATIENCE = 20.0

STALE = 40
"""More than the threads that ``asyncio.to_thread`` has on any machine that tests run on."""


class Desk:
    """Orders for one fake voice, with real voice files."""

    def __init__(self, directory: Path, voice: FakeVoice, group: asyncio.TaskGroup) -> None:
        supervisor = FakeSupervisor(voice).as_supervisor()
        self.hub = Hub(supervisor, FakeSynthesizer().as_synthesizer(), group)
        voice.utterances = self.hub.live
        self.engine = ToneEngine()
        # No text here is to be detected or said, so that no process is needed.
        self.orders = OrderFactory(Settings(), Catalogue(directory), self.engine, cast(G2P, None), supervisor, self.hub)

    async def place(self, output: Path | None = None, device: str | None = None) -> Order:
        say = Say(text="hello", output=None if output is None else str(output), device=device)
        return await self.orders.place(say, "me")

    async def lose(self, device: str | None = None) -> None:
        """Have a text fail because its device has no output."""
        self.hub.accept(await self.place(device=device))
        await asyncio.wait_for(self.hub.until_idle(), PATIENCE)


@asynccontextmanager
async def desk(directory: Path, *behaviours: Callable[[FakeProcess], Any]) -> AsyncIterator[Desk]:
    (directory / "voices").mkdir()
    (directory / "voices" / "af_heart.bin").write_bytes(pack())
    async with asyncio.TaskGroup() as group:
        yield Desk(directory / "voices", FakeVoice(*behaviours or (good,)), group)


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


# --- a dead mount ---------------------------------------------------------------------------------------------------


class FakeDeadMount:
    """Calls about a path under ``root`` do not return before ``respond``, as on a network mount without its server."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.responds = threading.Event()
        self.asked = threading.Event()
        # What blocked an event loop would block the test as well.
        self._watchdog = threading.Timer(PATIENCE, self.respond)
        self._watchdog.start()
        for name in ("stat", "lstat", "scandir"):
            monkeypatch.setattr(os, name, self._hanging(getattr(os, name)))

    def respond(self) -> None:
        self._watchdog.cancel()
        self.responds.set()

    def _hanging(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def hang(path: Any = ".", *arguments: Any, **options: Any) -> Any:
            if not isinstance(path, int) and os.fspath(path).startswith(str(self.root)):
                self.asked.set()
                self.responds.wait(2 * PATIENCE)
            return call(path, *arguments, **options)

        return hang


@pytest.fixture
def dead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDeadMount]:
    mount = FakeDeadMount(tmp_path / "dead", monkeypatch)
    yield mount
    mount.respond()


def test_d4_saves_to_a_dead_mount_hold_up_nothing_else(tmp_path: Path, dead: FakeDeadMount) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            stale = [asyncio.create_task(here.place(dead.root / "x.wav")) for _ in range(STALE)]
            assert await asyncio.to_thread(dead.asked.wait, PATIENCE)
            assert (await here.place()).output is None
            assert (await here.place(tmp_path / "x.wav")).output == str(tmp_path / "x.wav")
            assert await asyncio.to_thread(int) == 0
            assert not dead.responds.is_set()
            dead.respond()
            refusals = await asyncio.gather(*stale, return_exceptions=True)
            assert {str(refusal) for refusal in refusals} == {"the output file's directory does not exist"}

    run(main())


def test_what_is_saved_has_its_encoding_and_what_is_heard_has_none(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            assert (await here.place()).encoding is None
            flac = await here.orders.place(Say(text="hello", output=f"{tmp_path}/a.flac", bits=24), "me")
            assert (flac.encoding, flac.saves, flac.fixed_speed) == (Encoding("flac", 24_000, 24), True, True)
            stream = await here.orders.place(Say(text="hello", stream=True, wait=True, sample_rate=8000), "me")
            assert (stream.encoding, stream.saves, stream.fixed_speed) == (Encoding("wav", 8_000, 16), True, True)

    run(main())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"stream": True}, Code.USAGE),
        ({"stream": True, "wait": True, "output": "/tmp/a.wav"}, Code.USAGE),
        ({"format": "mp3"}, Code.USAGE),
        ({"bits": 24}, Code.USAGE),
        ({"output": "/tmp/a.opus", "sample_rate": 44_100}, Code.USAGE),
        ({"output": "/tmp/a.doc"}, Code.OUTPUT),
    ],
)
def test_what_cannot_be_saved_is_refused(tmp_path: Path, fields: dict[str, Any], code: Code) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            with pytest.raises(RejectedError) as refused:
                await here.orders.place(Say(text="hello", **fields), "me")
            assert refused.value.code is code

    run(main())


def test_voices_on_a_dead_mount_do_not_block_the_loop(tmp_path: Path, dead: FakeDeadMount) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            here.orders = OrderFactory(
                Settings(), Catalogue(dead.root), here.engine, cast(G2P, None), cast(Any, None), here.hub
            )
            stale = [asyncio.create_task(here.place()) for _ in range(STALE)]
            assert await asyncio.to_thread(dead.asked.wait, PATIENCE)
            assert await asyncio.to_thread(int) == 0
            assert not dead.responds.is_set()
            dead.respond()
            refusals = await asyncio.gather(*stale, return_exceptions=True)
            assert {type(refusal) for refusal in refusals} == {ConfigError}

    run(main())


def test_a_model_that_is_looked_for_on_a_dead_mount_does_not_block_the_loop(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            threads = set[int]()
            here.engine.check = lambda: threads.add(threading.get_ident())  # type: ignore[method-assign]
            await here.place()
            assert threads
            assert threading.get_ident() not in threads

    run(main())


# --- no audio -------------------------------------------------------------------------------------------------------


async def no_audio(process: FakeProcess) -> None:
    """No output is found for a text."""
    await process.accept()
    await process.fetch()
    await process.channel.send(Failed(code=Code.NO_AUDIO, message="asleep"))


def answer(message: Message) -> Callable[[FakeProcess], Coroutine[Any, Any, None]]:
    async def probed(process: FakeProcess) -> None:
        assert isinstance(await process.channel.receive(), Probe)
        await process.channel.send(message)

    return probed


STILL_NONE = answer(Rejected(code=Code.NO_AUDIO, message="still asleep"))


async def must_not_be_asked(process: FakeProcess) -> None:
    pytest.fail("probed")


def test_d7_after_a_text_without_output_the_next_is_refused_while_there_is_none(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path, no_audio, STILL_NONE, STILL_NONE, answer(Accepted()), must_not_be_asked) as here:
            await here.lose()
            for _ in range(2):
                with pytest.raises(RejectedError, match="no audio output: still asleep") as refused:
                    await here.place()
                assert refused.value.code is Code.NO_AUDIO
            await here.place()
            await here.place()

    run(main())


@pytest.mark.parametrize(
    "probed",
    [hang, answer(Rejected(code=Code.PROTOCOL, message="what?"))],
    ids=["opens slowly", "another fault"],
)
def test_only_a_look_that_finds_no_audio_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probed: Callable[[FakeProcess], Any]
) -> None:
    monkeypatch.setattr(module, "PROBE_TIMEOUT", 0.05)

    async def main() -> None:
        async with desk(tmp_path, no_audio, probed, STILL_NONE) as here:
            await here.lose()
            await here.place()
            with pytest.raises(RejectedError, match="still asleep"):  # whether there is an output is not known by that
                await here.place()

    run(main())


def test_a_device_without_output_costs_the_callers_of_another_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path, no_audio, must_not_be_asked) as here:
            await here.lose("a typo")
            await here.place()
            await here.place(device="another")

    run(main())


def test_a_device_with_output_says_nothing_of_another(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path, no_audio, good, STILL_NONE) as here:
            await here.lose("asleep")
            here.hub.accept(await here.place(device="awake"))
            await asyncio.wait_for(here.hub.until_idle(), PATIENCE)
            with pytest.raises(RejectedError, match="still asleep"):
                await here.place(device="asleep")

    run(main())


def test_no_list_of_devices_without_output_grows_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path, no_audio) as here:
            for number in range(100):
                await here.lose(f"typo {number}")
            silent = [number for number in range(100) if here.hub.is_silent(f"typo {number}")]
            assert silent == list(range(100))[-MAX_SILENT_DEVICES:]

    run(main())


# --- a text ---------------------------------------------------------------------------------------------------------


def test_c2_the_limit_of_the_settings_is_the_servers(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            catalogue, supervisor = Catalogue(tmp_path / "voices"), FakeSupervisor(FakeVoice(good)).as_supervisor()
            orders = OrderFactory(Settings(max_text=4), catalogue, here.engine, cast(G2P, None), supervisor, here.hub)
            for fits in ("abc", "abcd", "éé"):
                assert (await orders.place(Say(text=fits), "me")).text == fits
            for too_long in ("abcde", "abcé"):
                with pytest.raises(RejectedError, match="more than 4 bytes") as refused:
                    await orders.place(Say(text=too_long), "me")
                assert refused.value.code is Code.TEXT

    run(main())


# --- markup ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def voices(directory: Path, **settings: Any) -> AsyncIterator[OrderFactory]:
    """Orders with a voice of each of some languages."""
    async with desk(directory) as here:
        for name in ("bf_emma", "ff_siwis", "am_puck"):
            (directory / "voices" / f"{name}.bin").write_bytes(pack())
        catalogue, supervisor = Catalogue(directory / "voices"), FakeSupervisor(FakeVoice(good)).as_supervisor()
        yield OrderFactory(Settings(**settings), catalogue, here.engine, cast(G2P, None), supervisor, here.hub)


def test_a_text_with_markup_is_accepted_with_the_voices_that_speak_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with voices(tmp_path) as orders:
            text = "<speak>Hello. <voice name='ff_siwis'>Oui.</voice> <voice name='nobody'>So.</voice></speak>"
            order = await orders.place(Say(text=text, read_as="ssml"), "me")
            assert (order.text, order.key.voice) == (text, "af_heart")
            assert order.markup == Markup("ssml", {Wish(("ff_siwis",)): ("ff_siwis", "fr-fr")})
            order = await orders.place(Say(text="Hello. [voice:bf_emma]Hi.", tags=True), "me")
            assert order.markup == Markup("tags", {Wish(("bf_emma",)): ("bf_emma", "en-gb")})
            assert (await orders.place(Say(text="Hello. [voice:nobody]"), "me")).markup is None

    run(main())


def test_markup_that_is_wrong_is_refused_before_anything_else(tmp_path: Path) -> None:
    refused = [
        (Say(text="<speak>", read_as="ssml"), Code.TEXT, "not valid SSML: no element found"),
        (Say(text="[pause:x]", tags=True), Code.TEXT, "a pause is like"),
        (Say(text="[voice:nobody]", tags=True), Code.VOICE, r"\[voice:nobody\]"),
        (Say(text="<speak/>", read_as="ssml", tags=True), Code.USAGE, "SSML or has tags, not both"),
    ]

    async def main() -> None:
        async with voices(tmp_path) as orders:
            for say, code, message in refused:
                with pytest.raises(RejectedError, match=message) as error:
                    await orders.place(say, "me")
                assert error.value.code is code

    run(main())


@pytest.mark.parametrize(
    ("root", "settings", "say", "key"),
    [
        ("fr", {}, {}, ("ff_siwis", "fr-fr")),
        ("fr-CA", {}, {}, ("ff_siwis", "fr-fr")),
        ("en-GB", {}, {}, ("bf_emma", "en-gb")),
        ("en", {"default_voice": "bf_emma"}, {}, ("bf_emma", "en-gb")),
        ("de", {}, {}, ("af_heart", "en-us")),
        ("", {}, {}, ("af_heart", "en-us")),
        ("fr", {}, {"voice": "af_heart"}, ("af_heart", "fr-fr")),
        ("fr", {}, {"language": "en-gb"}, ("bf_emma", "en-gb")),
    ],
)
def test_the_language_of_the_root_chooses_the_voice_where_the_caller_does_not(
    tmp_path: Path, root: str, settings: dict[str, Any], say: dict[str, Any], key: tuple[str, str]
) -> None:
    async def main() -> None:
        async with voices(tmp_path, **settings) as orders:
            text = f"<speak xml:lang='{root}'>One.</speak>"
            order = await orders.place(Say(text=text, read_as="ssml", **say), "me")
            assert (order.key.voice, order.key.language) == key

    run(main())


def test_a_long_text_with_markup_is_examined_away_from_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set[int]()

    def noting(*arguments: Any, **options: Any) -> Examined:
        threads.add(threading.get_ident())
        return examined(*arguments, **options)

    monkeypatch.setattr(module, "examined", noting)

    async def main() -> None:
        async with voices(tmp_path) as orders:
            text = f"<speak>{'word ' * module.EXAMINED_AT_ONCE}</speak>"
            await orders.place(Say(text=text, read_as="ssml"), "me")
            assert threads
            assert threading.get_ident() not in threads

    run(main())


# --- a text once more -----------------------------------------------------------------------------------------------


async def say(here: Desk, **fields: Any) -> Order:
    """Have a text said, to its end; its order."""
    order = await here.orders.place(Say(**{"text": "hello there", **fields}), fields.get("caller") or "me")
    here.hub.accept(order)
    await asyncio.wait_for(here.hub.until_idle(), PATIENCE)
    return order


def test_again_is_the_same_text_in_the_same_way_by_another_caller(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            said = await say(
                here,
                speed=1.5,
                pitch=1.1,
                volume=50.0,
                priority="notification",
                read_as="markdown",
                punctuation="all",
                device="headphones",
            )
            again = await here.orders.again(Again(queue=True), "you")
            assert (again.claim.caller, again.claim.queued, again.claim.priority) == ("you", True, Priority.TEXT)
            assert again.id != said.id
            assert replace(again, claim=said.claim) == said
            assert (await here.orders.again(Again(), "you")).claim.interrupts

    run(main())


def test_a_text_is_said_from_one_of_its_characters_on(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            assert (await here.orders.place(Say(text="One. Two.", start=5), "me")).start == 5
            with pytest.raises(RejectedError) as refused:
                await here.orders.place(Say(text="One. Two.", start=9), "me")
            assert refused.value.code is Code.USAGE

    run(main())


def test_again_has_the_speed_that_counts_now_unless_it_was_said_with_one_of_its_own(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            await say(here)
            here.hub.set_speed(2.0)
            again = await here.orders.again(Again(), "me")
            assert (again.speed, again.fixed_speed) == (2.0, False)
            await say(here, speed=3.0)
            again = await here.orders.again(Again(), "me")
            assert (again.speed, again.fixed_speed) == (3.0, True)

    run(main())


def test_it_is_saved_with_the_samples_that_are_asked_for_and_never_heard_with_them(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            await say(here)
            saved = Again(output=str(tmp_path / "a.wav"), sample_rate=48_000, bits=24)
            assert (await here.orders.again(saved, "me")).encoding == Encoding("wav", 48_000, 24)
            with pytest.raises(RejectedError, match="opus has no number of bits"):
                await here.orders.again(Again(output=str(tmp_path / "a.opus"), bits=24), "me")
            for heard in (Again(format="wav"), Again(sample_rate=48_000), Again(bits=24)):
                with pytest.raises(RejectedError, match="is for what is saved"):
                    await here.orders.again(heard, "me")

    run(main())


def test_it_is_saved_at_the_speed_at_which_it_was_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            await say(here)
            here.hub.set_speed(2.0)
            saved = await here.orders.again(Again(output=str(tmp_path / "a.wav"), umask=0o22), "me")
            assert (saved.speed, saved.fixed_speed, saved.umask, saved.force) == (2.0, True, 0o22, False)
            (tmp_path / "a.wav").touch()
            with pytest.raises(RejectedError) as refused:
                await here.orders.again(Again(output=str(tmp_path / "a.wav")), "me")
            assert refused.value.code is Code.EXISTS

    run(main())


def test_mine_is_what_the_caller_said_last(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            mine = await say(here, text="mine", caller="me")
            await say(here, text="yours", caller="you")
            assert (await here.orders.again(Again(mine=True), "me")).text == mine.text
            assert (await here.orders.again(Again(), "me")).text == "yours"
            with pytest.raises(RejectedError, match="no text that was said is kept"):
                await here.orders.again(Again(mine=True), "nobody")

    run(main())


def test_from_heard_it_begins_where_its_hearing_ended_and_not_where_all_was_heard(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            order = await say(here)
            with pytest.raises(RejectedError, match="all of it was heard") as refused:
                await here.orders.again(Again(from_heard=True), "me")
            assert refused.value.code is Code.NOTHING_TO_SAY
            assert (await here.orders.again(Again(), "me")).start == 0
            here.hub.texts.ended(order.id, 5)
            assert (await here.orders.again(Again(from_heard=True), "me")).start == 5

    run(main())


def test_a_voice_that_has_gone_meanwhile_is_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path) as here:
            await say(here)
            (tmp_path / "voices" / "af_heart.bin").unlink()
            with pytest.raises((RejectedError, ConfigError)):
                await here.orders.again(Again(), "me")

    run(main())


def test_what_is_muted_needs_no_audio_output(tmp_path: Path) -> None:
    async def main() -> None:
        async with desk(tmp_path, no_audio, must_not_be_asked) as here:
            await here.lose()
            here.hub.mute(Mutes(callers=("me",)))
            await here.place()
            await here.orders.again(Again(), "me")

    run(main())
