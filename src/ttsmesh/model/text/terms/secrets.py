"""Keys, tokens and passwords: they are never said. What stands before them, such as "password", is. Pure.

A string is a secret by its known shape, by the name before it, or because it looks random. One too many is said to be
a secret here rather than one too few.
"""

import re
from itertools import pairwise

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import LETTERS, english, identifier

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
_KEY_NAME = (
    r"(?i:pass(?:word|wd|phrase|code)|passwort|contraseña|senha|pwd|secret|token|api[ _-]?key|apikey"
    r"|access[_-]?key|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential"
    r"|mot[ _]de[ _]passe|パスワード|密码|पासवर्ड)"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z0-9])((?:--?)?[A-Za-z0-9_.\-]{{0,40}}?{_KEY_NAME}[A-Za-z0-9_\-]{{0,24}})"
    r"(['\"`]?[ \t]{0,4})(=>|:=|==?|[:：])([ \t]{0,4})"
    r"(\"[^\"\n]{1,4000}+\"?|'[^'\n]{1,4000}+'?|`[^`\n]{1,4000}+`?|[^\s,;\"'`<>]{1,4000}+)"
)
NAME_ENDS = re.compile(r"['\"`]?[ \t]{0,4}(?:=|[:：])")
"""What follows the name of a secret: at such a place even a plain word is offered to the rules for secrets."""

