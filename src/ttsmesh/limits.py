"""Every size and time limit of the mesh, in one place: name, unit, reason. Tests import it.

A constant's docstring begins with its unit and is its row in ``docs/promises.md``; a test compares the two.
"""

KIB = 1024
MIB = 1024 * KIB

# --- sizes ---------------------------------------------------------------------------------------------------------
MAX_TEXT = 4 * MIB
"""Bytes of UTF-8 in one request: a long novel."""

MAX_BOOK = 64 * MIB
"""Bytes of UTF-8 in one book that is rendered: a shelf of novels, or two months of speech."""

BOOK_PART = 3000
"""Characters of a part of a book, or some more: it ends with a paragraph. It takes half a minute to render, which is
what a kill may cost."""

MAX_REQUEST = MAX_TEXT + 64 * KIB
"""Bytes of a frame from the side that opened the connection, checked on the frame's four length bytes."""

MAX_REPLY = 256 * KIB
"""Bytes of a frame sent as a reply, checked likewise. Slices of sound and entries of lists are far smaller."""

MAX_DEPTH = 4
"""Levels of nesting in a frame; msgpack by itself would follow 1024."""

MAX_MAP = 32
"""Keys of one map in a frame."""

MAX_ARRAY = 64
"""Elements of one array in a frame."""

SEND_BUFFER = 64 * KIB
"""Bytes, besides one frame, that wait for a peer to read them before the sender waits too: a slow reader holds back its
own audio and fills no memory."""

MAX_NAME = 1024
"""Bytes of the name of a voice, a language or a caller. The formula of a blend is a name, too."""

MAX_WORD = 100
"""Bytes of one word handed to G2P. Longer ones are split, because espeak-ng aborts on 160 plain bytes."""

MAX_PHONEMES = 510
"""Phonemes in one render: a voice pack has 510 rows, and the model takes 512 tokens with the two at the edges."""

SPEED_MIN = 0.5
"""Times the usual speaking rate, at least."""

SPEED_MAX = 4.0
"""Times the usual speaking rate, at most. Practised listeners use up to 3.4."""

VOLUME_MAX = 200
"""Percent of the model's own loudness. Above it, the limiter that prevents clipping would be heard."""

PITCH_MIN = 0.7
"""Times the voice's own pitch, at least: half an octave down."""

PITCH_MAX = 1.4
"""Times the voice's own pitch, at most: half an octave up. Further away it is no longer that voice."""

PAUSE_MAX = 5000
"""Milliseconds of a pause in the settings."""

ECHO = 32
"""Characters of bad input that an error message repeats, and printable ones only."""

KEPT_SOUND = 64 * MIB
"""Bytes of the sound of texts kept to be said again: some 23 minutes. The default of a setting."""

HISTORY_SIZE = MIB
"""Bytes of the texts kept to be said again. The default of a setting."""

# --- counts --------------------------------------------------------------------------------------------------------
MAX_CLIENTS = 512
"""Connections of clients at once, or fewer where the process may open too few descriptors."""

MAX_BACK = 1000
"""Sentences by which one can go back at once."""

MAX_SILENT_DEVICES = 64
"""Audio devices remembered because their last text found no output. Names of devices are what callers type."""

MAX_HANGING = 64
"""Directories of output files that do not respond, at once: each keeps a thread until it does."""

RESERVED_FDS = 32
"""Descriptors kept back from clients. A server without descriptors cannot accept, and would spin trying."""

BACKLOG = 512
"""Connections that wait in the kernel to be accepted."""

MAX_QUEUE = 256
"""Utterances accepted and not yet ended."""

MAX_QUEUE_BYTES = 16 * MIB
"""Bytes of the texts of these utterances."""

MAX_IDLE_VOICES = 8
"""Idle voice servers kept; the one that has been idle longest leaves first. The default of a setting."""

MAX_HISTORY = 256
"""Outcomes remembered one by one. Older ones count in the figures of their day."""

HISTORY_TEXTS = 100
"""Texts kept to be said again. The default of a setting."""

MAX_GROUPS = 256
"""Groups at once, those included that were stopped and may still be appended to."""

MAX_MUTED = 64
"""Callers muted by their names."""

HISTORY_DAYS = 14
"""Days of figures kept in the state directory, to tell what is usual."""

SOCKET_PATH_MAX = 107
"""Bytes of the path of a Unix socket that the kernel takes."""

# --- times, seconds ------------------------------------------------------------------------------------------------
FRAME_TIMEOUT = 30.0
"""Seconds from a frame's first byte to its last, and from a connection to its request. With 5 s, programs that connect
while a machine boots were closed too early."""

SEND_TIMEOUT = 10.0
"""Seconds that a sender waits for a peer that does not read; then it closes the connection."""

CONNECT_TIMEOUT = 2.0
"""Seconds that a client tries to connect while the server's backlog is full."""

START_TIMEOUT = 30.0
"""Seconds that a client waits for another one that is starting the model server, and for the answer of a server that is
starting: more than the ``LEAVE_TIMEOUT`` that this one may have to wait for the one before it."""

ACKNOWLEDGE_TIMEOUT = 10.0
"""Seconds that a client waits for the acknowledgement of a server that has started. It never waits for the model."""

