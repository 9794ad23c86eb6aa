"""Secrets in a text that is shown rather than spoken. Pure.

What is spoken of a text is read token by token, as its format wants it, and may leave out much of it. Here each place
of it is tried where a secret may begin, whatever stands around it. It takes time linear in the text.
"""

import re
from collections.abc import Iterator

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.rules import SECRETS
from ttsmesh.model.text.terms.secrets import looks_random, random
from ttsmesh.model.text.verbalise.english import English

_PLACES = re.compile(r"(?<![A-Za-z0-9])[^\s.,;:!?]")
"""Where a secret may begin: not inside of a word, and at no mark."""

_USER = re.compile(r"(?<=//)(?:[^\s/@:\"<>]{0,200}:[^\s/@\"<>]{1,200}|(?=[^\s/@]{0,200}[0-9])[^\s/@:\"<>]{6,200})(?=@)")
"""Of an address, a user and the password, or what stands for both."""

_HOOK = re.compile(r"(?<=/)[^\s/?#\"'<>`|]{12,}+(?!/)")
"""Of an address, what may be the key of a web hook."""

_LONG = re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/_-]{32,}+={0,2}|(?<![A-Za-z0-9+_-])[A-Za-z0-9+_-]{20,}+")
"""What is random if it looks so: with slashes only where no path has begun before."""

_RULES = tuple(rule for rule in SECRETS if rule is not random)

_ADDRESS_BEFORE, _LOOKED_AT = 300, 200


def secrets_in(text: str) -> list[tuple[int, int, str]]:
    """Each secret in ``text``, perhaps with the name before it: where it begins and ends, and what is said for it."""
    return [*_by_rules(text), *_by_looks(text)]


def _by_rules(text: str) -> Iterator[tuple[int, int, str]]:
    context = Context(English("en-us"), "code")
    at = 0
    while (place := _PLACES.search(text, at)) is not None:
        at = place.start()
        answers = (rule(text, at, context) for rule in _RULES)
        end, said = next((answer for answer in answers if answer is not None and answer[0] > at), (at + 1, ""))
        if said:
            yield at, end, said
        at = end


def _by_looks(text: str) -> Iterator[tuple[int, int, str]]:
    for user in _USER.finditer(text):
        yield *user.span(), "a secret"
    for key in _HOOK.finditer(text):
        if "hook" in text[max(0, key.start() - _ADDRESS_BEFORE) : key.start()].rpartition(" ")[2].lower():
            yield *key.span(), "a secret"
    at = 0
    while (long := _LONG.search(text, at)) is not None:
        found = looks_random(long.group()[:_LOOKED_AT])
        if found:
            yield *long.span(), "a secret"
        # Of a path, each part may still be one.
        slash = long.group().find("/")
        at = long.end() if found or slash < 0 else long.start() + slash + 1
