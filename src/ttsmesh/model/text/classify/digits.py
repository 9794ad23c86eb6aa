"""Digits that name something and count nothing: phone numbers, PINs, card numbers, long numbers of identity. Pure.

They are said one by one, because a listener writes them down so, and because a zero before a number is lost otherwise.
"""

import re

from ttsmesh.model.text.classify.tokens import NARROW, PLUS, begins, ends, words
from ttsmesh.model.text.kinds import Digits, Number
from ttsmesh.model.text.rules import Context

_GAP = rf"[ .\-‑{NARROW}/]"
_PLUS = re.compile(
    rf"[{PLUS}]\d{{1,3}}(?:{_GAP}?\(\d{{1,5}}\))?{_GAP}?\d{{1,12}}(?:({_GAP})\d{{2,8}}(?:\1\d{{2,8}}){{0,5}})?"
)
_AREA = re.compile(r"\(\d{2,5}\) ?\d{2,5}(?:([ .\-‑])\d{2,5}(?:\1\d{2,5}){0,2})?")
_GROUPS = re.compile(r"\d{1,5}(?:([ .\-‑/])\d{1,8})(?:\1\d{1,8}){0,8}")

_SHAPES = {
    "-": frozenset(
        {(3, 3, 4), (1, 3, 3, 4), (3, 4, 4), (2, 4, 4), (3, 2, 4), (2, 4, 5), (3, 8), (4, 8), (5, 3), (4, 4, 4, 4)}
    ),
    ".": frozenset({(3, 3, 4), (1, 3, 3, 4), (2, 2, 2, 2, 2), (3, 2, 2, 2)}),
    " ": frozenset(
        {
            (3, 3, 4),
            (1, 3, 3, 4),
            (2, 2, 2, 2, 2),
            (3, 2, 2, 2),
            (3, 4, 4),
            (2, 4, 4),
            (2, 5, 4),
            (3, 7),
            (4, 4, 4, 4),
            (5, 5),
        }
    ),
}
"""How many digits the groups of phone and card numbers have, by what stands between the groups."""

_CALLS = words(
    "call phone tel telephone fax mobile cell dial ring number text sms whatsapp teléfono tel. llama "
    "llame llamar móvil celular numéro téléphone appelez appeler composez telefono chiama chiamate cellulare telefone "
    "ligue ligar fone फोन फ़ोन मोबाइल नंबर"
)
_SERVICES = words("911 999 112 988 101 111 211 311 411 511 611 711 811")
"""Short numbers that people call."""

_LINKS = words("at on to me us is the number al el le au il lo o no para é es est है पर")
_UNSPACED_CALLS = ("电话", "手机", "致电", "拨打", "電話", "電話は", "携帯")

_UNSPACED_NAMES = (
    "邮编",
    "邮政编码",
    "密码",
    "验证码",
    "学号",
    "工号",
    "编号",
    "郵便番号",
    "暗証番号",
    "番号は",
    "密码是",
    "验证码是",
    "邮编是",
)
"""What names a number of four digits or more that is said digit by digit."""

_LONG = 10
"""A number of so many digits without any grouping names something: a caller, a job, a second since 1970."""

_RUN = re.compile(r"[0-9]+")


def phone(text: str, at: int, context: Context) -> tuple[int, Digits] | None:
    """A phone number or a card number, by its sign or by the lengths of its groups."""
    if found := _PLUS.match(text, at) if text[at] in PLUS else _AREA.match(text, at) if text[at] == "(" else None:
        groups = _split(found[0])
        is_one = ends(text, found.end()) and begins(text, at) and 7 <= sum(map(len, groups)) <= 16
        # An amount with a plus ends in zeros.
        return (found.end(), Digits(groups, plus=text[at] in PLUS)) if is_one and groups[-1] != "000" else None
    found = _GROUPS.match(text, at)
    if found is None or not begins(text, at):
        return None
    groups = _split(found[0])
    mark = found[1].replace("‑", "-")
    if mark == " ":
        # Other numbers may follow one whose groups have spaces between them.
        shaped = (n for n in range(len(groups), 1, -1) if tuple(map(len, groups[:n])) in _SHAPES[" "])
        groups = groups[: next(shaped, len(groups))]
    end = at + sum(map(len, groups)) + len(groups) - 1
    is_whole = end < found.end() or _may_follow(text, at, found)
    return (end, Digits(groups)) if is_whole and _is_phone(text, at, groups, mark, context) else None


