"""How tables of terminals are found in a text, and read row by row."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "kubectl": (
        "NAME    READY   STATUS\nweb-1   1/1     Running\ndb-0    0/1     Pending",
        ("NAME: web-1, READY: 1 of 1, STATUS: Running. |\nNAME: db-0, READY: 0 of 1, STATUS: Pending. ¶"),
    ),
    "kubectl after a command": (
        "$ kubectl get pods\nNAME    READY   STATUS\nweb-1   1/1     Running",
        "$ kubectl get pods /\nNAME: web-1, READY: 1 of 1, STATUS: Running. ¶",
    ),
    "docker": (
        ("CONTAINER ID   IMAGE   CREATED       STATUS\nabc123def456   nginx   2 hours ago   Up 2 hours"),
        "CONTAINER ID: abc123def456, IMAGE: nginx, CREATED: 2 hours ago, STATUS: Up 2 hours. ¶",
    ),
    "df": (
        (
            "Filesystem      Size  Used Avail Use% Mounted on\n"
            "/dev/sda1        50G   20G   28G  42% /\n"
            "tmpfs           3.9G     0  3.9G   0% /dev/shm"
        ),
        (
            "Filesystem: /dev/sda1, Size: 50 GB, Used: 20 GB, Avail: 28 GB, Use%: 42%, Mounted on: / |\n"
            "Filesystem: tmpfs, Size: 3.9 GB, Used: 0, Avail: 3.9 GB, Use%: 0%, Mounted on: /dev/shm. "
            "¶"
        ),
    ),
    "pip list": (
        "Package    Version\n---------- -------\npip        24.0\nrequests   2.31.0",
        "Package: pip, Version: 24.0. |\nPackage: requests, Version: 2.31.0. ¶",
    ),
    "psql": (" id | name\n----+-------\n  1 | Alice\n(1 row)", "id: 1, name: Alice. ¶\n(1 row) ¶"),
    "mysql": ("+----+------+\n| id | name |\n+----+------+\n|  1 | foo  |\n+----+------+", "id: 1, name: foo. ¶"),
    "box": ("┌────┬──────┐\n│ id │ name │\n├────┼──────┤\n│ 1  │ foo  │\n└────┴──────┘", "id: 1, name: foo. ¶"),
    "wide spaces in prose": ("This is  a line.\nAnd this  one too.", "This is  a line. And this  one too. ¶"),
    "ls": (
        ("total 8\ndrwxr-xr-x 2 root root 4096 Nov 28 21:53 src\n-rw-r--r-- 1 root root 120 Nov 29 01:35 a.py"),
        "total 8 ¶\nfolder, 4096, Nov 28 21:53, src |\nfile, 120, Nov 29 01:35, a.py ¶",
    ),
    "free": (
        "      total    used    free\nMem:   23Gi   1Gi    19Gi\nSwap:    0B    0B      0B",
        "Mem: total: 23Gi, used: 1Gi, free: 19Gi. |\nSwap: total: 0B, used: 0B, free: 0B. ¶",
    ),
    "ls -lh": (
        "drwxr-xr-x 5 ann staff 160B Mar 14 09:26 src\n-rw-r--r-- 1 ann staff 2.3K Mar 13 18:02 notes.md",
        "folder, 160B, Mar 14 09:26, src |\nfile, 2.3 KB, Mar 13 18:02, notes.md ¶",
    ),
    "sizes in columns": (
        "Filesystem   Size   Use%\n/dev/sda1    468G   71%\n\nFull.",
        "Filesystem: /dev/sda1, Size: 468 GB, Use%: 71% ¶\nFull. ¶",
    ),
    "nothing in a column": (
        "| A | B | C |\n|---|---|---|\n| x | – | y |",
        "A: x, C: y. ¶",
    ),
    "minutes in columns": (
        "NAME   RESTARTS      AGE\nweb    17 (2m ago)   68m\n\nAll is well.",
        "NAME: web, RESTARTS: 17 (2 min ago), AGE: 68 min. ¶\nAll is well. ¶",
    ),
    "table ends with the text": (
        "NAME   READY   AGE\nweb    1/1     5d\n\nAll is well.",
        "NAME: web, READY: 1 of 1, AGE: 5d. ¶\nAll is well. ¶",
    ),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_a_table_of_a_terminal_is_read_row_by_row(source: str, said: str) -> None:
    assert shown(source, "auto") == said
