from __future__ import annotations

import signal
import threading
import time

import pytest

from routelab.stopping import LimitReached, time_limit


def test_sleep_is_woken() -> None:
    began = time.monotonic()
    with pytest.raises(LimitReached), time_limit(0.05):
        time.sleep(30)
    assert time.monotonic() - began < 10


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


def test_code_that_ends_in_time_is_left_alone() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_an_outer_limit_outlives_an_inner_one() -> None:
    began = time.monotonic()

    def work() -> None:
        with time_limit(5):
            pass
        time.sleep(30)

    with pytest.raises(LimitReached), time_limit(0.1):
        work()
    assert time.monotonic() - began < 10


def test_an_inner_limit_may_be_the_shorter_one() -> None:
    with time_limit(20):
        with pytest.raises(LimitReached), time_limit(0.05):
            time.sleep(30)
        time.sleep(0.1)


def test_a_limit_that_is_over_rings_in_nobodys_code() -> None:
    before = signal.getsignal(signal.SIGALRM) if hasattr(signal, "SIGALRM") else None
    for _ in range(3):
        with time_limit(0.05):
            pass
    time.sleep(0.2)
    assert before is None or signal.getsignal(signal.SIGALRM) is before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="only Unix has the timer")
def test_somebody_elses_alarm_still_rings() -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: rung.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.15)
        with pytest.raises(LimitReached), time_limit(0.05):
            time.sleep(30)
        assert rung == []
        time.sleep(0.3)
        assert rung == [signal.SIGALRM]
    finally:
        signal.signal(signal.SIGALRM, before)


def test_no_limit() -> None:
    with time_limit(None):
        time.sleep(0.01)


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
