"""What may follow what in an exchange, from either side, and what an end of file means."""

from collections.abc import Sequence

import pytest

from tests.wire.samples import REQUESTS, SAMPLES
from ttsmesh import limits
from ttsmesh.errors import InvalidField, LocalProtocolError, PeerGone, RemoteProtocolError
from ttsmesh.wire.exchange import NEED_DATA, PEER_DONE, Exchange, Side
from ttsmesh.wire.framing import HEADER, pack
from ttsmesh.wire.messages import (
    Go,
    History,
    Hold,
    Pause,
    Probe,
    Rate,
    Resume,
    Say,
    SetSpeed,
    Shutdown,
    Skip,
    Speak,
    Status,
    Stop,
    Synthesize,
    Voices,
)
from ttsmesh.wire.schema import PROTOCOL_VERSION, REGISTRY, Message, Request, State, VersionMismatch

SAY = Say(text="hello")
WAITING = Say(text="hello", wait=True)
SPEAK = Speak(id="a-1")
SYNTHESIZE = Synthesize(id="a-1")
COMMANDS: list[Request] = [Probe(), Stop(), Pause(), Resume(), Skip(), SetSpeed(speed=1.5), Shutdown()]

ACCEPTED, STARTED, PROGRESS = SAMPLES["accepted"], SAMPLES["started"], SAMPLES["progress"]
FINISHED, INTERRUPTED, FAILED = SAMPLES["finished"], SAMPLES["interrupted"], SAMPLES["failed"]
REJECTED = SAMPLES["rejected"]
START, CHUNK, AUDIO, AUDIO_END = (SAMPLES[name] for name in ("audio_start", "chunk", "audio", "audio_end"))
SERVER, VOICE, UTTERANCE = SAMPLES["server_state"], SAMPLES["voice_state"], SAMPLES["utterance_state"]
OUTCOME, SUMMARY, TIMELINE = SAMPLES["history_entry"], SAMPLES["summary"], SAMPLES["timeline"]
LANGUAGE, ENTRY, END = SAMPLES["language_entry"], SAMPLES["voice_entry"], SAMPLES["end"]


class Pair:
    """Both sides of one exchange, each fed what the other says."""

    def __init__(self) -> None:
        self.opener, self.answerer = Exchange(Side.OPENER), Exchange(Side.ANSWERER)

    def ask(self, message: Message) -> None:
        self._carry(message, self.opener, self.answerer)

    def answer(self, message: Message) -> None:
        self._carry(message, self.answerer, self.opener)
        assert self.opener.ended == self.answerer.ended

    @staticmethod
    def _carry(message: Message, sender: Exchange, receiver: Exchange) -> None:
        receiver.receive(sender.send(message))
        assert receiver.next() == message
        assert receiver.next() is NEED_DATA


def asked(request: Request) -> Pair:
    pair = Pair()
    pair.ask(request)
    return pair


def answered(request: Request, *replies: Message) -> Pair:
    pair = asked(request)
    for reply in replies:
        assert not pair.opener.ended
        pair.answer(reply)
    return pair


@pytest.mark.parametrize(
    ("request_", "replies"),
    [
        (SAY, [ACCEPTED]),
        (WAITING, [ACCEPTED, STARTED, PROGRESS, PROGRESS, FINISHED]),
        (WAITING, [ACCEPTED, STARTED, FAILED]),
        (WAITING, [ACCEPTED, INTERRUPTED]),
        (SPEAK, [ACCEPTED, STARTED, PROGRESS, INTERRUPTED]),
        (SPEAK, [ACCEPTED, FINISHED]),
        (SPEAK, [ACCEPTED, FAILED]),
        (SYNTHESIZE, [START, CHUNK, AUDIO, AUDIO, CHUNK, AUDIO, AUDIO_END]),
        (SYNTHESIZE, [START, AUDIO_END]),
        (SYNTHESIZE, [START, CHUNK, FAILED]),
        (SYNTHESIZE, [FAILED]),
        *((command, [ACCEPTED]) for command in COMMANDS),
        (Status(), [SERVER, VOICE, UTTERANCE, VOICE, END]),
        (Status(), [SERVER, SUMMARY, OUTCOME, TIMELINE, END]),
        (Status(), [SERVER, END]),
        (History(), [OUTCOME, OUTCOME, END]),
        (History(), [END]),
        (Voices(), [LANGUAGE, ENTRY, LANGUAGE, END]),
        (Voices(), [END]),
    ],
)
def test_a_whole_exchange_ends_with_its_last_reply(request_: Request, replies: Sequence[Message]) -> None:
    pair = answered(request_, *replies)
    assert pair.opener.ended
    pair.opener.receive(b"")
    assert pair.opener.next() is PEER_DONE


