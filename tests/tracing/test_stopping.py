from __future__ import annotations

import threading
import time

import pytest

from routelab.tracing.stopping import LimitReached, time_limit


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


def test_code_that_ends_in_time_is_left_alone() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.1)


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
    thread.join(timeout=20)
    assert ended == [LimitReached]
