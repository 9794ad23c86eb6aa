"""Secrets in commands and in headers of HTTP. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.credentials.keys import KEY_NAME, is_secret
from ttsmesh.model.text.terms.credentials.named import say_key
from ttsmesh.model.text.terms.names import identifier

_CREDENTIALS = re.compile(
    r"(?<=[ ])(?:(?P<option>-u|--user|--proxy-user)[ =]['\"]?(?P<user>[\w.@-]{1,60}):[^\s'\"]{1,200}+(?P<web>['\"]?)"
    r"|-p(?P<attached>[^\s-][^\s]{2,200}+)"
    r"|-(?P<letter>[paw])[ ](?P<apart>'[^'\n]{1,200}'|\"[^\"\n]{1,200}\"|[^\s'\"-][^\s'\"]{0,200}+))"
)
_TAKES_CREDENTIALS = {
    "web": re.compile(r"\b(?:curl|wget|https?|xh)\b"),
    "attached": re.compile(r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b"),
    "p": re.compile(r"\bsshpass\b|\b(?:docker|podman|az|oc|helm registry|nerdctl)[ ]login\b"),
    "a": re.compile(r"\bredis-cli\b"),
    "w": re.compile(r"\bldap[a-z]{1,10}\b"),
}
"""Commands that have such options, by the part of the pattern or the option's letter."""
_COOKIE = re.compile(r"((?:Set-)?Cookie):[ \t]{0,4}[^\s=;]{1,100}=[^\n\"']{1,4000}+")
_OPTION = re.compile(
    rf"(--?[A-Za-z0-9-]{{0,30}}?{KEY_NAME}[A-Za-z0-9-]{{0,12}})[ ]{{1,4}}(?!-)"
    rf"([^\s\"'`<>]{{1,4000}}+|\"[^\"\n]{{1,4000}}+\"?|'[^'\n]{{1,4000}}+'?)"
)
_NO_VALUE = re.compile(
    r"(?i:to|and|or|is|are|was|for|option|options|flags?|argument|parameter|in|with|without|if|when|as|the|an?|on|from"
    r"|can|may|must|should|will|instead|only|then|does|takes?|sets?|but|of|has|not|by)[.,;:!?)]*$"
)
"""A word of the sentence that tells of an option."""
_AUTHORISATION = re.compile(
    r"(?i:((?:Proxy-)?Authorization)(['\"]?[ \t]{0,4}[:=][ \t]{0,4}['\"]?))?"
    r"(?i:(Bearer|Basic|Token|ApiKey|Digest)[ \t]{1,4})"
    r"([A-Za-z0-9._~+/=!&$-]{1,}+)"
)
_SHORTEST = 6
"""Characters of what stands behind "Bearer" without its header, at least."""


def credentials(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """curl -u ann:hunter2, mysql -phunter2, sshpass -p hunter2: what commands take without a name for it."""
    match = _CREDENTIALS.match(text, at)
    if match is None:
        return None
    part = match["letter"] or ("web" if match["user"] else "attached")
    if not _TAKES_CREDENTIALS[part].search(text, max(0, at - 120), at):
        return None
    secret = context.term("a secret")
    if match["user"]:
        return match.end(), f"{say_key(match['option'], context)} {identifier(match['user'], context)}, {secret}"
    return match.end(), f"{context.term('dash')} {identifier(match['letter'] or 'p', context)} {secret}"


def cookie(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Cookie: session=…: whoever has it is logged in."""
    match = _COOKIE.match(text, at)
    return (match.end(), f"{identifier(match[1], context)}, {context.term('a secret')}") if match else None


def option(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """--password hunter2, as an option and its value."""
    match = _OPTION.match(text, at)
    if match is None or match[2][0] == "$" or not is_secret(match[1], match[2].strip("\"'")):
        return None
    if context.style == "prose" and _NO_VALUE.match(match[2]):
        return None
    return match.end(), f"{say_key(match[1], context)} {context.term('a secret')}"


def authorisation(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Authorization: Bearer …"""
    match = _AUTHORISATION.match(text, at)
    if match is None:
        return None
    long_enough = len(match[4]) >= _SHORTEST and (re.search("[0-9]", match[4]) or len(match[4]) > 24)
    if not match[1] and not long_enough:
        return None
    name = f"{match[1].lower()}, " if match[1] else ""
    return match.end(), f"{name}{identifier(match[3].lower(), context)} {context.term('a secret')}"