@pytest.mark.parametrize("request_", REQUESTS)
def test_any_request_may_be_rejected_while_it_is_only_asked(request_: Request) -> None:
    assert answered(request_, REJECTED).opener.ended


@pytest.mark.parametrize(
    ("request_", "replies", "wrong"),
    [
        (SAY, [], STARTED),
        (SAY, [], FINISHED),
        (SAY, [ACCEPTED], FINISHED),
        (WAITING, [ACCEPTED], ACCEPTED),
        (WAITING, [ACCEPTED], PROGRESS),
        (WAITING, [ACCEPTED], REJECTED),
        (WAITING, [ACCEPTED, STARTED], STARTED),
        (SPEAK, [], STARTED),
        (SPEAK, [ACCEPTED, STARTED], REJECTED),
        (SPEAK, [ACCEPTED, FINISHED], FINISHED),
        (SPEAK, [ACCEPTED, FINISHED], FAILED),
        (SPEAK, [ACCEPTED], AUDIO),
        (SYNTHESIZE, [], AUDIO),
        (SYNTHESIZE, [], AUDIO_END),
        (SYNTHESIZE, [START], START),
        (SYNTHESIZE, [START, AUDIO_END], AUDIO),
        (SYNTHESIZE, [START], REJECTED),
        (Stop(), [], FAILED),
        (Status(), [], END),
        (Status(), [], VOICE),
        (Status(), [SERVER], SERVER),
        (History(), [], SUMMARY),
        (History(), [END], OUTCOME),
        (Voices(), [END], ENTRY),
        (Voices(), [], SERVER),
        (SAY, [], SAY),
        (SAY, [], Go()),
        (SAY, [REJECTED], REJECTED),
    ],
)
def test_a_reply_out_of_turn_is_our_bug_when_sent_and_the_peers_when_received(
    request_: Request, replies: Sequence[Message], wrong: Message
) -> None:
    pair = answered(request_, *replies)
    ended = pair.answerer.ended
    with pytest.raises(LocalProtocolError, match=wrong.type):
        pair.answerer.send(wrong)
    pair.opener.receive(pack(wrong.to_map()))
    with pytest.raises(RemoteProtocolError, match=wrong.type):
        pair.opener.next()
    assert pair.opener.ended == pair.answerer.ended == ended


@pytest.mark.parametrize("word", [Go(), Hold(), Rate(rate=1.5)])
def test_only_a_speak_is_followed_by_words_of_its_opener(word: Message) -> None:
    pair = answered(SPEAK, ACCEPTED)
    pair.ask(word)
    pair.answer(STARTED)
    pair.ask(word)
    other = answered(WAITING, ACCEPTED)
    with pytest.raises(LocalProtocolError, match=f"{word.type} after say"):
        other.opener.send(word)
    other.answerer.receive(pack(word.to_map()))
    with pytest.raises(RemoteProtocolError, match=f"{word.type} after say"):
        other.answerer.next()


def test_a_word_may_cross_the_outcome_on_the_way() -> None:
    pair = answered(SPEAK, ACCEPTED, STARTED)
    word = pair.opener.send(Hold())
    outcome = pair.answerer.send(FINISHED)
    pair.answerer.receive(word)
    pair.opener.receive(outcome)
    assert pair.answerer.next() == Hold()
    assert pair.opener.next() == FINISHED


@pytest.mark.parametrize("second", [SAY, SPEAK, FINISHED, ACCEPTED])
def test_one_connection_carries_one_request(second: Message) -> None:
    pair = asked(SPEAK)
    with pytest.raises(LocalProtocolError, match="after speak"):
        pair.opener.send(second)
    pair.answerer.receive(pack(second.to_map()))
    with pytest.raises(RemoteProtocolError, match="after speak"):
        pair.answerer.next()


@pytest.mark.parametrize("first", [Go(), ACCEPTED, FINISHED, REJECTED])
def test_an_exchange_begins_with_a_request(first: Message) -> None:
    pair = Pair()
    with pytest.raises(LocalProtocolError, match="before a request"):
        pair.opener.send(first)
    pair.answerer.receive(pack(first.to_map()))
    with pytest.raises(RemoteProtocolError, match="before a request"):
        pair.answerer.next()


