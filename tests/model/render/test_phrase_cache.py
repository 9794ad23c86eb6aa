"""What was said before is kept in bounded memory, the least used going first."""

from ttsmesh.model.render.phrase_cache import PhraseCache


def test_what_was_kept_is_found_under_its_key_only() -> None:
    phrases: PhraseCache[str] = PhraseCache(100)
    phrases.keep(("a", 1), "phrase", 10)
    assert phrases.get(("a", 1)) == "phrase"
    assert phrases.get(("a", 2)) is None
    assert phrases.size == 10


def test_the_least_recently_asked_for_goes_first() -> None:
    phrases: PhraseCache[str] = PhraseCache(30)
    for key in "abc":
        phrases.keep(key, key, 10)
    phrases.get("a")
    phrases.keep("d", "d", 15)
    assert [phrases.get(key) for key in "abcd"] == ["a", None, None, "d"]
    assert phrases.size == 25


def test_the_bound_is_the_sum_of_what_is_kept() -> None:
    phrases: PhraseCache[str] = PhraseCache(30)
    phrases.keep("a", "a", 30)
    assert (len(phrases), phrases.size) == (1, 30)
    phrases.keep("b", "b", 31)  # too big by itself: nothing makes room for it
    assert phrases.get("a")
    assert phrases.get("b") is None
    phrases.keep("c", "c", 2)
    assert (len(phrases), phrases.size) == (1, 2)


def test_the_same_key_again_counts_once() -> None:
    phrases: PhraseCache[str] = PhraseCache(30)
    phrases.keep("a", "old", 10)
    phrases.keep("a", "new", 12)
    assert (len(phrases), phrases.size, phrases.get("a")) == (1, 12, "new")


def test_without_room_nothing_is_kept() -> None:
    phrases: PhraseCache[str] = PhraseCache(0)
    phrases.keep("a", "a", 1)
    assert len(phrases) == 0
