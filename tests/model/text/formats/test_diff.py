"""A diff is read by files and hunks, and its unchanged lines are not."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats.read_aloud import aloud, english, is_likely, lines_like, read_in_parts, said
from tests.model.text.formats.test_code import PROSE
from ttsmesh.model.text.formats import diff

HEAD = "diff --git a/src/main.py b/src/main.py\nindex 83db48f..bf269f4 100644\n--- a/src/main.py\n+++ b/src/main.py\n"
HUNK = """@@ -40,3 +42,4 @@ def parse(line):
     first = 1
-    second = 2
+    second = 3
+    third = 4
     return first
"""
SAID_HEAD, SAID_HUNK = (
    "file src/main.py",
    ["line 42", "def parse(line):", "removed", "second = 2", "added", "second = 3", "third = 4"],
)
SHOW = f"""commit 1234567890abcdef1234567890abcdef12345678 (HEAD -> main)
Author: Ann <ann@example.com>
Date:   Sat Jan 3 10:00:00 2026 +0100

    Count from one

{HEAD}{HUNK}"""
STATUS = """On branch main
Changes not staged for commit:
  (use "git add <file>..." to update what will be committed)
\tmodified:   src/main.py
\tdeleted:    old.txt
"""
COMBINED = "diff --cc a.py\nindex 1,2..3\n--- a/a.py\n+++ b/a.py\n@@@ -1,2 -1,2 +1,3 @@@\n  same\n++both\n -one\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(HEAD + HUNK, ["diff: 1 file, 2 added, 1 removed", SAID_HEAD, *SAID_HUNK], id="git diff"),
        pytest.param(
            HEAD + HUNK + HEAD.replace("main", "other") + "@@ -1 +1,2 @@\n a\n+b\n",
            [
                *("diff: 2 files, 3 added, 1 removed", SAID_HEAD, *SAID_HUNK),
                *("file src/other.py", "line 1", "added", "b"),
            ],
            id="two files",
        ),
        pytest.param(
            SHOW,
            [
                *("commit 1234567 (HEAD -> main)", "Author: Ann <ann@example.com>"),
                *("Date: Sat Jan 3, 2026, 10:00", "Count from one"),
                *("diff: 1 file, 2 added, 1 removed", SAID_HEAD, *SAID_HUNK),
            ],
            id="git show",
        ),
        pytest.param(
            "--- a.txt\t2026-01-01 10:00\n+++ b.txt\t2026-01-02 10:00\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n",
            ["diff: 1 file, 1 added, 1 removed", "file b.txt", "line 1", "removed", "old", "added", "new"],
            id="diff -u",
        ),
        pytest.param(
            "diff --git a/old.txt b/new.txt\nsimilarity index 100%\nrename from old.txt\nrename to new.txt\n",
            ["diff: 1 file, 0 added, 0 removed", "file new.txt, renamed from old.txt"],
            id="renamed",
        ),
        pytest.param(
            "diff --git a/a b/b\nsimilarity index 90%\ncopy from a\ncopy to b\n",
            ["diff: 1 file, 0 added, 0 removed", "file b, new from a"],
            id="copied",
        ),
        pytest.param(
            "diff --git a/new.py b/new.py\nnew file mode 100644\nindex 0000000..1111111\n"
            "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x = 1\n",
            ["diff: 1 file, 1 added, 0 removed", "file new.py, new", "line 1", "added", "x = 1"],
            id="new",
        ),
        pytest.param(
            "diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n",
            ["diff: 1 file, 0 added, 1 removed", "file gone, deleted", "removed", "bye"],
            id="deleted",
        ),
        pytest.param(
            "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n",
            ["diff: 1 file, 0 added, 0 removed", "file run, mode changed"],
            id="mode",
        ),
        pytest.param(
            "diff --git a/a.png b/a.png\nindex 1..2 100644\nBinary files a/a.png and b/a.png differ\n",
            ["diff: 1 file, 0 added, 0 removed", "file a.png, binary"],
            id="binary",
        ),
        pytest.param(
            "diff --git a/a.bin b/a.bin\nindex 1..2 100644\nGIT binary patch\nliteral 5\nNcmZQzfB*mh\n",
            ["diff: 1 file, 0 added, 0 removed", "file a.bin, binary"],
            id="binary patch",
        ),
        pytest.param(
            "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
            ["line 1", "removed", "a", "no newline at end of file", "added", "a"],
            id="no newline at the end",
        ),
        pytest.param(
            "@@ -1 +1 @@\n--- a comment\n+-- other\n",
            ["line 1", "removed", "a comment", "added", "other"],
            id="minus minus",
        ),
        pytest.param("@@ -1,2 +1,2 @@\n-i--\n+i++\n", ["line 1", "removed", "i--", "added", "i++"], id="decrement"),
        pytest.param("@@ -1 +1,3 @@\n a\n+\n+b\n", ["line 1", "added", "b"], id="an added blank line is a pause"),
        pytest.param(
            "@@ -1,3 +1,2 @@\n a\n\n-b\n", ["line 1", "removed", "b"], id="an unchanged blank line without its space"
        ),
        pytest.param("@@ ... @@\n a\n-b\n+c\n", ["removed", "b", "added", "c"], id="a hunk without numbers"),
        pytest.param(
            "@@ -1,9 +1,9 @@\n-a\n+b\n@@ -20 +20 @@\n-c\n",
            ["line 1", "removed", "a", "added", "b", "line 20", "removed", "c"],
            id="wrong counts",
        ),
        pytest.param(
            "@@ -1 +1,3 @@\n a\n+x = 1  # why\n+# it is\n", ["line 1", "added", "x = 1", "why", "it is"], id="comments"
        ),
        pytest.param(
            COMBINED,
            ["diff: 1 file, 1 added, 1 removed", "file a.py", "line 1", "added", "both", "removed", "one"],
            id="merge",
        ),
        pytest.param(
            " src/main.py | 12 +++++-----\n logo.png    | Bin 0 -> 512 bytes\n"
            " 2 files changed, 5 insertions(+), 3 deletions(-)\n",
            ["src/main.py, 12", "logo.png, Bin 0 -> 512 bytes", "2 files changed, 5 insertions, 3 deletions"],
            id="diff --stat",
        ),
        pytest.param(
            STATUS,
            ["On branch main", "Changes not staged for commit:", "modified: src/main.py", "deleted: old.txt"],
            id="git status",
        ),
        pytest.param(
            'diff --git "a/with space" "b/with space"\n--- "a/with space"\n+++ "b/with space"\n@@ -1 +1 @@\n-a\n+b\n',
            ["diff: 1 file, 1 added, 1 removed", "file with space", "line 1", "removed", "a", "added", "b"],
            id="quoted name",
        ),
        pytest.param(
            HEAD + "@@ -1 +1 @@\r\n-a\r\n+b\r\n",
            ["diff: 1 file, 1 added, 1 removed", SAID_HEAD, "line 1", "removed", "a", "added", "b"],
            id="CR LF",
        ),
        pytest.param(
            "@@ -1 +1 @@\n-a\n+b\n\nThat was all.\n",
            ["line 1", "removed", "a", "added", "b", "That was all."],
            id="prose after it",
        ),
    ],
)
def test_what_is_said_of_a_diff(text: str, expected: list[str]) -> None:
    assert said(diff, text) == expected


def test_changed_lines_are_code_and_what_is_said_about_them_is_prose() -> None:
    passages = diff.read("@@ -1 +1 @@ f()\n-a\n", 0, {}, english)
    assert [(aloud([passage])[0], passage.style) for passage in passages] == [
        ("line 1", "prose"),
        ("f()", "code"),
        ("removed", "prose"),
        ("a", "code"),
    ]


def test_commits_of_one_line_each_are_sentences() -> None:
    text = "a1b2c3d (HEAD -> main) Fix it\n9f8e7d6 Add it"
    assert is_likely(diff, text)
    assert said(diff, text) == ["a1b2c3d (HEAD -> main) Fix it", "9f8e7d6 Add it"]


def test_the_words_are_the_listeners() -> None:
    terms = {"diff": "Diff", "file": "fichier", "added": "ajoutées", "removed": "retirées", "line": "ligne"}
    assert aloud(diff.read(HEAD + "@@ -1 +1 @@\n-a\n", 0, {}, terms.__getitem__)) == [
        *("Diff: 1 fichier, 0 ajoutées, 1 retirées", "fichier src/main.py", "ligne 1", "retirées", "a"),
    ]


def test_a_hunk_goes_on_in_the_next_part_of_a_text() -> None:
    carry: dict[str, Any] = {}
    first = HEAD + "@@ -1,2 +1,3 @@\n-a\n+b\n"
    assert aloud(diff.read(first, 0, carry, english))[-2:] == ["added", "b"]
    assert aloud(diff.read("+c\n same\n", len(first), carry, english)) == ["c"]


def test_the_counts_are_said_once() -> None:
    carry: dict[str, Any] = {}
    diff.read(HEAD + HUNK, 0, carry, english)
    assert aloud(diff.read(HEAD.replace("main", "b") + HUNK, 500, carry, english))[0] == "file src/b.py"


@pytest.mark.parametrize(
    "text",
    [
        *(HEAD, HEAD + HUNK, HUNK, SHOW.partition("\n\n")[0], STATUS, COMBINED),
        "--- a.txt\n+++ b.txt",
        " a.py | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)",
        "\tmodified:   src/main.py",
    ],
)
def test_a_diff_is_known_by_its_shape(text: str) -> None:
    assert is_likely(diff, text)


@pytest.mark.parametrize(
    "text",
    [*PROSE, "- one\n- two\n+ three", "--- signed ---\nAnn", "+1 for me\n-1 for you", "commit to it\nAuthor: me"],
)
def test_prose_is_never_taken_for_a_diff(text: str) -> None:
    assert not is_likely(diff, text)


@given(lines_like(SHOW, STATUS, COMBINED), st.lists(st.integers(0, 20), max_size=3), st.integers(0, 99))
def test_any_lines_are_read_in_any_parts(lines: list[str], cuts: list[int], offset: int) -> None:
    read_in_parts(diff, lines, cuts, offset)
    diff.likely(lines)
