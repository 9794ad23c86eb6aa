"""Keys, tokens and passwords by themselves: they are never said. Pure.

A string is a secret by its known shape, or because it looks random; ``credentials`` has those with a name before them.
One too many is said to be a secret here rather than one too few.
"""

import re
from itertools import pairwise

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import LETTERS, identifier

_B64 = r"[A-Za-z0-9_-]"
SHAPES = re.compile(
    rf"""
    (?<![A-Za-z0-9]) (?:
      sk-(?:proj-|ant-|or-|svcacct-)?(?={_B64}{{0,80}}[0-9]) {_B64}{{8,}}+            # OpenAI, Anthropic
    | (?:sk|pk|rk|whsec)_(?:live_|test_)?(?={_B64}{{0,80}}[0-9]) [A-Za-z0-9]{{8,}}+   # Stripe
    | gh[opusr]_[A-Za-z0-9]{{8,}}+ | github_pat_\w{{8,}}+                              # GitHub
    | gl(?:pat|dt|rt|ptt|cbt|ft|agent|soat|imt)-{_B64}{{12,}}+                                          # GitLab
    | (?:xox[a-z]|xapp)-[A-Za-z0-9-]{{8,}}+                                          # Slack
    | (?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ABIA|ACCA)[A-Z0-9]{{12,}}+                    # AWS
    | AIza{_B64}{{20,}}+ | ya29\.{_B64}{{16,}}+                                       # Google
    | eyJ{_B64}{{6,}}+(?:\.{_B64}*+){{0,4}}                                           # JSON web tokens
    | (?:npm|hf|gsk|r8|dop_v1|doo_v1|lin_api|ntn|sbp|shpat|shpss|shpca|pplx|xai|rubygems|csk|re|rpa|tgp_v1
        |secret|pat|api|key|tok|token)[_-]
      (?=[A-Za-z]{{0,80}}[0-9])(?=[0-9]{{0,80}}[A-Za-z]) [A-Za-z0-9]{{16,}}+            # Names of services and keys
    | (?:dckr_pat|nvapi|figd|glsa|sq0csp|sq0atp|tskey|pscale_tkn|sntrys|vercel|fo1)[_-]
      (?={_B64}{{0,80}}[0-9]) {_B64}{{16,}}+                                            # whose keys have separators
    | pypi-Ag{_B64}{{12,}}+ | SG\.{_B64}{{10,}}+\.{_B64}{{10,}}+ | hv[sbr]\.{_B64}{{16,}}+
    | AGE-SECRET-KEY-[A-Z0-9]{{16,}}+ | (?:AC|SK)[0-9a-f]{{32}}(?![0-9a-f])
    | [0-9]{{8,10}}:AA{_B64}{{30,}}+                                                  # Telegram
    )
    """,
    re.VERBOSE,
)
"""Secrets of well-known services, wherever they stand."""

_PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z0-9 ]{0,40})-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,40}-----")
_RANDOM = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{32,}+={0,2}")
_ONLY_HEX = re.compile(r"[0-9a-f-]+$|[0-9A-F-]+$")
_LOOKED_AT = 200
"""Characters of a long string that tell whether it is random."""
_BLOB = 160
"""A longer random string holds data rather than a key."""
_WORDLIKE = re.compile(r"[A-Z]?[a-z]{3,}")
_WORDS = 0.55
"""How much of a string is words, at least, for it to be a name; a random one has half as much that looks like words."""
_CHANGES = 0.2
"""How often a random string of one case goes from letters to digits or back, at least."""


def shaped(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A secret by its shape."""
    match = SHAPES.match(text, at)
    return (match.end(), context.term("a secret")) if match else None


def private_key(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A block between BEGIN and END lines; without the latter all the rest of ``text``."""
    match = _PRIVATE_KEY.match(text, at)
    if match is None:
        return None
    end = _KEY_ENDS.search(text, match.end())
    kind = "a secret" if "PRIVATE" in match[1] else "certificate" if "CERTIFICATE" in match[1] else "data"
    return end.end() if end else len(text), context.term(kind)


def random(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A long string that looks random: a secret, or where it is very long, data."""
    match = _RANDOM.match(text, at)
    if match is None or not looks_random(
        text[at : at + _LOOKED_AT] if match.end() - at > _LOOKED_AT else match.group()
    ):
        return None
    public = match.group().startswith("AAAA")
    return match.end(), context.term("data" if public or match.end() - at > _BLOB else "a secret")


def looks_random(string: str) -> bool:
    """Whether ``string``, of up to some hundreds of characters, is likely a key rather than a name: not a hash."""
    if SHAPES.match(string):
        return True
    if len(string) < 20 or _ONLY_HEX.match(string):
        return False
    kinds = [_kind(character) for character in string]
    if "d" not in kinds or not {"u", "l"} & set(kinds):
        return False
    mixed = {"u", "l"} <= set(kinds)
    if len(string) < 32 and not (mixed and kinds.count("d") > 1 and "s" not in kinds):
        return False
    if mixed:
        in_words = sum(len(word) for word in _WORDLIKE.findall(string))
        return in_words < _WORDS * len(string)
    changes = sum(one != other for one, other in pairwise(kinds))
    return "s" not in kinds and kinds.count("d") > 2 and changes >= _CHANGES * len(string)


def _kind(character: str) -> str:
    if character.isdecimal():
        return "d"
    if not character.isalpha():
        return "s"
    return "u" if character.isupper() else "l"


_PUBLIC_KEY = re.compile(
    rf"(ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp[0-9]{{3}})[ ]AAAA[A-Za-z0-9+/]{{16,}}+={{0,2}}(?![{LETTERS}])"
)


def public_key(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """ssh-ed25519 AAAA…: the kind of the key, and that it is data."""
    match = _PUBLIC_KEY.match(text, at)
    return (match.end(), f"{identifier(match[1], context)} {context.term('data')}") if match else None
