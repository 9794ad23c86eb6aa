"""Addresses on the web and of mail. The scheme is never said, nor what asks a server for something. Pure."""

import re
from urllib.parse import unquote

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.acronyms import spelled
from ttsmesh.model.text.terms.addresses import IPV4, port, say_ipv4, say_ipv6
from ttsmesh.model.text.terms.codes import is_hash, is_uuid, say_code
from ttsmesh.model.text.terms.names import BEGIN, END, LETTERS, number, spell
from ttsmesh.model.text.terms.secrets import looks_random
from ttsmesh.model.text.terms.tables.names import EXTENSIONS, TOP_LEVEL_DOMAINS, WORDS_LIKE_DOMAINS

LONGEST = 5
"""Parts of a URL's path that are all said; of a longer one the last ones are."""
KEPT = 2

LONGEST_SEGMENT = 80
"""Characters of one part of a path that are said."""

_ID = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[A-Za-z0-9_-]{10,64}|[0-9]{10,40}")
_WORD_IN_ID = re.compile("[a-z]{4}")
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_%-]{6,200}")
"""What stands for a user and the password at once."""
_KEY = 12
"""Characters of a web hook's key, at least."""

_COUNTRIES_SAID = ("co", "me", "be", "to", "so")
"""Top-level domains of two letters that are said as words; the others are spelled."""

