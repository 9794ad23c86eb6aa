"""What was said before is kept in bounded memory, the least used going first."""

from dataclasses import dataclass

from ttsmesh.model.render.phrase_cache import CachedPhrase, PhraseCache


@dataclass(frozen=True)
class Sound:
    pcm: bytes


def of(size: int) -> CachedPhrase[Sound]:
    return CachedPhrase((Sound(bytes(size - 1)), Sound(bytes(1))))


def test_what_was_kept_is_found_under_its_key_only() -> None:
    phrases: PhraseCache[Sound] = PhraseCache(100)
    phrase = of(10)
    phrases.keep(("a", 1), phrase)
    assert phrases.get(("a", 1)) is phrase
    assert phrases.get(("a", 2)) is None
    assert phrases.size == 10


def test_the_least_recently_asked_for_goes_first() -> None:
    phrases: PhraseCache[Sound] = PhraseCache(30)
    for key in "abc":
        phrases.keep(key, of(10))
    phrases.get("a")
    phrases.keep("d", of(15))
    assert [key for key in "abcd" if phrases.get(key)] == ["a", "d"]
    assert phrases.size == 25


def test_the_bound_is_the_sum_of_what_is_kept() -> None:
    phrases: PhraseCache[Sound] = PhraseCache(30)
    phrases.keep("a", of(30))
    assert (len(phrases), phrases.size) == (1, 30)
    phrases.keep("b", of(31))  # too big by itself: nothing makes room for it
    assert phrases.get("a")
    assert phrases.get("b") is None
    phrases.keep("c", of(2))
    assert (len(phrases), phrases.size) == (1, 2)


def test_the_same_key_again_counts_once() -> None:
    phrases: PhraseCache[Sound] = PhraseCache(30)
    phrases.keep("a", of(10))
    phrases.keep("a", of(12))
    assert (len(phrases), phrases.size) == (1, 12)


def test_without_room_nothing_is_kept() -> None:
    phrases: PhraseCache[Sound] = PhraseCache(0)
    phrases.keep("a", of(1))
    assert len(phrases) == 0
