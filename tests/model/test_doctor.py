"""What `ttsmesh doctor` makes of an engine's checks. Its look at a machine: tests/integration/test_surroundings.py."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.model import doctor
from ttsmesh.model.engine.choose import AUTO, DEFAULT
from ttsmesh.model.findings import FAIL, OK, WARN, Finding


def check_fast() -> Iterator[Finding]:
    yield Finding("fast", FAIL, "it does not load", "get another one")


def check_weights() -> Iterator[Finding]:
    raise ConfigError("no weights")
    yield


def check_wrong() -> Iterator[Finding]:
    raise KeyError("device")
    yield


def check_usual() -> Iterator[Finding]:
    yield Finding("usual", OK, "intact")


KINDS = {
    "fast": SimpleNamespace(CHECKS=(check_fast, check_weights)),
    "wrong": SimpleNamespace(CHECKS=(check_wrong, check_usual)),
    DEFAULT: SimpleNamespace(CHECKS=(check_usual,)),
}


def found(monkeypatch: pytest.MonkeyPatch, asked: str, name: str) -> list[tuple[str, str, str]]:
    """The findings of the engine ``name``, for which ``asked`` stands."""
    monkeypatch.setattr(doctor, "asked_for", lambda *_: asked)
    monkeypatch.setattr(doctor, "resolved", lambda _: name)
    monkeypatch.setattr(doctor, "kind", KINDS.__getitem__)
    findings = [finding for check in doctor.engine_checks() for finding in doctor.examined(check)]
    return [(finding.check, finding.state, finding.message) for finding in findings]


def test_an_engine_that_was_asked_for_by_name_must_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, "fast", "fast") == [("fast", FAIL, "it does not load"), ("weights", FAIL, "no weights")]


def test_an_engine_that_auto_has_chosen_may_fail_since_another_one_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, AUTO, "fast") == [
        ("fast", WARN, f"it does not load; {DEFAULT} speaks instead"),
        ("weights", WARN, f"no weights; {DEFAULT} speaks instead"),
        ("usual", OK, "intact"),
    ]


def test_a_check_of_another_package_that_fails_itself_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, "wrong", "wrong") == [
        ("wrong", FAIL, "its check fails: KeyError: 'device'"),
        ("usual", OK, "intact"),
    ]


@pytest.mark.parametrize("asked", [AUTO, DEFAULT])
def test_of_the_default_engine_only_its_own_checks_are_made(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    assert found(monkeypatch, asked, DEFAULT) == [("usual", OK, "intact")]
