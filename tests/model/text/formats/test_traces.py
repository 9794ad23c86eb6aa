"""Of a stack trace the message and the last own frame are said."""

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats.read_aloud import aloud, is_likely, lines_like, read_in_parts, said
from tests.model.text.formats.test_code import PROSE
from ttsmesh.model.text.formats import traces

PYTHON = """Traceback (most recent call last):
  File "/srv/shop/main.py", line 10, in <module>
    main()
    ~~~~^^
  File "/srv/shop/parser.py", line 42, in parse
    raise ValueError(text)
  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s)
               ^^^^^^^^^^^^^^^^^^
ValueError: bad input
"""
JAVA = """Exception in thread "main" java.lang.IllegalStateException: the pool is empty
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat com.example.shop.Cart.add(Cart.java:12)
\tat com.example.shop.App.main(App.java:5)
Caused by: java.io.IOException: disk full
\tat com.example.shop.Disk.write(Disk.java:77)
\t... 12 more
"""
NODE = """TypeError: Cannot read properties of undefined (reading 'id')
    at wrap (/srv/app/node_modules/lib/index.js:1:20)
    at Cart.render (/srv/app/src/cart.js:42:13)
    at new Page (file:///srv/app/src/page.js:7:1)
    at async Promise.all (index 0)
    at node:internal/main/run_main:28:49
"""
GO = """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
runtime.gopanic({0x45, 0x66})
\t/usr/local/go/src/runtime/panic.go:884 +0x212
main.process({0xc000, 0x3})
\t/srv/cmd/main.go:42 +0x1d
main.main()
\t/srv/cmd/main.go:10 +0x2a
exit status 2
"""
RUST = """thread 'main' panicked at src/main.rs:42:5:
index out of bounds
stack backtrace:
   0: rust_begin_unwind
             at /rustc/07dca48/library/std/src/panicking.rs:645:5
   1: shop::parse
             at ./src/parse.rs:7:9
   2: core::ops::function::FnOnce::call_once
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
"""
CSHARP = """Unhandled exception. System.ArgumentException: Bad value
   at System.Convert.ToInt32(String value)
   at Shop.Cart.Add(Item item, Int32 n) in /src/Shop/Cart.cs:line 42
"""
RUBY = """app.rb:42:in 'parse': bad input (ArgumentError)
\tfrom app.rb:12:in 'run'
\tfrom app.rb:1:in '<main>'
"""
PHP = """PHP Fatal error:  Uncaught Exception: no database in /var/www/db.php:12
Stack trace:
#0 /var/www/index.php(42): Db->connect('main')
#1 {main}
  thrown in /var/www/db.php on line 12
"""
GDB = """Program received signal SIGSEGV, Segmentation fault.
#0  0x0000555555555131 in parse (text=0x0) at parse.c:42
#1  0x0000555555555170 in main () at main.c:7
"""
ASAN = """==1234==ERROR: AddressSanitizer: heap-use-after-free
    #0 0x7f2a in __interceptor_free (/lib/libasan.so+0xb4)
    #1 0x4f2b in main /srv/main.c:7:3
"""
GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "/srv/run.py", line 3, in run
  |     go()
  | ExceptionGroup: two failed (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/srv/a.py", line 5, in a
    |     raise ValueError("a")
    | ValueError: a
    +------------------------------------
"""
ALL = [PYTHON, JAVA, NODE, GO, RUST, CSHARP, RUBY, PHP, GDB, ASAN, GROUP]
IDS = ["Python", "Java", "Node", "Go", "Rust", "C#", "Ruby", "PHP", "gdb", "sanitizer", "exception group"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(PYTHON, ["ValueError: bad input. in parse, file parser.py, line 42, and 2 more"], id="Python"),
        pytest.param(
            JAVA,
            [
                'Exception in thread "main" IllegalStateException: the pool is empty',
                "in Cart.add, file Cart.java, line 12, and 2 more",
                "Caused by: IOException: disk full",
                "in Disk.write, file Disk.java, line 77, and 12 more",
            ],
            id="Java with a cause",
        ),
        pytest.param(
            NODE,
            [
                "TypeError: Cannot read properties of undefined (reading 'id')",
                "in Cart.render, file cart.js, line 42, and 4 more",
            ],
            id="Node",
        ),
        pytest.param(
            GO,
            [
                "panic: runtime error: index out of range [5] with length 3",
                "in main.process, file main.go, line 42, and 2 more",
                "exit status 2",
            ],
            id="Go",
        ),
        pytest.param(
            RUST,
            [
                "thread 'main' panicked at src/main.rs:42:5:",
                "index out of bounds",
                "in shop::parse, file parse.rs, line 7, and 2 more",
            ],
            id="Rust",
        ),
        pytest.param(
            CSHARP,
            [
                "Unhandled exception. System.ArgumentException: Bad value",
                "in Shop.Cart.Add, file Cart.cs, line 42, and 1 more",
            ],
            id="C#",
        ),
        pytest.param(RUBY, ["bad input (ArgumentError). in parse, file app.rb, line 42, and 2 more"], id="Ruby"),
        pytest.param(
            PHP,
            [
                "PHP Fatal error: Uncaught Exception: no database in /var/www/db.php:12",
                "in Db->connect, file index.php, line 42, and 1 more",
            ],
            id="PHP",
        ),
        pytest.param(
            GDB,
            ["Program received signal SIGSEGV, Segmentation fault.", "in parse, file parse.c, line 42, and 1 more"],
            id="gdb",
        ),
        pytest.param(
            ASAN,
            ["==1234==ERROR: AddressSanitizer: heap-use-after-free", "in main, file main.c, line 7, and 1 more"],
            id="sanitizer",
        ),
        pytest.param(
            GROUP,
            [
                "ExceptionGroup: two failed (2 sub-exceptions). in run, file run.py, line 3",
                "ValueError: a. in a, file a.py, line 5",
            ],
            id="exception group",
        ),
        pytest.param(
            PYTHON
            + "\nDuring handling of the above exception, another exception occurred:\n\n"
            + PYTHON.replace("bad input", "worse"),
            [
                "ValueError: bad input. in parse, file parser.py, line 42, and 2 more",
                "ValueError: worse. in parse, file parser.py, line 42, and 2 more",
            ],
            id="chain",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/a/b.py", line 1, in <module>\n    x\nKeyboardInterrupt\n',
            ["KeyboardInterrupt. file b.py, line 1"],
            id="no message",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/a/b.py", line 1, in f\n    x\n'
            "requests.exceptions.ConnectionError: no route!\n",
            ["ConnectionError: no route! in f, file b.py, line 1"],
            id="package of an exception",
        ),
        pytest.param(
            '  File "/a/b.py", line 3\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n',
            ["SyntaxError: invalid syntax. file b.py, line 3"],
            id="syntax error",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n    f()\n'
            "  [Previous line repeated 996 more times]\nRecursionError: too deep\n",
            ["RecursionError: too deep. in f, file a.py, line 3, and 996 more"],
            id="repeated frames",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/site-packages/x.py", line 3, in f\n    f()\nValueError: a\n',
            ["ValueError: a. in f, file x.py, line 3"],
            id="no own frame",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "C:\\srv\\app\\x.py", line 3, in f\n    f()\nValueError: a\n',
            ["ValueError: a. in f, file x.py, line 3"],
            id="path of Windows",
        ),
        pytest.param(
            "\tat com.example.A.b(A.java:3)\n\tat com.example.A.c(A.java:4)\n",
            ["in A.b, file A.java, line 3, and 1 more"],
            id="frames alone",
        ),
        pytest.param(
            "\tat a.B.c(Native Method)\n\tat d.E.f(E.kt:4)\n",
            ["in E.f, file E.kt, line 4, and 1 more"],
            id="native frame",
        ),
        pytest.param("\t... 5 more\n", ["and 5 more"], id="nothing but more"),
        pytest.param(
            "Error: x\n    at <anonymous>\n    at /srv/app.js:3:4\n",
            ["Error: x", "file app.js, line 3, and 1 more"],
            id="frame without a name",
        ),
        pytest.param(
            "Error: x\n    at main (webpack:///src/app.ts?a1b2:3:4)\n",
            ["Error: x", "in main, file app.ts, line 3"],
            id="query of a path",
        ),
        pytest.param(
            "panic: x\n\ngoroutine 7 [running]:\ncreated by main.start in goroutine 1\n\t/srv/a.go:3 +0x1\n",
            ["panic: x", "in created by main.start, file a.go, line 3"],
            id="created by",
        ),
        pytest.param("Traceback (most recent call last):\n", [], id="an announcement alone is silent"),
        pytest.param(
            "Before.\n" + RUBY + "After.\n",
            ["Before.", "bad input (ArgumentError). in parse, file app.rb, line 42, and 2 more", "After."],
            id="text around it",
        ),
    ],
)
def test_what_is_said_of_a_trace(text: str, expected: list[str]) -> None:
    assert said(traces, text) == expected


def test_one_piece_stands_for_a_whole_trace_of_python() -> None:
    (passage,) = traces.read(PYTHON, 7, {}, str)
    (piece,) = passage.pieces
    assert (piece.start, piece.end) == (7, 7 + len(PYTHON) - 1)


def test_the_words_are_the_listeners() -> None:
    terms = {"in": "dans", "file": "fichier", "line": "ligne", "and": "et", "more": "de plus"}
    assert aloud(traces.read(PYTHON, 0, {}, terms.__getitem__)) == [
        "ValueError: bad input. dans parse, fichier parser.py, ligne 42, et 2 de plus"
    ]


def test_a_trace_that_is_cut_is_read_in_two_parts() -> None:
    lines = PYTHON.splitlines(keepends=True)
    first, second = "".join(lines[:4]), "".join(lines[4:])
    assert said(traces, first) == ["file main.py, line 10"]
    assert said(traces, second) == ["ValueError: bad input. in parse, file parser.py, line 42, and 1 more"]


@pytest.mark.parametrize("text", [text.partition("\n\n")[2] or text for text in ALL], ids=IDS)
def test_a_trace_is_known_by_its_shape(text: str) -> None:
    assert is_likely(traces, text)


@pytest.mark.parametrize(
    "text",
    [
        *PROSE,
        "panic: everyone left",
        "at noon (in the hall:3)\nat night",
        "from here: to there\nfrom now: on",
        "Error: no such page.\nPlease go back.",
        "#1 in the charts\n#2 is next",
    ],
)
def test_prose_is_never_taken_for_a_trace(text: str) -> None:
    assert not is_likely(traces, text)


@given(lines_like(*ALL), st.lists(st.integers(0, 20), max_size=3), st.integers(0, 99))
def test_any_lines_are_read_in_any_parts(lines: list[str], cuts: list[int], offset: int) -> None:
    read_in_parts(traces, lines, cuts, offset)
    traces.likely(lines)
