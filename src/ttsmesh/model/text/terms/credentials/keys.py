"""Names of what is secret, and whether what stands behind such a name is a value. Pure."""

import re

KEY_NAME = (
    r"(?i:pass(?:word|wd|phrase|code)|passwort|contrase[ñn]a|senha|pwd|secret|token|api[ _-]?key|apikey"
    r"|access[_-]?key|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential"
    r"|mot[ _]de[ _]passe|パスワード|暗証番号|密码|密碼|口令|पासवर्ड|पिन कोड"
    r"|(?<![A-Za-z])(?:pass|pw|psk)(?![A-Za-z])|(?<=[a-z])(?-i:Pass|Pw)(?![a-z]))"
)
"""Inside of a regular expression: what names of secrets have in them."""

NAME = rf"[$@%]?(?:--?)?[A-Za-z0-9_.\-]{{0,40}}?{KEY_NAME}[A-Za-z0-9_\-]{{0,24}}"
"""Inside of a regular expression: the whole name, as programs and people write it."""

_PARTS = (
    *("pass", "token", "secret", "key", "pwd", "pw", "psk", "credential", "identified by", "contrase", "senha"),
    *("mot de", "mot_de", "パスワード", "暗証番号", "密码", "密碼", "口令", "पासवर्ड", "पिन कोड"),
)
"""One of these is in each name that ``KEY_NAME`` finds, in lower case."""

_IS_KEY = re.compile(rf"{NAME}|[A-Za-z ]{{0,20}} {KEY_NAME}|{KEY_NAME}(?: \([A-Za-z ]{{1,20}}\))?")
_ABOUT = re.compile(
    r"(?i:[_ -]?(?:min|max)?[_ -]?(?:length|len|type|count|limit|size|age|expir\w*|expires_in|ttl|policy|ur[li]"
    r"|endpoint|file|path|dir|names?|field|input|label|hint|strength|reset|required|enabled|rotation|i[sz]ation|i[sz]ers?"
    r"|i[sz]ed?|less|manager|budget|usage|window))$"
)
"""Ends of names that tell something about a secret."""

_COUNTED = re.compile(r"(?i:tokens?|secrets?|credentials|pass)$")
_COUNT = re.compile(r"[-+]?[0-9][0-9.,_]{0,8}[kKmM%]?[.,;:!?)\]}]*$")
"""Tokens and secrets can be counted: "max_tokens=4096"."""

_HARMLESS = re.compile(
    r"(?i:none|null|nil|true|false|undefined|empty|required|optional|string|str|bytes|text|yes|no|incorrect|invalid|wrong"
    r"|expired|missing|unknown|varchar|char|\*+|\.+|x{3,}|…+|\$\{?\w+\}?|\$\{\{[^}]*\}?\}?|\{\{[^}]*\}?\}?)[.!?)\]}]*$"
)
"""What stands behind such a name without being a secret."""

_CODE = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*[(\[]|(?:self|args|config|settings|env|os|process|this|request|options|var|local|data)\."
)
"""A call, or a member of an object: a secret is got there, not written."""

_KEY = re.compile(KEY_NAME)
_SIGN = re.compile(
    r"(?P<rest>[A-Za-z0-9_\-]{0,24})['\"`“”]?(?:[\])]?[ \t]{0,24}(?:=>|:=|==?|[:：])[ \t]{0,24}"
    r"|(?P<argument>,[ ]{0,4}|[ ]value=)|(?P<sql>[ ]{1,4}))$"
)
"""What may stand between the name of a secret and its value."""
_SIGN_ENDS = (*"=:：>,", "password", "passphrase", "identified by")
_NAME_BEGINS = re.compile(r"[$@%]?[A-Za-z0-9_.\-]{0,40}$")
_LOOKED_BACK = 90


def has_key(lower: str) -> bool:
    """Whether there may be the name of a secret in ``lower``, which is in lower case; quick, for what has none."""
    return any(part in lower for part in _PARTS)


def is_key(name: str) -> bool:
    """Whether ``name``, of a field or a column, is that of a secret."""
    name = name.strip("*_`\"' :")
    return len(name) <= 80 and _IS_KEY.fullmatch(name) is not None and not _ABOUT.search(name)


def key_before(text: str, at: int) -> str:
    """The name of a secret whose value, or the quote before it, stands at ``text[at]``; "" if there is none."""
    before = text[max(0, at - _LOOKED_BACK) : at]
    lower = before.rstrip(" \t").lower()
    if not lower.endswith(_SIGN_ENDS):
        return ""
    if lower.endswith("identified by"):
        return "identified by"
    if not has_key(lower):
        return ""
    for key in _KEY.finditer(before):
        sign = _SIGN.match(before, key.end())
        if sign is None or (sign["sql"] and key[0].lower() not in _SIGN_ENDS):
            continue
        begin = _NAME_BEGINS.search(before, max(0, key.start() - 41), key.start())
        start = begin.start() if begin else key.start()
        if sign["argument"] and before[:start].rstrip("'\"“")[-1:] not in ("(", "="):
            continue
        return before[start : sign.end("rest")]
    return ""


def value_inside(text: str, at: int, end: int) -> int:
    """Where the sign stands before the value of a secret inside of ``text[at:end]``, which is no question of a URL; -1
    if there is none."""
    sign = text.find("=", at, end)
    return sign if sign > at and "?" not in text[at:sign] and key_before(text, sign + 1) else -1


def is_secret(name: str, value: str) -> bool:
    """Whether ``value``, without its quotes, may be what the secret called ``name`` is."""
    if not value or _HARMLESS.match(value) or _ABOUT.search(name) or _means_itself(name, value):
        return False
    return not (_COUNTED.search(name) and _COUNT.match(value))


def is_expression(value: str) -> bool:
    """Whether ``value``, which has no quotes, is code that gets the secret from somewhere."""
    return _CODE.match(value) is not None


def _means_itself(name: str, value: str) -> bool:
    """``password=password``, ``token=args.token``: the name of what has it."""
    last = value.rpartition(".")[2].rstrip(",;)").lower()
    return last == name.rpartition(".")[2].lower().lstrip("-$@%")
