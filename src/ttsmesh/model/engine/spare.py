"""An engine that may fail where another one would speak, and that other one, which takes its place then.

A GPU can run out of memory, because other programs use it, and it can vanish, as when a laptop is undocked. The chunk
that was being begun is begun once more by the spare engine, which renders everything from then on. Nothing of a chunk
is heard before it has begun, so nothing is spoken twice. An engine that nobody has asked for by name may also lack what
it needs to load.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from ttsmesh.errors import ConfigError, SynthesisError, TtsmeshError
from ttsmesh.model.engine.cancelling import CancelScope
from ttsmesh.model.engine.protocol import DeviceFailed, Engine, Rendering, Speaker

logger = logging.getLogger(__name__)

LOOK_S = 0.02
"""Seconds between two looks at whether waiting for the spare engine was cancelled."""

REASON = 120
"""Characters of the reason that the engine's name has, as a part of one line of ``status``. The log has all of it."""


class WithSpare:
    """``engine``, until it raises ``DeviceFailed`` in ``load`` or ``begin``, and then what ``make_spare`` makes.

    ``optional``: so it is when ``engine`` lacks what it needs to load, which otherwise is a ``ConfigError``. It is an
    ``Engine``. The one that failed is not tried again by this process.
    """

    def __init__(self, engine: Engine, make_spare: Callable[[], Engine], *, optional: bool = False) -> None:
        self._engine = engine
        self._loaded: Engine | None = None
        self._replaceable = (DeviceFailed, ConfigError) if optional else DeviceFailed
        self._make_spare = make_spare
        self._scope = CancelScope()
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="spare")
        self._loading: Future[None] | None = None
        self._since = ""

    @property
    def name(self) -> str:
        return f"{self._engine.name}{self._since}"

    @property
    def sample_rate(self) -> int:
        return self._engine.sample_rate

    @property
    def symbols(self) -> frozenset[str]:
        return self._engine.symbols

    @property
    def device_memory_bytes(self) -> int | None:
        return self._engine.device_memory_bytes

    def check(self) -> None:
        try:
            self._engine.check()
        except self._replaceable:
            if self._since:
                raise
            self._make_spare().check()  # it takes the place when the engine loads

    def load(self) -> None:
        try:
            self._engine.load()
        except self._replaceable as error:
            if self._since:
                raise
            self._replace(error)
            self._engine.load()
        self._loaded = self._engine

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> Rendering:
        try:
            self._wait_for_spare()
            return self._engine.begin(phonemes, speaker, speed)
        except DeviceFailed as error:
            if self._since:
                raise
            self._replace(error)
            self._start_loading()
        self._wait_for_spare()
        return self._engine.begin(phonemes, speaker, speed)

    def _replace(self, error: TtsmeshError) -> None:
        failed = self._engine
        self._engine, self._loaded = self._make_spare(), None
        self._since = f", since {error.message.partition('. ')[0][:REASON]}"
        logger.error("%s: %s; from now on %s renders", failed.name, error.message, self._engine.name)

    def _start_loading(self) -> None:
        """Load the spare engine in a thread of its own: that takes seconds, and cannot be cancelled."""
        self._loading = self._loader.submit(self._engine.load)

    def _wait_for_spare(self) -> None:
        """Raises ``RenderCancelled`` soon after ``cancel``, and ``SynthesisError`` if the spare engine cannot load."""
        if self._loading is None:
            return  # nothing has failed yet, or the spare engine was loaded instead
        with self._scope:
            while not self._loading.done():
                self._scope.check()
                wait([self._loading], LOOK_S)
        try:
            self._loading.result()
        except ConfigError as error:
            self._start_loading()  # what is missing may be there at the next chunk
            raise SynthesisError(f"{error.message}{self._since}") from error
        self._loaded = self._engine

    @property
    def wants_idle_time(self) -> bool:
        loaded = self._loaded
        return loaded is not None and loaded.wants_idle_time

    def use_idle_time(self) -> None:
        self._engine.use_idle_time()

    def cancel(self) -> None:
        self._scope.cancel()
        self._engine.cancel()
