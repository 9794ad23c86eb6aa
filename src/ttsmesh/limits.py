"""Every size and time limit of the mesh, in one place: name, unit, reason. Tests import it."""

KIB = 1024
MIB = 1024 * KIB

# --- sizes ---------------------------------------------------------------------------------------------------------
MAX_TEXT = 4 * MIB
"""Bytes of UTF-8 in one request: a long novel."""

MAX_REQUEST = MAX_TEXT + 64 * KIB
"""Bytes of a frame sent by the side that opened the connection; checked on the four length bytes."""

MAX_REPLY = 256 * KIB
"""Bytes of a frame sent as a reply: PCM slices and list entries are far smaller."""

MAX_DEPTH = 4
MAX_MAP = 32
MAX_ARRAY = 64
"""Nesting and container sizes in requests; msgpack by itself would follow 1024 levels."""

MAX_NAME = 1024
"""Bytes of a voice, language or caller name; formulas of blended voices are names too."""

MAX_WORD = 100
"""Bytes of one word handed to G2P; longer ones are split (espeak-ng aborts on 160 plain bytes)."""

MAX_PHONEMES = 510
"""Phonemes in one render: the voice packs have 510 rows, and the model's context is 512 tokens with its two edges."""

SPEED_MIN = 0.5
SPEED_MAX = 4.0
"""Speaking rate: regular listeners use up to 3.4."""

VOLUME_MAX = 200
"""Percent of the model's own loudness. Beyond this, the limiter that keeps it from clipping would be heard."""

PITCH_MIN = 0.7
PITCH_MAX = 1.4
"""Times the voice's own pitch: half an octave either way; further, and it is nobody's voice any more."""

PAUSE_MAX = 5000
"""Milliseconds of a pause that a setting may ask for."""

ECHO = 32
"""Printable characters of bad input that an error message may repeat."""

PHRASE_CACHE = 16 * MIB
"""Default of the setting that bounds the sound of short texts kept to be said again: some six minutes."""

# --- counts --------------------------------------------------------------------------------------------------------
MAX_CLIENTS = 512
RESERVED_FDS = 32
BACKLOG = 512
"""Connections: EMFILE makes an accept loop spin, so the server stops at its own limit first."""

MAX_QUEUE = 256
MAX_QUEUE_BYTES = 16 * MIB
"""Utterances, and bytes of their text, accepted and not yet ended."""

MAX_IDLE_VOICES = 8
"""Idle voice servers kept; the longest idle leaves first."""

MAX_HISTORY = 256
"""Outcomes remembered one by one; older ones only count into their day."""

HISTORY_DAYS = 14
"""Days of measurements kept in the state directory, to know what is usual."""

SOCKET_PATH_MAX = 107
"""Bytes of a Unix socket's path that the kernel takes."""

# --- times, seconds ------------------------------------------------------------------------------------------------
FRAME_TIMEOUT = 30.0
"""From a frame's first byte to its last, and from accept to the first request. 5 s broke other daemons at boot."""

SEND_TIMEOUT = 10.0
SEND_HIGH_WATER = 1 * MIB
SEND_HARD_LIMIT = 4 * MIB
"""A peer that does not read may keep 1 MiB waiting for 10 s, and never more than 4 MiB."""

CONNECT_TIMEOUT = 2.0
START_TIMEOUT = 30.0
ACKNOWLEDGE_TIMEOUT = 10.0
"""What the CLI waits for; the acknowledgement never waits for the model."""

G2P_TIMEOUT = 2.0
G2P_LOAD_TIMEOUT = 20.0
"""Phonemes of one chunk; the first one of a language also loads its dictionaries: 2 s, and 5 s on a busy machine."""

RENDER_TIMEOUT = 30.0
"""One render: a hundred times the usual."""

RENDER_STUCK_TIMEOUT = 2.0
"""From cancelling a render to its return; a native call that takes longer will not return at all."""

SPEAK_ACCEPTED_TIMEOUT = 2.0
"""From a voice process that is up to its ``Accepted``."""

VOICE_START_TIMEOUT = 10.0
"""From needing a voice process to its first ``Accepted``, on a machine that is busy."""

BEGIN_TIMEOUT = 8.0
"""From a voice's first audio, the floor being its own, to its ``Started``: a device may take 4 s to open, and another
one 1 s to be let go."""

FIRST_PROGRESS = 0.15
"""From a voice's ``Started`` to its first ``Progress``: most devices have played something by then."""

PROGRESS_INTERVAL = 0.5
PROGRESS_TIMEOUT = 5.0
"""A voice that sounds says so every 500 ms; one that has been silent about it for 5 s is replaced."""

CANCEL_TIMEOUT = 0.25
"""From half-close to the terminal report; then that voice process is killed."""

SAVE_CANCEL_TIMEOUT = 1.0
"""The same for a save, whose file may just be on its way to the disk; but the process, which may be sounding too, goes
on."""

DRAIN_TIMEOUT = 8.0
DRAIN_TIMEOUT_AGAIN = 2.0
"""On SIGTERM: what saves get, and what they get after a second one. Shorter than the CLI's 10 s."""

HISTORY_WRITE_INTERVAL = 60.0
"""Measurements are written at most this often, and at exit: what a kill -9 may lose."""

LANGUAGE_IDLE = 900.0
"""Default of the setting that lets the dictionaries of a language go which nobody speaks; the default one's stay."""

VOICE_IDLE = 60.0
MODEL_IDLE = 1800.0
"""Defaults of the settings that let idle processes leave."""

DEVICE_RELEASE = 5.0
"""Default of the setting that closes an audio device nobody speaks through."""

PROBE_TIMEOUT = 1.0
"""What a ``say`` waits for a voice server to find an audio output again, after the last one had found none."""

CRASH_LIMIT = 5
CRASH_WINDOW = 60.0
"""More crashes than this in the window, and a voice is marked failed."""
