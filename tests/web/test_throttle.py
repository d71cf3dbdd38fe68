"""Delay after failed tries: it grows, it ends by itself, and many at once gain nothing."""

from datetime import timedelta
from threading import Thread

from intake.web.throttle import KEPT, Pace, Throttle
from tests.factories import StillClock

PACE = Pace(free=2, longest=timedelta(seconds=8), forgotten=timedelta(minutes=10))
NONE = timedelta(0)


def test_the_wait_doubles_up_to_the_longest() -> None:
    clock = StillClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(8):
        wait = throttle.enter([("a", PACE)])
        waits.append(wait.total_seconds())
        if wait:
            clock.move(seconds=wait.total_seconds())
            assert throttle.enter([("a", PACE)]) == NONE
    assert waits == [0, 0, 1, 2, 4, 8, 8, 8]


def test_a_try_during_the_wait_does_not_lengthen_it() -> None:
    clock = StillClock()
    throttle = Throttle(clock)
    for _ in range(10):
        throttle.enter([("a", PACE)])
    assert throttle.enter([("a", PACE)]) == timedelta(seconds=1)


def test_rest_and_success_forget_and_others_are_not_touched() -> None:
    clock = StillClock()
    throttle = Throttle(clock)
    for key in ("a", "b"):
        for _ in range(2):
            throttle.enter([(key, PACE)])
    throttle.forgive("a")
    assert (throttle.enter([("a", PACE)]), throttle.enter([("b", PACE)])) == (NONE, timedelta(seconds=1))
    clock.move(minutes=10)
    assert throttle.enter([("b", PACE)]) == NONE


def test_many_at_once_get_no_more_tries_than_one_after_another() -> None:
    throttle = Throttle(StillClock())
    let_in: list[timedelta] = []
    threads = [Thread(target=lambda: let_in.append(throttle.enter([("a", PACE)]))) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let_in.count(NONE) == 2


def test_memory_is_bounded() -> None:
    throttle = Throttle(StillClock())
    for number in range(KEPT + 50):
        throttle.enter([(str(number), PACE)])
    assert len(throttle._counts) == KEPT
