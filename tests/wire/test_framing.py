"""Frames: the length before the body, one msgpack map, and nothing beyond the limits."""

from typing import Any

import msgpack
import pytest

from ttsmesh.errors import RemoteProtocolError
from ttsmesh.limits import MAX_ARRAY, MAX_DEPTH, MAX_MAP
from ttsmesh.wire.framing import HEADER, FrameReader, pack, unpack

LIMIT = 100


def frame_of(length: int) -> bytes:
    """A frame whose body is ``length`` bytes."""
    frame = pack({"a": "x" * (length - 5)})  # 1 byte for the map, 2 for the key, 2 for the string
    assert len(frame) == HEADER.size + length
    return frame


def nested(depth: int) -> dict[str, Any]:
    """A map with ``depth`` levels of containers, itself the first."""
    inner: Any = None
    for _ in range(depth - 1):
        inner = [inner]
    return {"a": inner}


def test_a_frame_is_its_bodys_length_in_four_bytes_then_one_map() -> None:
    assert pack({"a": 1}) == b"\x00\x00\x00\x04" + b"\x81\xa1a\x01"


def test_every_plain_value_survives() -> None:
    body = {"none": None, "yes": True, "int": -1, "float": 0.5, "text": "ü☃", "bytes": b"\xff", "list": [1, {"a": 2}]}
    assert unpack(pack(body)[HEADER.size :]) == body


# --- the reader ----------------------------------------------------------------------------------------------------


def test_frames_come_out_whole_however_the_bytes_arrive() -> None:
    stream = pack({"a": 1}) + pack({"b": 2})
    reader = FrameReader(LIMIT)
    seen = []
    for at in range(len(stream)):
        reader.feed(stream[at : at + 1])
        while (body := reader.next()) is not None:
            seen.append(body)
    assert seen == [{"a": 1}, {"b": 2}]


def test_several_frames_may_come_at_once() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(pack({"a": 1}) + pack({"b": 2}) + b"\x00")
    assert [reader.next(), reader.next(), reader.next()] == [{"a": 1}, {"b": 2}, None]


def test_part_of_a_frame_is_known_to_be_owed() -> None:
    frame = pack({"a": 1})
    reader = FrameReader(LIMIT)
    assert not reader.partial
    reader.feed(frame[:1])
    assert reader.partial
    reader.feed(frame[1:])
    assert reader.next() == {"a": 1}
    assert not reader.partial


@pytest.mark.parametrize("length", [LIMIT - 1, LIMIT])
def test_a_frame_up_to_the_limit_is_taken(length: int) -> None:
    reader = FrameReader(LIMIT)
    reader.feed(frame_of(length))
    assert reader.next() is not None


