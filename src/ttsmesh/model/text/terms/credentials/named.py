"""Secrets that have a name before them: the name is said, the value is not. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.credentials.keys import KEY_NAME, NAME, has_key, is_expression, is_secret, key_before
from ttsmesh.model.text.terms.names import identifier

_QUOTED = r"[“\"][^“”\"\n]{1,4000}+[”\"]?|'[^'\n]{1,4000}+'?|`[^`\n]{1,4000}+`?"
_NAMED = re.compile(
    rf"(?<![A-Za-z0-9])({NAME})([*_]{{0,2}}['\"`“”]?[*_]{{0,2}}[\])]{{0,2}}[ \t]{{0,24}})"
    r"(=>|:=|==?|[:：])([*_]{0,2}[ \t]{0,24})"
    rf"({_QUOTED}|[^\s,;\"'`<>“”]{{1,4000}}+)"
)
NAME_ENDS = re.compile(r"[*_]{0,2}['\"`“”]?[*_]{0,2}[\])]{0,2}[ \t]{0,24}(?:=|[:：])")
"""What follows the name of a secret: at such a place even a plain word is offered to the rules for secrets."""

_ARGUMENT = re.compile(rf"['\"“]?({NAME})['\"”]?(?:,[ ]{{0,4}}|[ ]value=)({_QUOTED})")
_SQL = re.compile(
    r"(?i:(password|passphrase|identified[ ]by|contraseña|passwort))[ ]{1,4}"
    r"('[^'\n]{1,400}+'|[“\"][^“”\"\s]{1,400}+[”\"])"
)
_TAGGED = re.compile(rf"<((?:\w{{1,20}}:)?{NAME})(?:[ ][^<>\n]{{0,200}})?>([^<>\n]{{1,4000}}+)")
_TOLD = re.compile(
    rf"((?i:(?:mot[ ]de[ ])?){KEY_NAME}|{NAME})['\"`]?"
    r"(?:[ ]((?:is|was|to|as|es|era|é|è|est|ist)(?:[ ]now)?)|('s))(:)?[ ]{0,2}"
    r"(?:\"([^\"\n]{4,400})\"|“([^”\n]{4,400})”|'([^'\n]{4,400})'|`([^`\n]{4,400})`|([^\s,;\"'`<>“”]{4,400}+))"
)
_QUOTES = "\"'`“”"
_CLOSES = {'"': '"', "'": "'", "“": "”"}
_NATIVE_KEYS = re.compile(
    r"(?:パスワード|暗証番号|密码|密碼|口令|पासवर्ड)[ ]?(?:は|是|为|為)?[ ]?[:：=「“\"'，、]{0,2}[ ]?$"
)
_NATIVE_VALUE = re.compile(r"[!-~]{3,400}")
_LOOKED_BACK, _LOOKED_AHEAD = 24, 80
_LONG_NUMBER = 6
"""Digits of a number that may be a password rather than the code of a door, which is told to be heard."""
_LOGIN = re.compile(r"\blogin[ ]\S{1,40}[ \t]{1,4}password[ \t]{1,4}$")


def by_name(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """The secret whose name stands at ``text[at]``, in any of the ways to write one."""
    if not has_key(text[at : at + _LOOKED_AHEAD].lower()):
        return None
    for rule in (named, told, argument, sql, tagged):
        if found := rule(text, at, context):
            return found
    return None


def named(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """password=…, "api_key": "…", DB_PASSWORD: …: the name is said, the value is not."""
    opening = text[at] if text[at] in "\"'“" else ""
    match = _NAMED.match(text, at + len(opening))
    if match is None or not match[2].lstrip("*_").startswith(_CLOSES.get(opening, "")):
        return None
    end = _value_end(text, match)
    if end is None:
        return None
    mark = f" {_equals(context)} " if "=" in match[3] else ", "
    return end, f"{say_key(match[1], context)}{mark}{context.term('a secret')}"


def value(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A value whose name another rule has read."""
    if name := key_before(text, at):
        match = _NAMED.match(text, text.rindex(name, 0, at))
        end = _value_end(text, match) if match is not None and match.start(5) <= at < match.end() else None
        if end is not None and end > at:
            return end, context.term("a secret")
    before = text[max(0, at - _LOOKED_BACK) : at]
    login = before.endswith("password ") and _LOGIN.search(text, max(0, at - 64), at)
    if login or (not before.isascii() and _NATIVE_KEYS.search(before)):
        match = _NATIVE_VALUE.match(text, at)
        bare = match.group().rstrip(".,;:!?)\"'") if match else ""
        if len(bare) >= 3 and is_secret("", bare) and not (bare.isdecimal() and len(bare) < _LONG_NUMBER):
            return at + len(bare), context.term("a secret")
    return None