def test_what_could_not_be_read_as_a_request_is_rejected_too() -> None:
    answerer = Exchange(Side.ANSWERER)
    answerer.receive(pack({"type": "no such thing"}))
    with pytest.raises(InvalidField):
        answerer.next()
    assert answerer.send(REJECTED) == pack(REJECTED.to_map())
    assert answerer.ended
    with pytest.raises(LocalProtocolError):
        Exchange(Side.ANSWERER).send(ACCEPTED)


def test_b6_a_request_of_another_version_is_not_taken_for_one() -> None:
    answerer = Exchange(Side.ANSWERER)
    answerer.receive(pack({"type": "status", "version": PROTOCOL_VERSION + 1}))
    with pytest.raises(VersionMismatch):
        answerer.next()
    answerer.send(REJECTED)
    assert answerer.ended


def test_b6_what_a_later_release_adds_to_replies_is_left_out() -> None:
    pair = answered(WAITING, ACCEPTED)
    pair.opener.receive(pack({"type": "mood", "of": "tomorrow"}))
    pair.opener.receive(pack(STARTED.to_map() | {"mood": 1}))
    assert pair.opener.next() == STARTED
    pair.opener.receive(pack({"type": "mood"}))
    assert pair.opener.next() is NEED_DATA
    pair.opener.receive(pack({"type": 7}))
    with pytest.raises(InvalidField, match="unknown message type"):
        pair.opener.next()


# --- the end of file -----------------------------------------------------------------------------------------------


def test_the_openers_end_of_file_is_its_cancel_and_the_report_still_goes_out() -> None:
    pair = answered(SPEAK, ACCEPTED, STARTED)
    pair.answerer.receive(b"")
    assert pair.answerer.next() is PEER_DONE
    pair.answer(INTERRUPTED)
    assert pair.opener.ended


def test_a_connection_that_asks_nothing_is_simply_done() -> None:
    answerer = Exchange(Side.ANSWERER)
    answerer.receive(b"")
    assert answerer.next() is PEER_DONE


@pytest.mark.parametrize("replies", [[], [ACCEPTED], [ACCEPTED, STARTED]])
def test_an_answerer_that_closes_before_the_end_is_gone(replies: Sequence[Message]) -> None:
    pair = answered(WAITING, *replies)
    pair.opener.receive(b"")
    with pytest.raises(PeerGone):
        pair.opener.next()


def test_what_came_before_the_end_of_file_is_read_first() -> None:
    opener = Exchange(Side.OPENER)
    opener.send(SAY)
    opener.receive(pack(ACCEPTED.to_map()))
    opener.receive(b"")
    assert opener.next() == ACCEPTED
    assert opener.next() is PEER_DONE


@pytest.mark.parametrize("cut", [1, 4, 5, -1])
def test_b3_part_of_a_frame_and_then_the_end_is_a_peer_gone_and_nothing_done(cut: int) -> None:
    answerer = Exchange(Side.ANSWERER)
    answerer.receive(pack(SAY.to_map())[:cut])
    assert answerer.next() is NEED_DATA
    assert answerer.partial
    answerer.receive(b"")
    with pytest.raises(PeerGone):
        answerer.next()


# --- limits and completeness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "limit"), [(Side.ANSWERER, limits.MAX_REQUEST), (Side.OPENER, limits.MAX_REPLY)])
def test_b1_only_requests_may_be_large(side: Side, limit: int) -> None:
    for length in (limit - 1, limit):
        exchange = Exchange(side)
        exchange.receive(HEADER.pack(length))
        assert exchange.next() is NEED_DATA
    with pytest.raises(RemoteProtocolError, match=f"{limit + 1} bytes"):
        Exchange(side).receive(HEADER.pack(limit + 1))


def test_every_message_has_its_place_in_some_exchange() -> None:
    placed = {"rejected"}
    for request in REQUESTS:
        placed |= {request.type} | request.followups
        for state, replies in request.may_answer().items():
            assert state is not State.ENDED
            placed |= set(replies)
    assert placed == set(REGISTRY)


def test_a_request_that_declares_no_replies_is_a_mistake_of_its_class() -> None:
    with pytest.raises(TypeError, match="replies"):

        class Forgotten(Request, name="forgotten"):  # type: ignore[call-arg]
            pass

    assert "forgotten" not in REGISTRY
