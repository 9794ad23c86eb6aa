"""Random conversations: exactly what the requests allow is carried, and both sides always agree where they are.

What they allow is written down a second time here, as regular expressions over whole transcripts of replies.
"""

import re

import pytest
from hypothesis import given, strategies as st

from tests.wire.samples import REQUESTS, SAMPLES
from ttsmesh.errors import LocalProtocolError, RemoteProtocolError
from ttsmesh.wire.exchange import NEED_DATA, Exchange, Side
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import (
    Again,
    Append,
    Back,
    EndGroup,
    Explain,
    Go,
    History,
    Hold,
    Last,
    Mute,
    Pause,
    Probe,
    Rate,
    Rejected,
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
from ttsmesh.wire.schema import Message, Request

LETTERS = {
    "A": "accepted",
    "R": "rejected",
    "S": "started",
    "P": "progress",
    "F": "finished",
    "I": "interrupted",
    "X": "failed",
    "<": "audio_start",
    "c": "chunk",
    "a": "audio",
    ">": "audio_end",
    "w": "word",
    "k": "mark",
    "K": "mark_place",
    "r": "pace_change",
    "x": "explanation",
    "m": "server_state",
    "v": "voice_state",
    "u": "utterance_state",
    "s": "summary",
    "t": "timeline",
    "h": "history_entry",
    "p": "text_part",
    "q": "muted",
    "e": "voice_entry",
    "l": "language_entry",
    ".": "end",
}
REPLIES = {letter: SAMPLES[name] for letter, name in LETTERS.items()}
FOLLOWUPS: list[Message] = [Go(), Hold(), Rate(rate=1.5)]


def transcript(request: Request) -> str:
    """All complete sequences of replies to ``request``."""
    match request:
        case Say(wait=True) | Again(wait=True):
            return r"R|Ak*(S[Pwk]*)?[FIX]"
        case Speak():
            return r"R|A(SP*)?[FIX]"
        case Append(hold=True):
            return r"R|A+[FIX]"
        case EndGroup(wait=True):
            return r"R|A(SP*)?[FIX]"
        case (
            Say()
            | Again()
            | Append()
            | EndGroup()
            | Mute()
            | Probe()
            | Shutdown()
            | Stop()
            | Pause()
            | Resume()
            | Skip()
            | Back()
            | SetSpeed()
        ):
            return r"R|A"
        case Synthesize():
            return r"R|X|<[cKra]*[>X]"
        case Explain():
            return r"R|Ax*[.X]"
        case Status():
            return r"R|m[qvusht]*\."
        case History():
            return r"R|[hp]*\."
        case Last():
            return r"R|Ap*\."
        case Voices():
            return r"R|[el]*\."
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


LATER: dict[type[Request], tuple[type[Message], ...]] = {Speak: (Go, Hold, Rate), Append: (Append, EndGroup)}
"""What may follow a request from the side that made it."""

letters = st.sampled_from(sorted(REPLIES))
conversations = st.sampled_from(REQUESTS).flatmap(
    lambda request: st.tuples(st.just(request), st.from_regex(transcript(request), fullmatch=True))
)


@given(st.sampled_from(REQUESTS), st.lists(letters | st.sampled_from([*FOLLOWUPS, *REQUESTS]), max_size=30))
def test_either_side_may_say_anything_and_only_what_is_allowed_passes(
    request: Request, attempts: list[str | Message]
) -> None:
    talk = Talk(request)
    for attempt in attempts:
        ended = talk.ended
        if isinstance(attempt, str):
            assert not (talk.answer(attempt) and ended)
        else:
            by_opener = talk.attempt(attempt, talk.opener, talk.answerer)
            assert by_opener == isinstance(attempt, LATER.get(type(request), ()))
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


@given(st.lists(letters.map(REPLIES.__getitem__) | st.sampled_from(FOLLOWUPS), min_size=1, max_size=5))
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
