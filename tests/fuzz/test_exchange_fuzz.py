"""Random conversations: exactly what the table allows is carried, and both sides always agree where they are.

The table is written down a second time here, as regular expressions over whole transcripts of replies.
"""

import re

import pytest
from hypothesis import given, strategies as st

from ttsmesh.errors import LocalProtocolError, RemoteProtocolError
from ttsmesh.wire.exchange import NEED_DATA, Exchange, Side
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    AudioStart,
    Chunk,
    End,
    Failed,
    Finished,
    Go,
    History,
    HistoryEntry,
    Hold,
    Interrupted,
    LanguageEntry,
    Pause,
    Probe,
    Progress,
    Rate,
    Rejected,
    Resume,
    Say,
    ServerState,
    SetSpeed,
    Shutdown,
    Skip,
    Speak,
    Started,
    Status,
    Stop,
    Summary,
    Synthesize,
    Timeline,
    UtteranceState,
    VoiceEntry,
    Voices,
    VoiceState,
)
from ttsmesh.wire.schema import Message, Request

REPLIES: dict[str, Message] = {
    "A": Accepted(),
    "R": Rejected(code="busy", message="x"),
    "S": Started(),
    "P": Progress(heard=1),
    "F": Finished(),
    "I": Interrupted(),
    "X": Failed(code="internal", message="x"),
    "<": AudioStart(rate=24_000, channels=1),
    "c": Chunk(start=0, end=1),
    "a": Audio(pcm=b"ab"),
    ">": AudioEnd(),
    "m": ServerState(
        pid=1, uptime_s=0.0, release="1", model="ready", engine="e", queued=0, finished=0, interrupted=0, failed=0
    ),
    "v": VoiceState(voice="v", language="l", state="idle", utterances=0),
    "u": UtteranceState(id="1", voice="v", language="l", state="waiting", age_s=0.0),
    "h": HistoryEntry(id="1", when=0.0, voice="v", language="l", saved=False, outcome="failed"),
    "s": Summary(measure="real_time_factor", count=0),
    "t": Timeline(id="1", zero_at=0.0),
    "e": VoiceEntry(name="v", language="l", gender="f"),
    "l": LanguageEntry(code="l", name="L"),
    ".": End(),
}
WORDS: list[Message] = [Go(), Hold(), Rate(rate=1.5)]
REQUESTS: list[Request] = [
    Say(text="x"),
    Say(text="x", wait=True),
    Speak(id="1"),
    Synthesize(id="1"),
    Probe(),
    Stop(),
    Pause(),
    Resume(),
    Skip(),
    SetSpeed(speed=1.5),
    Shutdown(),
    Status(),
    History(),
    Voices(),
]


def transcript(request: Request) -> str:
    """All complete sequences of replies to ``request``."""
    match request:
        case Speak() | Say(wait=True):
            return r"R|A(SP*)?[FIX]"
        case Say() | Probe() | Stop() | Pause() | Resume() | Skip() | SetSpeed() | Shutdown():
            return r"R|A"
        case Synthesize():
            return r"R|X|<[ca]*[>X]"
        case Status():
            return r"R|m[vusht]*\."
        case History():
            return r"h*\.|R"
        case Voices():
            return r"[el]*\.|R"
    raise NotImplementedError(request)


class Talk:
    """Two ends of one exchange, on which anything may be tried."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.said = ""
        self.opener, self.answerer = Exchange(Side.OPENER), Exchange(Side.ANSWERER)
        assert self.attempt(request, self.opener, self.answerer)

    @property
    def ended(self) -> bool:
        assert self.opener.ended == self.answerer.ended
        return self.opener.ended

    def answer(self, letter: str) -> bool:
        """Say a reply; whether it was allowed."""
        allowed = self.attempt(REPLIES[letter], self.answerer, self.opener)
        self.said += letter if allowed else ""
        return allowed

    @staticmethod
    def attempt(message: Message, sender: Exchange, receiver: Exchange) -> bool:
        """The sender may say it exactly if the receiver takes it; a refusal leaves both where they are."""
        try:
            receiver.receive(sender.send(message))
        except LocalProtocolError:
            receiver.receive(pack(message.to_map()))
            with pytest.raises(RemoteProtocolError):
                receiver.next()
            return False
        assert receiver.next() == message
        assert receiver.next() is NEED_DATA
        return True


letters = st.sampled_from(sorted(REPLIES))
conversations = st.sampled_from(REQUESTS).flatmap(
    lambda request: st.tuples(st.just(request), st.from_regex(transcript(request), fullmatch=True))
)


@given(st.sampled_from(REQUESTS), st.lists(letters | st.sampled_from(WORDS) | st.sampled_from(REQUESTS), max_size=30))
def test_either_side_may_say_anything_and_only_the_table_passes(
    request: Request, attempts: list[str | Message]
) -> None:
    talk = Talk(request)
    for attempt in attempts:
        ended = talk.ended
        if isinstance(attempt, str):
            assert not (talk.answer(attempt) and ended)
        else:
            by_opener = talk.attempt(attempt, talk.opener, talk.answerer)
            assert by_opener == (isinstance(request, Speak) and isinstance(attempt, Go | Hold | Rate))
            assert talk.ended == ended
        assert talk.ended == bool(re.fullmatch(transcript(request), talk.said))


@given(conversations)
def test_every_legal_conversation_passes_from_beginning_to_end(conversation: tuple[Request, str]) -> None:
    request, replies = conversation
    talk = Talk(request)
    for reply in replies:
        assert not talk.ended
        assert talk.answer(reply)
    assert talk.ended
    assert not any(talk.answer(letter) for letter in REPLIES)


@given(st.lists(letters.map(REPLIES.__getitem__) | st.sampled_from(WORDS), min_size=1, max_size=5))
def test_before_a_request_nothing_passes_but_one_rejection(messages: list[Message]) -> None:
    opener, answerer = Exchange(Side.OPENER), Exchange(Side.ANSWERER)
    for message in messages:
        with pytest.raises(LocalProtocolError):
            opener.send(message)
        try:
            answerer.send(message)
        except LocalProtocolError:
            continue
        assert isinstance(message, Rejected)
        assert answerer.ended


@given(conversations, st.data())
def test_the_bytes_of_a_conversation_may_arrive_in_any_pieces(
    conversation: tuple[Request, str], data: st.DataObject
) -> None:
    request, replies = conversation
    opener, answerer = Exchange(Side.OPENER), Exchange(Side.ANSWERER)
    answerer.receive(opener.send(request))
    assert answerer.next() == request
    stream = b"".join(answerer.send(REPLIES[reply]) for reply in replies)
    seen = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        opener.receive(stream[:size])
        stream = stream[size:]
        while isinstance(message := opener.next(), Message):
            seen.append(message)
    assert seen == [REPLIES[reply] for reply in replies]
    assert opener.ended