_VISIBLE = r"[!#-;=?-\[\]_a-z~\u00c0-\u024f]"
_URL = re.compile(rf"(?<![{LETTERS}0-9])(?:[A-Za-z][A-Za-z0-9+.-]{{1,20}}:)?//({_VISIBLE}++)|(?i:www)\.{_VISIBLE}++")
_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(
    rf"{BEGIN}(?i:({_LABEL}(?:\.{_LABEL}){{1,6}})|(localhost)(?=[:/]))(:[0-9]{{1,5}})?(?![{LETTERS}0-9@])(/{_VISIBLE}*+)?"
)
_PARTS = re.compile(
    r"(?:(?P<user>[^/?#@]*)@)?(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[^/?#:]*)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
_LINE = re.compile(r"#L([0-9]{1,7})(?:-L?([0-9]{1,7}))?$")
_SCP = re.compile(
    rf"{BEGIN}([a-z][a-z0-9_.-]{{0,30}})@([A-Za-z0-9.-]{{1,80}}):(?=[~A-Za-z/])([A-Za-z0-9_.~/-]{{1,120}})"
)
_MAIL = re.compile(
    rf"(?:mailto:)?(?<![.])({BEGIN}[{LETTERS}0-9_+%-]+(?:\.[{LETTERS}0-9_+%-]+){{0,8}})@((?:{_LABEL}\.){{1,6}}[a-z]{{2,24}}){END}(?!@)",
    re.IGNORECASE,
)
_MAIL_BEGINS = re.compile(rf"(?:mailto:)?[{LETTERS}0-9_+%.-]{{1,64}}@", re.IGNORECASE)
_DATA = re.compile(
    r"data:(?:[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60})?(?:;[a-z0-9=-]{1,40}){0,4},[!#-;=?-~]*+", re.IGNORECASE
)
_CLOSING = {")": "(", "]": "["}


def data_uri(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """data:image/png;base64,…: only that it is data."""
    match = _DATA.match(text, at)
    return (match.end(), context.term("data")) if match else None


def url(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Anything with a scheme and two slashes, or with www: its host, and its path without the question."""
    match = _URL.match(text, at)
    if match is None:
        return None
    end = at + _trimmed(match.group())
    address = text[match.start(1) if match[1] else at : end]
    if not address or (not match[1] and "." not in address[4:]):
        return None
    if not match.group().startswith("//") or "." in address:
        said = _say(address, context)
        return (end, said) if said else None
    return None


def domain(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """example.com/path, localhost:8080, by the name of a top-level domain."""
    match = _DOMAIN.match(text, at)
    if match is None:
        return None
    host = match[1] or match[2]
    last = host.rpartition(".")[2]
    if match[1]:
        if last not in TOP_LEVEL_DOMAINS:
            return None
        # "main.rs:10" is a place in a file.
        if last in EXTENSIONS and not match[4] and not match[0].startswith("www."):
            return None
        # "it works.it is": a word behind a full stop.
        if last in WORDS_LIKE_DOMAINS and host.count(".") < 2 and not (match[3] or match[4]):
            return None
        if host[-len(last) - 2].isdecimal() and not re.search("[a-z]", host.removesuffix(last)):
            return None
    end = at + _trimmed(match.group())
    return end, _say(text[at:end], context)


def scp(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """git@host:foo/bar.git, as git and scp write it."""
    match = _SCP.match(text, at)
    if match is None:
        return None
    written = match[3].rstrip(".-")
    slash = f" {context.term('slash')} "
    said = slash.join(spell(part, context) for part in written.split("/") if part)
    user, host = spell(match[1], context, exact=True), _say_host(match[2], context)
    return match.start(3) + len(written), f"{user} {context.term('at')} {host} {context.term('colon')} {said}"


def mail(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """jane.doe@example.com, also with mailto: before it."""
    if not _MAIL_BEGINS.match(text, at) or not (match := _MAIL.match(text, at)):
        return None
    local = spell(match[1], context, exact=True)
    return match.end(), f"{local} {context.term('at')} {_say_host(match[2], context)}"


def _trimmed(written: str) -> int:
    """The length of ``written`` without the marks of the sentence at its end, and without a bracket it did not open."""
    end = len(written)
    balance = {closing: written.count(opening) - written.count(closing) for closing, opening in _CLOSING.items()}
    while end:
        last = written[end - 1]
        if last in _CLOSING and balance[last] < 0:
            balance[last] += 1
        elif last not in ".,;:!?'*_~":
            break
        end -= 1
    return end


def _say(address: str, context: Context) -> str:
    parts = _PARTS.match(address)
    if parts is None:
        return ""
    said = _say_host(parts["host"], context)
    if parts["user"]:
        user, colon, _ = parts["user"].partition(":")
        token = looks_random(user) or (not colon and _TOKEN.fullmatch(user))
        who = [context.term("a secret")] if token else [spell(user, context, exact=True)]
        if colon:
            who.append(context.term("a secret"))
        said = f"{', '.join(filter(None, who))} {context.term('at')} {said}"
    if parts["port"]:
        said += f" {port(parts['port'], context)}"
    said += _say_path(parts["path"] or "", context, hook="hook" in address)
    if line := _LINE.match(parts["fragment"] or ""):
        said += f", {context.term('line')} {number(line[1], context)}"
    return said.strip()


def _say_host(host: str, context: Context) -> str:
    if host.startswith("["):
        return say_ipv6(host[1:-1], context)
    if re.fullmatch(IPV4, host):
        return say_ipv4(host, context)
    shown = host[4:] if host[:4].lower() == "www." else host
    labels, dot, country = shown[:255].lower().rpartition(".")
    if not dot or len(country) != 2 or country in _COUNTRIES_SAID or not country.isalpha():
        return spell(shown[:255].lower(), context, exact=True)
    return f"{spell(labels, context, exact=True)} {context.term('dot')} {spelled(country, context)}"


def _say_path(path: str, context: Context, hook: bool) -> str:
    """``hook``: the address is that of a web hook, whose last part is its key."""
    parts = [part for part in path.split("/") if part]
    key = parts[-1] if hook and parts and len(parts[-1]) >= _KEY else None
    shown = parts if len(parts) <= LONGEST else parts[-KEPT:]
    said = [context.term("a secret") if part is key else _say_segment(part, context) for part in shown]
    if len(parts) > LONGEST:
        said = [f"{context.term('through')} {said[0]}", *said[1:]]
    return "".join(f" {context.term('slash')} {words}" for words in said if words)


def _say_segment(segment: str, context: Context) -> str:
    segment = unquote(segment[:LONGEST_SEGMENT], errors="replace")
    first, dots, last = segment.partition("...")
    if first and dots and last:
        return f"{_say_segment(first, context)} {context.term('to')} {_say_segment(last.lstrip('.'), context)}"
    if is_hash(segment) or is_uuid(segment):
        return say_code(segment, context)
    if looks_random(segment):
        return context.term("a secret")
    if _is_id(segment):
        return ""
    return spell(segment, context, file=True)


def _is_id(segment: str) -> bool:
    """Whether ``segment`` is one of the random names that sites give to videos and posts, which nobody says."""
    return _ID.fullmatch(segment) is not None and _WORD_IN_ID.search(segment) is None