G2P_TIMEOUT = 2.0
"""Seconds for the phonemes of one chunk."""

G2P_LOAD_TIMEOUT = 20.0
"""Seconds for a language's first phonemes: its dictionaries load in 2 s, on a busy machine in 5 s."""

PREPARING_TIMEOUT = 180.0
"""Seconds to wait for another process that makes the model or installs voices: it takes a minute or two on a slow
machine. One that is stopped or hangs would be waited for without end."""

COMPILING_TIMEOUT = 30.0
"""Seconds to wait for another process that compiles the model: it takes 4 s, and without its result one just compiles
too."""

LOAD_TIMEOUT = 600.0
"""Seconds of loading the model, waiting for others and building it included. What takes longer hangs."""

RENDER_TIMEOUT = 30.0
"""Seconds of one render: a hundred times the usual."""

RENDER_STUCK_TIMEOUT = 2.0
"""Seconds from cancelling a render to its return. A native call that takes longer does not return at all."""

SPEAK_ACCEPTED_TIMEOUT = 2.0
"""Seconds that a running voice process takes to accept an utterance, and then to ask for its audio."""

VOICE_START_TIMEOUT = 10.0
"""Seconds that a voice process takes to start and accept its first utterance, on a busy machine."""

BEGIN_TIMEOUT = 8.0
"""Seconds from a voice's first audio, when it may sound, to its ``Started``: one device may take 4 s to open, and
another one 1 s to be let go."""

FIRST_PROGRESS = 0.15
"""Seconds from a voice's ``Started`` to its first ``Progress``: most devices have played something by then."""

PROGRESS_INTERVAL = 0.5
"""Seconds between two ``Progress`` of a voice that sounds."""

PROGRESS_TIMEOUT = 5.0
"""Seconds without a ``Progress`` of a voice that sounds, after which its process is replaced."""

CANCEL_TIMEOUT = 0.25
"""Seconds from cancelling speech to the voice's last report; then the process is killed."""

SAVE_CANCEL_TIMEOUT = 1.0
"""Seconds from cancelling a save to its last report: its file may just be on the way to the disk. The process is not
killed, because it may also be sounding."""

DRAIN_TIMEOUT = 8.0
"""Seconds that saves get to finish when the server is asked to leave."""

DRAIN_TIMEOUT_AGAIN = 2.0
"""Seconds for everything to end after that, or at once when the server is asked a second time."""

CLOSE_TIMEOUT = 3.0
"""Seconds from then to the end of the process, whatever hangs in it."""

SOCKET_CHECK = 2.0
"""Seconds between two looks of the model server at the file of its socket."""

START_LOCK_TIMEOUT = 1.0
"""Seconds that a leaving server waits for the start lock, and `ttsmesh run` before its command. A client that holds it
longer is starting a server."""

LEAVE_TIMEOUT = 20.0
"""Seconds that a model server which starts waits for one that is leaving. That one takes at most ``SOCKET_CHECK``,
``START_LOCK_TIMEOUT``, ``DRAIN_TIMEOUT``, ``DRAIN_TIMEOUT_AGAIN`` and ``CLOSE_TIMEOUT``, which are 16 together."""

HISTORY_WRITE_INTERVAL = 60.0
"""Seconds between two writes of the figures, which are also written at the end: what ``kill -9`` may lose."""

PREDECESSOR_TIMEOUT = 2.0
"""Seconds that a piece of a group, or its end, waits for the pieces before it: processes that start one after the other
may be served in another order."""

FOLLOW_STALL = 10.0
"""Seconds without news after which a sentence that is not whole is said. The default of a setting."""

FOLLOW_IDLE = 60.0
"""Seconds without news after which a group is ended. The default of a setting."""

LANGUAGE_IDLE = 900.0
"""Seconds after which the process of an idle language leaves, except the default one's. The default of a setting."""

VOICE_IDLE = 60.0
"""Seconds after which an idle voice server leaves. The default of a setting."""

MODEL_IDLE = 1800.0
"""Seconds after which an idle model server leaves. The default of a setting."""

DEVICE_RELEASE = 5.0
"""Seconds after which an unused audio device is closed. The default of a setting."""

FILE_TIMEOUT = 4.0
"""Seconds that a request waits for the file system: a disk that was asleep takes some. Twice this, once for the voices
and once for the output file, is less than ``ACKNOWLEDGE_TIMEOUT``."""

SAVE_TIMEOUT = 60.0
"""Seconds that a save waits for one write to its file. A slow USB stick holds a writer up for several."""

PROBE_TIMEOUT = 1.0
"""Seconds that ``say`` waits for a look at an audio output, after the last text for it found none."""

SELECTION_TIMEOUT = 3.0
"""Seconds that the program in whose window a text is selected has to give it."""

BUS_TIMEOUT = 2.0
"""Seconds that the session bus has to answer, for media keys."""

CRASH_LIMIT = 5
"""Crashes of one voice server within ``CRASH_WINDOW``; one more, and the voice is marked failed."""

CRASH_WINDOW = 60.0
"""Seconds for which a crash counts."""
