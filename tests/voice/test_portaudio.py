"""What is said of a device that cannot be used: its name, the system's reason, and what to do."""

from typing import Any

import pytest

from ttsmesh.errors import Code, SinkError
from ttsmesh.voice import portaudio

UNANTICIPATED = ("Error opening RawOutputStream: Unanticipated host error", -9999, (0, -112, "Host is down"))
BUSY = ("Error opening RawOutputStream: Device unavailable", -9985)


class FakeSoundDevice:
    """``sounddevice`` where each opening fails with ``error``. ``outputs``: how many devices it knows."""

    class PortAudioError(Exception):
        """Theirs."""

    PortAudioError.__module__ = "sounddevice"

    def __init__(self, error: Exception, outputs: int = 1) -> None:
        self._error = error
        self._outputs = outputs

    def RawOutputStream(self, **_: Any) -> None:
        raise self._error

    def query_devices(self) -> list[dict[str, Any]]:
        microphone = {"name": "microphone", "max_output_channels": 0}
        return [microphone, *[{"name": "speakers", "max_output_channels": 2}] * self._outputs]

    def _terminate(self) -> None:
        """Look for devices again."""

    def _initialize(self) -> None:
        """Look for devices again."""


def refused(
    monkeypatch: pytest.MonkeyPatch, error: Exception, device: str | int | None = None, outputs: int = 1
) -> str:
    monkeypatch.setattr(portaudio, "load", lambda: FakeSoundDevice(error, outputs))
    with pytest.raises(SinkError) as caught:
        portaudio.open_line(device)
    assert caught.value.code is Code.NO_AUDIO
    return caught.value.message


@pytest.mark.parametrize(
    ("device", "arguments", "message"),
    [
        (
            None,
            UNANTICIPATED,
            "the default audio device cannot be opened (Host is down); is it plugged in, and not in use?",
        ),
        (
            None,
            BUSY,
            "the default audio device cannot be opened (Device unavailable); is it plugged in, and not in use?",
        ),
        (
            "usb",
            BUSY,
            "the audio device 'usb' cannot be opened (Device unavailable); is it plugged in, and not in use?",
        ),
        (
            "usb",
            ("Could not obtain stream info",),
            "the audio device 'usb' cannot be opened; is it plugged in, and not in use?",
        ),
        (
            99,
            ("Error querying device 99",),
            "the audio device '99' cannot be opened; is it plugged in, and not in use?",
        ),
    ],
)
def test_a_device_that_cannot_be_opened_is_named_with_the_systems_reason(
    monkeypatch: pytest.MonkeyPatch, device: str | int | None, arguments: tuple[Any, ...], message: str
) -> None:
    assert refused(monkeypatch, FakeSoundDevice.PortAudioError(*arguments), device) == message


def test_d7_where_no_output_is_found_the_audio_server_is_asked_after(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = FakeSoundDevice.PortAudioError("Error querying device -1")
    assert refused(monkeypatch, missing, outputs=0) == "no audio device was found; is the audio server running?"


@pytest.mark.parametrize(
    "theirs", ["No output device matching 'usb'", "Multiple output devices found for 'usb':\n[1] usb a\n[2] usb b"]
)
def test_a_name_that_names_no_single_device_is_told_where_the_names_are(
    monkeypatch: pytest.MonkeyPatch, theirs: str
) -> None:
    message = "'usb' names no audio device, or more than one; ttsmesh say -a '?' lists them"
    assert refused(monkeypatch, ValueError(theirs), "usb") == message


@pytest.mark.parametrize(("device", "name"), [(None, "the default audio device"), ("usb", "the audio device 'usb'")])
def test_a_device_that_fails_while_it_sounds_is_named(device: str | None, name: str) -> None:
    error = FakeSoundDevice.PortAudioError("Unanticipated host error", -9999, (0, -19, "No such device"))
    failed = portaudio.as_sink_error(error, device)
    assert failed.code is Code.AUDIO
    assert failed.message == f"{name} failed while in use (No such device); is it still there?"


def test_a_fault_of_our_own_is_told_as_one() -> None:
    assert portaudio.as_sink_error(KeyError("x"), None).code is Code.INTERNAL
