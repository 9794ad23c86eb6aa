"""What was said before is kept in bounded memory, the least used going first."""

from ttsmesh.model.bounded_cache import BoundedCache


def test_what_was_kept_is_found_under_its_key_only() -> None:
    cache: BoundedCache[str] = BoundedCache(100)
    cache.keep(("a", 1), "phrase", 10)
    assert cache.get(("a", 1)) == "phrase"
    assert cache.get(("a", 2)) is None
    assert cache.size == 10


def test_the_least_recently_asked_for_goes_first() -> None:
    cache: BoundedCache[str] = BoundedCache(30)
    for key in "abc":
        cache.keep(key, key, 10)
    cache.get("a")
    cache.keep("d", "d", 15)
    assert [cache.get(key) for key in "abcd"] == ["a", None, None, "d"]
    assert cache.size == 25


def test_the_bound_is_the_sum_of_what_is_kept() -> None:
    cache: BoundedCache[str] = BoundedCache(30)
    cache.keep("a", "a", 30)
    assert (len(cache), cache.size) == (1, 30)
    cache.keep("b", "b", 31)  # too big by itself: nothing makes room for it
    assert cache.get("a")
    assert cache.get("b") is None
    cache.keep("c", "c", 2)
    assert (len(cache), cache.size) == (1, 2)


def test_the_same_key_again_counts_once() -> None:
    cache: BoundedCache[str] = BoundedCache(30)
    cache.keep("a", "old", 10)
    cache.keep("a", "new", 12)
    assert (len(cache), cache.size, cache.get("a")) == (1, 12, "new")


def test_without_room_nothing_is_kept() -> None:
    cache: BoundedCache[str] = BoundedCache(0)
    cache.keep("a", "a", 1)
    assert len(cache) == 0