_TOLD = re.compile(
    rf"([A-Za-z0-9_.\-]{{0,40}}?{_KEY_NAME}[A-Za-z0-9_\-]{{0,24}})['\"`]?[ ]((?:is|was|to|as)(?:[ ]now)?)[ ]"
    r"(?:\"([^\"\n]{4,400})\"|'([^'\n]{4,400})'|`([^`\n]{4,400})`|([^\s,;\"'`<>]{4,400}+))"
)
_CREDENTIALS = re.compile(
    r"(?<=[ ])(?:(?P<option>-u|--user|--proxy-user)[ =]['\"]?(?P<user>[\w.@-]{1,60}):[^\s'\"]{1,200}+(?P<web>['\"]?)"
    r"|-p(?P<attached>[^\s-][^\s]{2,200}+)|-p[ ](?P<apart>'[^'\n]{1,200}'|\"[^\"\n]{1,200}\"|[^\s'\"]{1,200}+))"
)
_TAKES_CREDENTIALS = {
    "web": re.compile(r"\b(?:curl|wget|https?|xh)\b"),
    "attached": re.compile(r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b"),
    "apart": re.compile(r"\bsshpass\b"),
}
"""Commands that have such options, by the part of the pattern."""
_COOKIE = re.compile(r"((?:Set-)?Cookie):[ \t]{0,4}[^\s=;]{1,100}=[^\n\"']{1,4000}+")
_OPTION = re.compile(
    rf"(--?[A-Za-z0-9-]{{0,30}}?{_KEY_NAME}[A-Za-z0-9-]{{0,12}})[ ]{{1,4}}(?!-)"
    rf"([^\s\"'`<>]{{1,4000}}+|\"[^\"\n]{{1,4000}}+\"?|'[^'\n]{{1,4000}}+'?)"
)
_AUTHORISATION = re.compile(
    r"(?i:((?:Proxy-)?Authorization)(['\"]?[ \t]{0,4}[:=][ \t]{0,4}['\"]?))?"
    r"(?i:(Bearer|Basic|Token|ApiKey|Digest)[ \t]{1,4})"
    r"([A-Za-z0-9._~+/=-]{6,}+)"
)
_HARMLESS = re.compile(
    r"(?i:none|null|nil|true|false|undefined|empty|required|optional|string|str|bytes|text|yes|no|incorrect|invalid|wrong"
    r"|expired|missing|unknown|\*+|\.+|x{3,}|…+|\$\{?\w+\}?)[.!?)\]}]*$"
)
"""What stands behind such a name without being a secret."""

_CODE = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*[(\[]|(?:self|args|config|settings|env|os|process|this|request|options)\."
)
"""A call, or a member of an object: a secret is got there, not written."""

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


def named(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """password=…, "api_key": "…", DB_PASSWORD: …: the name is said, the value is not."""
    opening = text[at] if text[at] in "\"'" else ""
    match = _NAMED.match(text, at + len(opening))
    if match is None or not match[2].startswith(opening):
        return None
    name, _, sign, gap, value = match.groups()
    bare = value.strip("\"'`")
    quoted = bare != value
    if _HARMLESS.match(bare) or not bare or _means_itself(name, bare):
        return None
    if not quoted and (_CODE.match(bare) or (gap and not _like_a_value(text, match, sign, bare))):
        return None
    mark = f" {_equals(context)} " if "=" in sign else ", "
    end = match.end()
    if not quoted:
        while value[-1] in ".,;:!?)]}" and len(value) > 1 and not text[end : end + 1].strip():
            value, end = value[:-1], end - 1
    return end, f"{_say_name(name, context)}{mark}{context.term('a secret')}"


def told(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """The password is hunter2; set API_KEY to "…": as people write to one another."""
    match = _TOLD.match(text, at) if english(context) and not text[at - 1 : at].isalnum() else None
    if match is None:
        return None
    value = next(filter(None, match.groups()[2:])).rstrip(".,;:!?)")
    letters = any(map(str.isalpha, value))
    if not letters or not re.search(r"[0-9]|[^\w\s.,:;!?'’/-]", value) or " " in value or _HARMLESS.match(value):
        return None
    end = match.end() if match[6] is None else match.start(6) + len(value)
    return end, f"{_say_name(match[1], context)} {match[2]} {context.term('a secret')}"


def credentials(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """curl -u ann:hunter2, mysql -phunter2, sshpass -p hunter2: what commands take without a name for it."""
    match = _CREDENTIALS.match(text, at)
    if match is None or not _TAKES_CREDENTIALS[match.lastgroup or ""].search(text, max(0, at - 120), at):
        return None
    secret = context.term("a secret")
    if match["user"]:
        return match.end(), f"{_say_name(match['option'], context)} {identifier(match['user'], context)}, {secret}"
    return match.end(), f"{context.term('dash')} {identifier('p', context)} {secret}"


def cookie(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Cookie: session=…: whoever has it is logged in."""
    match = _COOKIE.match(text, at)
    return (match.end(), f"{identifier(match[1], context)}, {context.term('a secret')}") if match else None


def _say_name(name: str, context: Context) -> str:
    dashes = len(name) - len(name.lstrip("-"))
    return " ".join(
        [*[context.term("dash")] * dashes, identifier(name.lstrip("-").replace(".", "-"), context, constant=True)]
    )


def _equals(context: Context) -> str:
    return context.term("equals")


def _means_itself(name: str, value: str) -> bool:
    """``password=password``, ``token=args.token``: the name of what has it."""
    last = value.rpartition(".")[2].rstrip(",;)").lower()
    return last == name.rpartition(".")[2].lower().lstrip("-")


def _like_a_value(text: str, match: re.Match[str], sign: str, value: str) -> bool:
    """Whether an unquoted value after a space is one, and not the next word of a sentence, or a variable."""
    if re.search(r"[0-9]|[^\w.,;:!?)]", value) or re.search("[a-z][A-Z]", value):
        return True
    if sign == "=":
        return not re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", value)
    line_ends = not text[match.end() : match.end() + 80].split("\n", 1)[0].strip()
    return line_ends and value[-1] not in ".!?"


def option(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """--password hunter2, as an option and its value."""
    match = _OPTION.match(text, at)
    if match is None or _HARMLESS.match(match[2].strip("\"'")) or match[2][0] == "$":
        return None
    if context.style == "prose" and not re.search(r"[0-9\"']|[^\w.,]", match[2]):
        return None
    return match.end(), f"{_say_name(match[1], context)} {context.term('a secret')}"


def authorisation(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Authorization: Bearer …"""
    match = _AUTHORISATION.match(text, at)
    if match is None or (not match[1] and not (re.search("[0-9]", match[4]) or len(match[4]) > 24)):
        return None
    name = f"{match[1].lower()}, " if match[1] else ""
    return match.end(), f"{name}{identifier(match[3].lower(), context)} {context.term('a secret')}"


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
