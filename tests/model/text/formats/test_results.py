"""Of test and compiler runs the counts and messages are said, in their order."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats.read_aloud import aloud, english, is_likely, lines_like, read_in_parts, said
from tests.model.text.formats.test_code import PROSE
from ttsmesh.model.text.formats import results

PYTEST = """===================== test session starts =====================
platform linux -- Python 3.11.4, pytest-8.3.2
collected 12 items

tests/test_cart.py ....F..s                             [ 66%]
tests/test_disk.py ....                                 [100%]

=========================== FAILURES ===========================
___________________________ test_add ___________________________

    def test_add():
        total = 1
>       assert add(total, 2) == 4
E       assert 3 == 4
E        +  where 3 = add(1, 2)

tests/test_cart.py:12: AssertionError
=================== short test summary info ====================
FAILED tests/test_cart.py::test_add - assert 3 == 4
============ 1 failed, 10 passed, 1 skipped in 3.21s ===========
"""
GCC = """src/main.c: In function 'main':
src/main.c:12:5: error: expected ';' before '}' token
   12 |     return 0
      |     ^~~~~~~~
src/main.c:3:1: warning: unused variable 'x' [-Wunused-variable]
make: *** [Makefile:12: all] Error 2
"""
RUSTC = """error[E0308]: mismatched types
 --> src/main.rs:4:18
  |
4 |     let x: i32 = "a";
  |            ---   ^^^ expected `i32`, found `&str`
  |
  = note: expected type `i32`
error: could not compile `app` (bin "app") due to 1 previous error
"""
GO = """=== RUN   TestAdd
--- PASS: TestAdd (0.00s)
=== RUN   TestSub
--- FAIL: TestSub (0.00s)
    sub_test.go:12: got 3, want 4
FAIL
FAIL\texample.com/shop\t0.003s
ok  \texample.com/disk\t0.010s
"""
CARGO = """running 3 tests
test cart::adds ... ok
test cart::empties ... ok
test cart::counts ... FAILED
test result: FAILED. 2 passed; 1 failed; 0 ignored
"""
UNITTEST = """....F..
======================================================================
FAIL: test_total (tests.test_cart.Cart)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/srv/tests/test_cart.py", line 12, in test_total
    self.assertEqual(1, 2)
AssertionError: 1 != 2
----------------------------------------------------------------------
Ran 7 tests in 0.003s

FAILED (failures=1)
"""
JEST = """PASS src/disk.test.js
FAIL src/cart.test.js
  ✓ adds (5 ms)
  ✓ empties
  ✕ counts (2 ms)
Tests:       1 failed, 2 passed, 3 total
"""
TAP = "TAP version 13\n1..3\nok 1 - adds\nok 2 - empties\nnot ok 3 - counts\n# tests 3\n"
ESLINT = """/srv/app/cart.js
  12:5  error    'total' is not defined  no-undef
  40:1  warning  Unexpected console statement  no-console
