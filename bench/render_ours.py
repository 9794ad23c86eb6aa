"""A worker that renders as the model server does, with its synthesizer, engine and G2P process loaded beforehand."""

import asyncio
import json
import os
import sys
import time
from typing import cast

import uvloop

from bench.worker import Replies
from ttsmesh.audio import SAMPLE_RATE, frames
from ttsmesh.config import Precision, Settings
from ttsmesh.model.engine.choose import choose_engine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.script import Script, Text
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue

READING = Reading(language="en-us")


async def _serve(replies: Replies) -> None:
    voice = sys.argv[1]
    g2p = G2P()
    precision = cast(Precision, sys.argv[3])
    renderer = Renderer(choose_engine(os.environ, Settings(precision=precision)), on_stuck=lambda: os._exit(1))
    synthesizer = Synthesizer(renderer, g2p, Catalogue())

    async def render(text: str) -> tuple[float, float, float]:
        """Seconds to the first PCM and to the last, and seconds of sound."""
        begun = time.perf_counter()
        first = sound = 0.0
        async for part in synthesizer.rendition(text, READING, voice=voice, speed=1.0, rank=lambda: 0).pieces():
            first = first or time.perf_counter() - begun
            sound += frames(part.pcm) / SAMPLE_RATE
        return first, time.perf_counter() - begun, sound

    async def chunks(text: str) -> list[list[int]]:
        return [encode(phonemes.text) async for _, phonemes in Script(g2p, Text(g2p, text, READING))]

    await render(sys.argv[2])
    replies.send(name=renderer.engine.name)
    while line := await asyncio.to_thread(sys.stdin.readline):
        text = json.loads(line)["text"]
        first, whole, sound = await render(text)
        spoken = await chunks(text)
        tokens = sum(len(chunk) - 2 for chunk in spoken)
        replies.send(first=first, whole=whole, sound=sound, tokens=tokens, chunks=spoken)
    await renderer.close()
    await g2p.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(Replies()))
