"""The reply to the request ``status``."""

import os
import time

from ttsmesh import __version__
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.server.usage import usage
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.record import first_audio_ms
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.workers.voice_servers import Supervisor, VoiceProcess
from ttsmesh.wire.messages import Muted, ServerState, UtteranceState, VoiceState
from ttsmesh.wire.schema import Message


def status(
    hub: Hub, supervisor: Supervisor, renderer: Renderer, g2p: G2P, begun: float, media_keys: str
) -> list[Message]:
    """All messages but the last, which is ``End``. ``begun``: when the server started, in CLOCK_MONOTONIC seconds."""
    timeline = hub.last_timeline()
    return [
        _server_state(hub, supervisor, renderer, g2p, time.monotonic() - begun, media_keys),
        *([Muted()] if hub.mutes.everyone else []),
        *(Muted(caller=name) for name in hub.mutes.callers),
        *map(_voice_state, supervisor.voices.values()),
        *map(_utterance_state, hub.live.values()),
        *hub.history.summaries(),
        *hub.history.last(1),
        *([timeline] if timeline is not None else []),
    ]


def _server_state(
    hub: Hub, supervisor: Supervisor, renderer: Renderer, g2p: G2P, uptime_s: float, media_keys: str
) -> ServerState:
    ours, phonemiser = usage(os.getpid()), usage(g2p.pid)
    outcomes = hub.history.outcomes
    phonemisers = [used for pid in g2p.pids if (used := usage(pid)) is not None]
    return ServerState(
        pid=os.getpid(),
        uptime_s=uptime_s,
        release=__version__,
        model=renderer.state,
        engine=renderer.engine.name,
        g2p_pid=g2p.pid,
        queued=len(hub.live),
        finished=outcomes["finished"],
        interrupted=outcomes["interrupted"],
        failed=outcomes["failed"],
        last_failure=hub.history.last_failure,
        accepted=outcomes.total() + len(hub.live),
        memory_bytes=ours.memory_bytes if ours else None,
        device_memory_bytes=renderer.engine.device_memory_bytes,
        g2p_memory_bytes=sum(used.memory_bytes for used in phonemisers) or None,
        g2p_uptime_s=phonemiser.uptime_s if phonemiser else None,
        voice_starts=supervisor.starts,
        voice_crashes=supervisor.crashes,
        unsayable=hub.unsayable,
        media_keys=media_keys,
    )


def _voice_state(voice: VoiceProcess) -> VoiceState:
    pid = voice.process.pid if voice.process is not None else None
    used = usage(pid)
    return VoiceState(
        voice=voice.key.voice,
        language=voice.key.language,
        pid=pid,
        state=voice.state,
        utterances=voice.utterances,
        memory_bytes=used.memory_bytes if used else None,
        uptime_s=used.uptime_s if used else None,
        starts=voice.starts,
        crashes=voice.crashes,
    )


def _utterance_state(utterance: Utterance) -> UtteranceState:
    return UtteranceState(
        id=utterance.order.id,
        voice=utterance.order.key.voice,
        language=utterance.order.key.language,
        state=utterance.state,
        caller=utterance.order.claim.caller,
        age_s=time.monotonic() - utterance.milestones.accepted,
        first_audio_ms=first_audio_ms(utterance),
        rendered_s=utterance.rendition.rendered_s,
        heard_s=utterance.heard / SAMPLE_RATE,
    )