def series(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Three numbers or more with hyphens between them, as of a line-up: 4-4-2. They are said one after the other."""
    found = _GROUPS.match(text, at)
    if found is None or found[1] not in "-‑" or not _may_follow(text, at, found):
        return None
    groups = _split(found[0])
    if len(groups) < 3:
        return None
    say = context.verbaliser.say
    return found.end(), " ".join(
        say(Digits((group,)) if len(group) > 1 and group[0] == "0" else Number(group)) for group in groups
    )


def digits(text: str, at: int, context: Context) -> tuple[int, Digits] | None:
    """Digits that are no number: zeros stand before them, or they are so many that they name something."""
    run = _RUN.match(text, at)
    if run is None or not ends(text, run.end()):
        return None
    written = run[0]
    if (len(written) > 1 and written[0] == "0") or _is_called(text, run, context):
        return run.end(), Digits((written,))
    if len(written) >= _LONG and not written.endswith("000"):
        return run.end(), Digits(in_threes(written))
    return None


def _is_called(text: str, run: re.Match[str], context: Context) -> bool:
    """Whether a short number without parts is one to call, as in "dial 911", and counts nothing, as in "text 200"."""
    if context.previous.endswith(_UNSPACED_NAMES):
        return len(run[0]) >= 4
    called = context.previous.rstrip(".:")
    if not 3 <= len(run[0]) <= 6 or called not in _CALLS or called in ("number", "cell", "mobile"):
        return False
    return called in ("dial", "tel", "telephone", "fax") or run[0] in _SERVICES


def in_threes(written: str) -> tuple[str, ...]:
    """``written`` in groups of three; the last one has up to five."""
    last = max(0, (len(written) - 3) // 3) * 3
    return (*(written[i : i + 3] for i in range(0, last, 3)), written[last:])


def _split(written: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9]+", written))


def _may_follow(text: str, at: int, found: re.Match[str]) -> bool:
    end = found.end()
    goes_on = text[end : end + 1] == found[1] and text[end + 1 : end + 2].isdigit()
    return ends(text, end) and not goes_on and begins(text, at)


def _is_dialled(text: str, at: int, context: Context) -> bool:
    """Whether a word such as "call" is before ``at``, perhaps with an article or a preposition between."""
    previous = context.previous.rstrip(".:")
    if previous in _LINKS:
        before = text[max(0, at - 40) : at].lower().split()
        previous = before[-2].rstrip(".:") if len(before) > 1 else ""
    return previous in _CALLS or previous.endswith(_UNSPACED_CALLS)


def _is_phone(text: str, at: int, groups: tuple[str, ...], mark: str, context: Context) -> bool:
    lengths = tuple(map(len, groups))
    count = sum(lengths)
    called = _is_dialled(text, at, context)
    if mark == "-":
        # ISBNs and numbers of accounts have many groups.
        if lengths in _SHAPES["-"] or (len(groups) >= 4 and count >= 9):
            return True
        is_local = lengths == (3, 4) and (called or groups[0] == "555" or groups[1][0] == "0")
        return is_local or (groups[0][0] == "0" and count >= 9 and len(groups) >= 2)
    if mark == "." and lengths == (3, 3, 4):
        return True
    if mark in (" ", "."):
        shaped = lengths in _SHAPES[mark]
        known = called or groups[0][0] == "0" or groups[0] in ("1", "800")
        return (
            (shaped and (known or lengths != (5, 5) or context.language == "hi"))
            or (9 <= count <= 11 and groups[0][0] == "0" and len(groups) >= 2 and mark == " ")
            or (mark == " " and called and 7 <= count <= 13)
        )
    return False