✖ 2 problems (1 error, 1 warning)
"""
ALL = [PYTEST, GCC, RUSTC, GO, CARGO, UNITTEST, JEST, TAP, ESLINT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            PYTEST,
            [
                *("test session starts", "platform linux -- Python 3.11.4, pytest-8.3.2", "collected 12 items"),
                *("tests/test_cart.py: 6 passed, 1 failed, 1 skipped", "tests/test_disk.py: 4 passed"),
                *("FAILURES", "test_add", "assert add(total, 2) == 4", "assert 3 == 4", "+ where 3 = add(1, 2)"),
                *("tests/test_cart.py, line 12: AssertionError", "short test summary info"),
                "FAILED tests/test_cart.py::test_add - assert 3 == 4",
                "1 failed, 10 passed, 1 skipped in 3.21s",
            ],
            id="pytest",
        ),
        pytest.param(
            GCC,
            [
                "src/main.c: In function 'main':",
                "src/main.c, line 12: error: expected ';' before '}' token",
                "src/main.c, line 3: warning: unused variable 'x' [-Wunused-variable]",
                "make: Makefile, line 12: all, Error 2",
            ],
            id="gcc and make",
        ),
        pytest.param(
            RUSTC,
            [
                *("error[E0308]: mismatched types", "src/main.rs, line 4", "note: expected type `i32`"),
                'error: could not compile `app` (bin "app") due to 1 previous error',
            ],
            id="rustc",
        ),
        pytest.param(
            GO,
            [
                *("1 passed", "FAIL: TestSub (0.00s)", "sub_test.go, line 12: got 3, want 4", "FAIL"),
                *("FAIL example.com/shop 0.003s", "ok example.com/disk 0.010s"),
            ],
            id="go test",
        ),
        pytest.param(
            CARGO,
            ["2 passed", "test cart::counts ... FAILED", "test result: FAILED. 2 passed; 1 failed; 0 ignored"],
            id="cargo test",
        ),
        pytest.param(
            UNITTEST,
            [
                *("6 passed, 1 failed", "FAIL: test_total (tests.test_cart.Cart)"),
                "AssertionError: 1 != 2. in test_total, file test_cart.py, line 12",
                *("Ran 7 tests in 0.003s", "FAILED (failures=1)"),
            ],
            id="unittest",
        ),
        pytest.param(
            JEST,
            [
                *("PASS src/disk.test.js", "FAIL src/cart.test.js", "2 passed", "counts (2 ms)"),
                "Tests: 1 failed, 2 passed, 3 total",
            ],
            id="jest",
        ),
        pytest.param(TAP, ["2 passed", "not ok 3 - counts", "# tests 3"], id="TAP"),
        pytest.param(
            ESLINT,
            [
                *("/srv/app/cart.js", "line 12: error 'total' is not defined no-undef"),
                *("line 40: warning Unexpected console statement no-console", "2 problems (1 error, 1 warning)"),
            ],
            id="eslint",
        ),
        pytest.param(
            "src/cart.ts(12,5): error TS2322: Type 'string' is not assignable.",
            ["src/cart.ts, line 12: error TS2322: Type 'string' is not assignable."],
            id="tsc in a log",
        ),
        pytest.param(
            "src/cart.ts:12:5 - error TS2322: Not assignable.\n12   total = 'a';\n     ~~~~~",
            ["src/cart.ts, line 12: error TS2322: Not assignable."],
            id="tsc in a terminal",
        ),
        pytest.param(
            "Cart.java:12: error: ';' expected\n    int x = 1\n             ^\n1 error",
            ["Cart.java, line 12: error: ';' expected", "1 error"],
            id="javac",
        ),
        pytest.param("./main.go:12:5: undefined: total", ["./main.go, line 12: undefined: total"], id="go vet"),
        pytest.param(
            "src/a.py:12: error: Incompatible types  [arg-type]\nFound 1 error in 1 file (checked 2 source files)",
            [
                "src/a.py, line 12: error: Incompatible types [arg-type]",
                "Found 1 error in 1 file (checked 2 source files)",
            ],
            id="mypy",
        ),
        pytest.param(
            "src/a.py:1:8: F401 `os` imported but unused",
            ["src/a.py, line 1: F401 `os` imported but unused"],
            id="ruff",
        ),
        pytest.param("All checks passed!", ["All checks passed!"], id="nothing found"),
        pytest.param(
            "In file included from src/a.c:3:\nsrc/a.h:9:1: fatal error: b.h: No such file",
            ["In file included from src/a.c, line 3", "src/a.h, line 9: fatal error: b.h: No such file"],
            id="included from",
        ),
        pytest.param("make: *** [all] Error 2", ["make: all, Error 2"], id="old make"),
        pytest.param(
            "make[1]: *** No rule to make target 'x'.  Stop.",
            ["make[1]: No rule to make target 'x'. Stop."],
            id="make without a rule",
        ),
        pytest.param(
            "tests/test_a.py::test_b PASSED  [ 50%]\ntests/test_a.py::test_c PASSED  [100%]",
            ["2 passed"],
            id="pytest -v",
        ),
        pytest.param(
            "tests/test_a.py::test_b FAILED  [ 50%]", ["tests/test_a.py::test_b FAILED"], id="a percentage is silent"
        ),
        pytest.param(
            "..x.X.                                  [100%]",
            ["4 passed, 1 expected failures, 1 unexpected passes"],
            id="expected failures",
        ),
        pytest.param(".......\n-------\nRan 7 tests in 0.1s", ["7 passed", "Ran 7 tests in 0.1s"], id="dots alone"),
        pytest.param(".....E", ["5 passed, 1 errors"], id="error in the dots"),
        pytest.param("tests/test_a.py ..F.    [100%]", ["tests/test_a.py: 3 passed, 1 failed"], id="one file"),
        pytest.param(
            "PASS: test-cart\nPASS: test-disk\nFAIL: test-page", ["2 passed", "FAIL: test-page"], id="automake"
        ),
        pytest.param("=== 3 passed ===", ["3 passed"], id="short summary"),
        pytest.param("-----\n=====\n~~~~~", [], id="drawn lines are silent"),
        pytest.param("Compiling app v0.1.0", ["Compiling app v0.1.0"], id="any other line"),
    ],
)
def test_what_is_said_of_results(text: str, expected: list[str]) -> None:
    assert said(results, text) == expected


def test_a_failed_line_is_code() -> None:
    styles = {aloud([passage])[0]: passage.style for passage in results.read(PYTEST, 0, {}, english)}
    assert styles["assert add(total, 2) == 4"] == "code"
    assert styles["assert 3 == 4"] == "prose"


def test_the_words_are_the_listeners() -> None:
    terms = {"passed": "réussis", "failed": "échoués", "line": "ligne"}
    assert aloud(results.read("..F..\na.c:3: error: b\nok 1 - a\n", 0, {}, terms.__getitem__)) == [
        *("4 réussis, 1 échoués", "a.c, ligne 3: error: b", "1 réussis"),
    ]


def test_the_source_of_a_failed_test_goes_on_in_the_next_part_of_a_text() -> None:
    carry: dict[str, Any] = {}
    results.read("_____ test_add _____\n", 0, carry, english)
    assert aloud(results.read("    total = 1\n>   assert total\n", 21, carry, english)) == ["assert total"]


@pytest.mark.parametrize(
    "text",
    [block for text in ALL for block in text.split("\n\n") if block != "FAILED (failures=1)\n"],
)
def test_results_are_known_by_their_shape(text: str) -> None:
    assert is_likely(results, text)


@pytest.mark.parametrize(
    "text",
    [
        *PROSE,
        "ok so this is it\nok then",
        "...",
        "......",
        "PASS the salt.",
        "See main.py:12: it is there.",
        "Error is human.\nTo forgive is divine.",
        "=====",
        "Title\n=====",
        "User guide\n..........",
    ],
)
def test_prose_is_never_taken_for_results(text: str) -> None:
    assert not is_likely(results, text)


@given(lines_like(*ALL), st.lists(st.integers(0, 20), max_size=3), st.integers(0, 99))
def test_any_lines_are_read_in_any_parts(lines: list[str], cuts: list[int], offset: int) -> None:
    read_in_parts(results, lines, cuts, offset)
    results.likely(lines)


def test_one_line_of_dots_with_its_share_is_of_a_test_run() -> None:
    assert is_likely(results, "tests/test_a.py ..F.    [100%]")