@pytest.mark.parametrize("length", [0, LIMIT + 1, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_b1_a_bad_length_is_refused_on_its_four_bytes_and_nothing_is_kept(length: int) -> None:
    reader = FrameReader(LIMIT)
    reader.feed(HEADER.pack(length)[:3])
    with pytest.raises(RemoteProtocolError, match=f"a frame of {length} bytes"):
        reader.feed(HEADER.pack(length)[3:])
    assert not reader.partial


def test_b1_the_length_of_a_later_frame_is_checked_as_well() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(pack({"a": 1}) + HEADER.pack(LIMIT + 1))
    assert reader.next() == {"a": 1}
    with pytest.raises(RemoteProtocolError):
        reader.next()


# --- the body ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(nested(MAX_DEPTH - 1), id="depth-1"),
        pytest.param(nested(MAX_DEPTH), id="depth"),
        pytest.param({str(n): n for n in range(MAX_MAP - 1)}, id="map-1"),
        pytest.param({str(n): n for n in range(MAX_MAP)}, id="map"),
        pytest.param({"a": list(range(MAX_ARRAY - 1))}, id="array-1"),
        pytest.param({"a": list(range(MAX_ARRAY))}, id="array"),
        # With the map, the outer list and its four lists: 6 + 4 * 62 = 254 containers, and 256 with two more.
        pytest.param({"a": [[[]] * 62] * 4}, id="containers-2"),
        pytest.param({"a": [[[]] * 62] * 4, "b": [[]]}, id="containers"),
        pytest.param({}, id="empty"),
    ],
)
def test_b4_containers_up_to_their_limits_are_taken(body: dict[str, Any]) -> None:
    assert unpack(msgpack.packb(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(nested(MAX_DEPTH + 1), id="depth+1"),
        pytest.param(nested(500), id="very deep"),
        pytest.param({str(n): n for n in range(MAX_MAP + 1)}, id="map+1"),
        pytest.param({"a": list(range(MAX_ARRAY + 1))}, id="array+1"),
        pytest.param({"a": [[[]] * 62] * 4, "b": [[], []]}, id="containers+1"),
        pytest.param({"a": msgpack.ExtType(1, b"")}, id="empty ext"),
        pytest.param({"a": msgpack.ExtType(1, b"x")}, id="ext"),
        pytest.param({"a": msgpack.Timestamp(0)}, id="timestamp"),
        pytest.param({1: 2}, id="number as key"),
        pytest.param({b"a": 2}, id="bytes as key"),
        pytest.param({None: 2}, id="nothing as key"),
        pytest.param({"a": {b"b": 2}}, id="bytes as inner key"),
        pytest.param([], id="list"),
        pytest.param(None, id="nothing"),
        pytest.param("text", id="text"),
        pytest.param(7, id="number"),
    ],
)
def test_b4_b5_anything_else_is_refused(body: object) -> None:
    with pytest.raises(RemoteProtocolError):
        unpack(msgpack.packb(body))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"\x82\xa1a\x01\xa1a\x02", id="duplicate key"),
        pytest.param(b"\x81\xa1a\x82\xa1b\x01\xa1b\x02", id="inner duplicate key"),
        pytest.param(b"\x81\x91\x01\x02", id="list as key"),
        pytest.param(b"\x81\xa1a\x01\x00", id="trailing byte"),
        pytest.param(b"\x81\xa1a\xa1\xff", id="invalid UTF-8"),
        pytest.param(b"\x81\xa1\xff\x01", id="invalid UTF-8 as key"),
        pytest.param(b"\x81\xa1a\xa3\xed\xa0\x80", id="surrogate"),
        pytest.param(b"\x81\xa1a", id="cut short"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xc1", id="a byte msgpack never uses"),
        pytest.param(b"\x81\xa1a\xdd\xff\xff\xff\xff", id="array declaring 2^32-1"),
        pytest.param(b"\xdf\xff\xff\xff\xff", id="map declaring 2^32-1"),
        pytest.param(b"\x81\xa1a\xdb\xff\xff\xff\xff", id="text declaring 2^32-1"),
        pytest.param(b"\x81\xa1a\xc6\xff\xff\xff\xff", id="bytes declaring 2^32-1"),
        pytest.param(b"\x81\xa1a\xc9\xff\xff\xff\xff\x01", id="ext declaring 2^32-1"),
        pytest.param(b"\x81\xa1a" + b"\x91" * 100_000, id="deeper than msgpack's own stack"),
    ],
)
def test_b4_malformed_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        unpack(payload)


def test_a_refusal_never_quotes_what_came() -> None:
    for payload in (b"\x82\xa6secret\x01\xa6secret\x02", b"\x81\xa6secret\xa7secret\xff", b"\xa6secret"):
        with pytest.raises(RemoteProtocolError) as refusal:
            unpack(payload)
        assert "secret" not in str(refusal.value)


def test_after_a_refused_body_the_reader_stands_at_the_next_frame() -> None:
    reader = FrameReader(LIMIT)
    reader.feed(HEADER.pack(1) + b"\xc1" + pack({"a": 1}))
    with pytest.raises(RemoteProtocolError):
        reader.next()
    assert reader.next() == {"a": 1}