def argument(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """define('DB_PASSWORD', '…'), key="ApiKey" value="…"."""
    match = _ARGUMENT.match(text, at) if text[at - 1 : at] in ("(", "=") else None
    if match is None or not is_secret(match[1], match[2].strip(_QUOTES)):
        return None
    return match.end(), f"{say_key(match[1], context)}, {context.term('a secret')}"


def sql(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """PASSWORD '…', IDENTIFIED BY '…'."""
    match = _SQL.match(text, at) if not text[at - 1 : at].isalnum() else None
    if match is None or not is_secret(match[1], match[2].strip(_QUOTES)):
        return None
    return match.end(), f"{match[1].lower()} {context.term('a secret')}"


def tagged(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """<password>…</password>"""
    match = _TAGGED.match(text, at)
    if match is None or not is_secret(match[1], match[2].strip()) or " " in match[2].strip():
        return None
    return match.end(), f"{say_key(match[1].replace(':', '-'), context)} {context.term('a secret')}"


def told(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """The password is hunter2; set API_KEY to "…": as people write to one another."""
    match = _TOLD.match(text, at) if not text[at - 1 : at].isalnum() else None
    if match is None:
        return None
    quoted = next(filter(None, match.groups()[4:8]), "")
    written = quoted or match[9].rstrip(".,;:!?)")
    if not any(map(str.isalnum, written)) or " " in written or not is_secret(match[1], written):
        return None
    certain = match[4] or (quoted and not written.isdecimal())
    letters = any(map(str.isalpha, written))
    if not certain and not (letters and re.search(r"[0-9]|[^\w\s.,:;!?'’/-]", written)):
        return None
    link = match[2] or match[3]
    joined = f"{say_key(match[1], context)}{'' if match[3] else ' '}{link}"
    end = match.end() if quoted else match.start(9) + len(written)
    return end, f"{joined} {context.term('a secret')}"


def say_key(name: str, context: Context) -> str:
    """The name of a secret in words."""
    plain = name.lstrip("-$@%")
    dashes = len(name) - len(name.lstrip("-"))
    return " ".join([*[context.term("dash")] * dashes, identifier(plain.replace(".", "-"), context, constant=True)])


def _value_end(text: str, match: re.Match[str]) -> int | None:
    """Where the value in ``match`` ends; None if it is no secret."""
    name, _, sign, gap, written = match.groups()
    bare = written.strip(f"{_QUOTES}*")
    quoted = written[0] in _QUOTES
    if not is_secret(name, bare):
        return None
    if not quoted and (is_expression(bare) or (gap and not _like_a_value(text, match, sign, bare))):
        return None
    end = match.end()
    if not quoted:
        while written[-1] in ".,;:!?)]}" and len(written) > 1 and not text[end : end + 1].strip():
            written, end = written[:-1], end - 1
    return end


def _equals(context: Context) -> str:
    return context.term("equals")


def _like_a_value(text: str, match: re.Match[str], sign: str, written: str) -> bool:
    """Whether an unquoted value after a space is one, and not the next word of a sentence, or a variable."""
    if re.search(r"[0-9]|[^\w.,;:!?)]", written) or re.search("[a-z][A-Z]", written):
        return True
    if sign != "=" and re.search(r"[A-Za-z][_.-][A-Za-z]|[a-z][A-Z]", match[1]):
        return True
    if sign == "=":
        return not re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", written)
    line_ends = not text[match.end() : match.end() + 80].split("\n", 1)[0].strip()
    return line_ends and written[-1] not in ".!?"
