from __future__ import annotations

import signal
import threading
import time

import pytest

from routelab import stopping
from routelab.stopping import LimitReached, time_limit

of_unix = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix has the timer")
FOR_EVER = 3600  # seconds: a test that nothing wakes is ended by pytest


@of_unix
def test_sleep_is_woken() -> None:
    with pytest.raises(LimitReached), time_limit(0.05):
        time.sleep(FOR_EVER)


def test_code_that_catches_everything_is_stopped_again() -> None:
    caught = 0

    def deaf() -> None:
        nonlocal caught
        while True:
            try:
                while True:
                    pass
            except BaseException:
                caught += 1
                if caught == 3:
                    raise

    with pytest.raises(LimitReached), time_limit(0.05):
        deaf()


@pytest.mark.parametrize("ends", ["well", "with another exception"])
def test_code_that_caught_it_and_ended_is_over_all_the_same(ends: str) -> None:
    def deaf() -> None:
        try:
            while True:
                pass
        except BaseException:
            if ends != "well":
                raise ValueError(ends) from None

    with pytest.raises(LimitReached) as reached, time_limit(0.05):
        deaf()
    # Where a thread throws it, it is a new one.
    assert not hasattr(signal, "setitimer") or "deaf" in [entry.name for entry in reached.traceback]


def test_code_that_ends_in_time_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_limit(FOR_EVER):
        ended = True
    # Where it is no alarm that ends code, a clock is looked at.
    monkeypatch.setattr(stopping, "monotonic", lambda: time.monotonic() + 2 * FOR_EVER)
    assert all(number < 100 for number in range(100))
    assert ended


@of_unix
def test_a_limit_that_is_over_rings_in_nobodys_code() -> None:
    before, outer = signal.getsignal(signal.SIGALRM), until_it_rings()  # pytest has one of its own
    with time_limit(FOR_EVER):
        assert until_it_rings() > outer
    assert (until_it_rings() > 0, until_it_rings() <= outer) == (outer > 0, True)
    assert signal.getsignal(signal.SIGALRM) is before


@of_unix
def test_an_outer_limit_outlives_an_inner_one() -> None:
    def work() -> None:
        with time_limit(FOR_EVER):
            pass
        time.sleep(FOR_EVER)

    with pytest.raises(LimitReached), time_limit(0.1):
        work()


@of_unix
def test_an_inner_limit_may_be_the_shorter_one() -> None:
    with time_limit(FOR_EVER):
        with pytest.raises(LimitReached), time_limit(0.05):
            time.sleep(FOR_EVER)
        assert 1 < until_it_rings() <= FOR_EVER


@of_unix
def test_somebody_elses_alarm_still_rings() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: rung.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, FOR_EVER)
        with pytest.raises(LimitReached), time_limit(0.05):
            time.sleep(FOR_EVER)
        assert rung == []
        assert 1 < until_it_rings() <= FOR_EVER
        signal.raise_signal(signal.SIGALRM)
        assert rung == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def until_it_rings() -> float:
    """Return the seconds until this process's alarm rings, 0 where none is set."""
    return signal.getitimer(signal.ITIMER_REAL)[0]


def test_no_limit() -> None:
    before = signal.getsignal(signal.SIGALRM) if hasattr(signal, "SIGALRM") else None
    with time_limit(None):
        assert before is None or signal.getsignal(signal.SIGALRM) is before


def test_in_another_thread() -> None:
    ended: list[type[BaseException]] = []

    def loop() -> None:
        try:
            with time_limit(0.05):
                while True:
                    pass
        except LimitReached as stop:
            ended.append(type(stop))

    thread = threading.Thread(target=loop)
    thread.start()
    thread.join(timeout=60)
    assert ended == [LimitReached]
