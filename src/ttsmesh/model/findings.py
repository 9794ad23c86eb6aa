"""What ``ttsmesh doctor`` finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ttsmesh.errors import Code

OK, WARN, FAIL = "ok", "warn", "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """A result of a check. ``state`` is ok, warn or FAIL. ``advice`` says what to do. ``code`` is the kind of fault."""

    check: str
    state: str
    message: str
    advice: str = ""
    code: Code = Code.CONFIG


Check = Callable[[], Iterator[Finding]]
"""A check is called ``check_`` and the name of what it looks at, by which its expected errors are reported."""
