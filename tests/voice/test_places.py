"""The places at which a report is wanted."""

from ttsmesh.voice.places import Places


def test_places_come_in_any_order_and_are_reached_in_theirs() -> None:
    places = Places()
    for frame in (70, 20, 50):
        places.add(frame)
    assert places.next == 20
    assert not places.reached(19)
    assert places.reached(20)
    assert places.next == 50


def test_no_place_is_behind_the_end_of_the_sound_that_it_is_in() -> None:
    places = Places()
    for frame in (70, 20, 50, 90):
        places.add(frame)
    places.end(60)
    places.add(65)
    reached = []
    while (place := places.next) is not None:
        reached.append(place)
        places.reached(place)
    assert reached == [20, 50, 60, 65]


def test_of_several_places_that_are_reached_at_once_there_is_one_report() -> None:
    places = Places()
    for frame in (10, 10, 20, 30):
        places.add(frame)
    assert places.reached(25)
    assert not places.reached(25)
    assert places.reached(1_000)
    assert places.next is None
    assert not places.reached(2_000)
