"""Which text may sound: each row of the floor's table, and what holds after any sequence of events."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ttsmesh.model.speech.floor import UNRANKED, Claim, Floor, Priority

IMPORTANT, TEXT, NOTIFICATION, PROGRESS = Priority


def text(id: str) -> Claim:
    return Claim(id=id)


def queued(id: str, priority: Priority = TEXT) -> Claim:
    return Claim(id=id, queued=True, priority=priority)


def important(id: str) -> Claim:
    return Claim(id=id, priority=IMPORTANT)


def notification(id: str) -> Claim:
    return Claim(id=id, priority=NOTIFICATION)


def progress(id: str) -> Claim:
    return Claim(id=id, priority=PROGRESS)


def entered(*claims: Claim) -> Floor:
    """A floor that ``claims`` entered one after the other."""
    floor = Floor()
    for claim in claims:
        floor.enter(claim)
    return floor


def ids(claims: list[Claim]) -> list[str]:
    return [claim.id for claim in claims]


def order(floor: Floor) -> list[str]:
    """The holder, then all that wait."""
    return ids(floor.claims())


# --- say -----------------------------------------------------------------------------------------------------------


def test_a_free_floor_is_held_at_once() -> None:
    floor = Floor()
    assert floor.enter(text("a")) == []
    assert floor.holder == text("a")
    assert floor.next is None


def test_a_say_replaces_what_sounds_but_waits_until_that_has_faded_out() -> None:
    floor = entered(text("a"))
    assert ids(floor.enter(text("b"))) == ["a"]
    assert floor.holder == text("a")
    assert floor.next == text("b")
    floor.leave("a")
    assert floor.holder == text("b")


def test_a_say_replaces_the_say_that_waits_of_any_caller() -> None:
    floor = entered(text("a"), Claim(id="b", caller="somebody else"))
    assert "b" in ids(floor.enter(text("c")))
    assert order(floor) == ["a", "c"]


def test_what_fades_out_already_is_superseded_only_once() -> None:
    floor = entered(text("a"))
    assert ids(floor.enter(text("b"))) == ["a"]
    assert ids(floor.enter(text("c"))) == ["b"]


def test_a_say_goes_before_queued_ones_which_stay_and_go_on_after_it() -> None:
    floor = entered(text("a"), queued("b"), queued("c"))
    assert ids(floor.enter(text("d"))) == ["a"]
    assert order(floor) == ["a", "d", "b", "c"]


def test_a_say_replaces_a_queued_one_that_sounds() -> None:
    floor = entered(queued("a"), queued("b"))
    assert ids(floor.enter(text("c"))) == ["a"]
    assert order(floor) == ["a", "c", "b"]


# --- say --queue ---------------------------------------------------------------------------------------------------


def test_queued_ones_come_after_everything_accepted_before_them() -> None:
    floor = entered(text("a"))
    assert [floor.enter(claim) for claim in (queued("b"), queued("c"), notification("d"), queued("e"))] == [[]] * 4
    assert order(floor) == ["a", "b", "c", "d", "e"]


def test_queued_ones_sound_in_their_order() -> None:
    floor = entered(queued("a"), queued("b"), queued("c"))
    for id in "abc":
        assert floor.holder is not None
        assert floor.holder.id == id
        floor.leave(id)
    assert floor.holder is None


# --- important -----------------------------------------------------------------------------------------------------


def test_an_important_text_that_sounds_is_not_interrupted_and_only_the_newest_waits() -> None:
    floor = entered(important("a"))
    assert floor.enter(text("b")) == []
    assert ids(floor.enter(text("c"))) == ["b"]
    assert order(floor) == ["a", "c"]


def test_a_text_interrupts_an_important_one_that_is_paused() -> None:
    assert ids(entered(important("a")).enter(text("b"), paused=True)) == ["a"]


def test_an_important_text_interrupts_others() -> None:
    assert ids(entered(text("a")).enter(important("b"))) == ["a"]


def test_important_texts_wait_for_one_another_and_none_is_lost() -> None:
    floor = entered(important("a"))
    assert floor.enter(important("b")) == floor.enter(important("c")) == []
    assert order(floor) == ["a", "b", "c"]


def test_an_important_text_goes_before_a_waiting_plain_one_and_replaces_it() -> None:
    floor = entered(important("a"), text("b"), queued("c"))
    assert ids(floor.enter(important("d"))) == ["b"]
    assert order(floor) == ["a", "d", "c"]
    assert floor.enter(text("e")) == []
    assert order(floor) == ["a", "d", "e", "c"]


def test_a_queued_important_text_waits_its_turn_and_is_then_not_interrupted() -> None:
    floor = entered(text("a"))
    assert floor.enter(queued("b", IMPORTANT)) == []
    floor.leave("a")
    assert floor.enter(text("c")) == []
    assert order(floor) == ["b", "c"]


# --- progress and notification -------------------------------------------------------------------------------------


def test_progress_replaces_progress_that_sounds_or_waits() -> None:
    assert ids(entered(progress("a")).enter(progress("b"))) == ["a"]
    assert ids(entered(text("a"), progress("b")).enter(progress("c"))) == ["b"]


def test_progress_never_interrupts_anything_else() -> None:
    for other in (text("a"), queued("a"), important("a"), notification("a")):
        floor = entered(other, queued("b"), notification("c"))
        assert floor.enter(progress("d")) == []
        assert order(floor) == ["a", "b", "c", "d"]


def test_a_notification_interrupts_nothing_and_every_one_is_kept() -> None:
    floor = entered(text("a"), progress("b"))
    assert floor.enter(notification("c")) == floor.enter(notification("d")) == []
    assert order(floor) == ["a", "b", "c", "d"]


def test_a_say_interrupts_progress_and_notifications_that_sound_but_not_those_that_wait() -> None:
    for other in (progress, notification):
        floor = entered(other("a"), other("b") if other is notification else queued("b"))
        assert ids(floor.enter(text("c"))) == ["a"]
        assert order(floor) == ["a", "c", "b"]


# --- stop ----------------------------------------------------------------------------------------------------------

SOME = (text("a"), queued("b"), queued("c"))


def test_the_claims_are_the_sounding_one_and_all_waiting_in_their_order() -> None:
    assert ids(entered(*SOME).claims()) == ["a", "b", "c"]
    assert Floor().claims() == []


def test_a_text_that_leaves_from_the_middle_of_the_queue_leaves_the_others_as_they_are() -> None:
    floor = entered(*SOME)
    floor.leave("b")
    assert order(floor) == ["a", "c"]
    floor.leave("never entered")
    assert order(floor) == ["a", "c"]


# --- what is rendered first ----------------------------------------------------------------------------------------


def test_rank_is_the_place_in_line_and_those_without_a_place_come_last() -> None:
    floor = entered(*SOME)
    assert [floor.rank(id) for id in ("a", "b", "c", "a save")] == [0, 1, 2, UNRANKED]
    assert Floor().rank("a save") == UNRANKED


# --- any sequence of events ----------------------------------------------------------------------------------------


class AnyEvents(RuleBasedStateMachine):
    """One claim holds while any is in. Each one holds, waits, was superseded once, or has left: none is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = Floor()
        self.claims: dict[str, Claim] = {}
        self.superseded: set[str] = set()
        self.gone: set[str] = set()
        self.held: list[str] = []

    @rule(priority=st.sampled_from(Priority), queued=st.booleans())
    def enter(self, priority: Priority, queued: bool) -> None:
        claim = Claim(id=str(len(self.claims)), priority=priority, queued=queued)
        holder = self.floor.holder
        self.claims[claim.id] = claim
        for loser in ids(self.floor.enter(claim)):
            assert loser != claim.id
            assert loser not in self.superseded | self.gone
            self.superseded.add(loser)
            assert self.claims[loser].priority is PROGRESS or claim.interrupts
            if self.claims[loser].priority is IMPORTANT:
                raise AssertionError("an important text was interrupted")
            if holder is None or loser != holder.id:
                self.gone.add(loser)  # it waited: its place is given up at once
        assert holder is None or self.floor.holder == holder

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """An utterance may end at any time, also a superseded one, which has no place any more."""
        id = data.draw(st.sampled_from(sorted(self.claims)))
        self.floor.leave(id)
        self.gone.add(id)

    @invariant()
    def one_holds_while_anybody_is_in(self) -> None:
        assert (self.floor.holder is None) == (not order(self.floor))
        assert self.floor.holder is not None or not self.floor.waiting

    @invariant()
    def nobody_is_lost_or_twice_in(self) -> None:
        present = order(self.floor)
        assert len(present) == len(set(present))
        assert set(present) == self.claims.keys() - self.gone

    @invariant()
    def the_holder_keeps_the_floor_and_gets_it_once(self) -> None:
        if self.floor.holder is not None and self.held[-1:] != [self.floor.holder.id]:
            assert self.floor.holder.id not in self.held
            self.held.append(self.floor.holder.id)

    @invariant()
    def interrupting_texts_wait_before_all_others_and_only_one_plain_one_does(self) -> None:
        waiting = self.floor.waiting
        assert [claim.interrupts for claim in waiting] == sorted((claim.interrupts for claim in waiting), reverse=True)
        assert sum(claim.interrupts and claim.priority is TEXT for claim in waiting) <= 1
        assert sum(claim.priority is PROGRESS for claim in waiting) <= 1

    @invariant()
    def queued_ones_keep_the_order_of_their_acceptance(self) -> None:
        places = [int(claim.id) for claim in self.floor.waiting if not claim.interrupts]
        assert places == sorted(places)


TestAnyEvents = AnyEvents.TestCase
