"""English words that are written alike and said differently, where neither the dictionary nor the tagger decides. Pure.

The tagger tells a verb from a noun. It does not tell a metal from a lead in a race, and it often takes the past of
"read" for the present.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

_NEAR = 6
"""How many words before and after are looked at."""

_PAST = frozenset({"yesterday", "ago", "last", "earlier", "previously", "once", "had", "was", "were", "did"})
_METAL_THINGS = frozenset(
    {
        *("acid", "based", "battery", "batteries", "bullet", "bullets", "content", "contamination", "exposure", "free"),
        *("glass", "levels", "lined", "mine", "mines", "ore", "oxide", "paint", "pellets", "pipe", "pipes", "plumbing"),
        *("poisoning", "roof", "shot", "smelter", "solder", "weight", "weights"),
    }
)
_DETERMINED = ("DT", "PRP$", "POS", "JJ", "CD", "NN", "VB", "MD", "TO", "PRP", "RB")
_TORN = frozenset(
    {"acl", "calf", "cuff", "groin", "hamstring", "labral", "labrum", "ligament", "meniscus", "muscle", "tendon"}
)
_EYES = frozenset({"eye", "eyes", "cheek", "cheeks", "cry", "crying", "drop", "duct", "ducts", "gas"})
_BENT = frozenset({"audience", "applause", "boat", "curtain", "deck", "ship", "stage", "stern", "vessel"})
_FISH = frozenset({"angler", "caught", "fillet", "fish", "fishing", "grilled", "lake", "river", "sea", "smallmouth"})


class Neighbours(NamedTuple):
    """The words before and after in lower case, the tag of the word before, and the tags of the whole text."""

    before: Sequence[str]
    after: Sequence[str]
    tag_before: str
    tags: Sequence[str]


def reading(words: Sequence[str], tags: Sequence[str], index: int) -> tuple[str, str]:
    """The word and the tag under which the dictionary has ``words[index]`` as it is said in this text.

    ``words`` are in lower case, ``tags`` are theirs, of the Penn Treebank.
    """
    word, tag = words[index], tags[index]
    if rule := _RULES.get(word):
        before, after = words[max(0, index - _NEAR) : index], words[index + 1 : index + 1 + _NEAR]
        return rule(word, tag, Neighbours(before, after, tags[index - 1] if index else "", tags))
    return word, tag


def _read(word: str, tag: str, near: Neighbours) -> tuple[str, str]:
    before, after, _, tags = near
    if tag == "VB" and before and before[-1] in {"have", "has", "had", "having"}:
        return word, "VBN"
    if tag == "VB" and len(before) > 1 and before[-2] in {"have", "has", "had"} and before[-1] not in {"to", "must"}:
        return word, "VBN"
    if tag == "VBP":
        past = "VBD" in tags or not _PAST.isdisjoint((*before, *after))
        return word, "VBD" if past else "VB"
    return word, tag


def _lead(word: str, tag: str, near: Neighbours) -> tuple[str, str]:
    before, after, tag_before, _ = near
    follows = after[0] if after else ""
    if follows in _METAL_THINGS and tag[:2] in ("NN", "JJ"):
        return "led", tag
    alone = not tag_before.startswith(_DETERMINED) or (before and before[-1] in _CONTAINING)
    if tag.startswith("NN") and alone and (before or follows in _BEING):
        return "led", tag
    return word, tag


_CONTAINING = frozenset({"contain", "contains", "contained", "containing", "molten", "liquid"})
_BEING = frozenset({"is", "was", "has", "melts", "and", "poisons"})


def _tear(word: str, tag: str, near: Neighbours) -> tuple[str, str]:
    before, after = near[:2]
    noun = tag.startswith(("NN", "JJ"))
    if not noun or not _EYES.isdisjoint((*before, *after)):
        return word, tag
    ripped = after[:1] == ["in"] or before[-2:] == ["wear", "and"] or not _TORN.isdisjoint((*before, *after))
    return word, "VB" if ripped else tag


def _bow(word: str, tag: str, near: Neighbours) -> tuple[str, str]:
    before, after = near[:2]
    bent = before[-2:-1] in (["take"], ["takes"], ["took"], ["taking"], ["final"])
    return word, "VB" if bent or not _BENT.isdisjoint((*before, *after)) else tag


def _bass(word: str, _: str, near: Neighbours) -> tuple[str, str]:
    before, after = near[:2]
    return word, "NN" if not _FISH.isdisjoint((*before, *after)) else "JJ"


def _resume(word: str, tag: str, _: Neighbours) -> tuple[str, str]:
    return "résumé" if tag.startswith("NN") else word, tag


_RULES: dict[str, Callable[[str, str, Neighbours], tuple[str, str]]] = {
    "read": _read,
    "reread": _read,
    "lead": _lead,
    "tear": _tear,
    "bow": _bow,
    "bass": _bass,
    "resume": _resume,
}
