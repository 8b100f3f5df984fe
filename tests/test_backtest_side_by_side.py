"""Pieces of work side by side: answers in order, steps told from one thread, everything given up together."""

from __future__ import annotations

import sys
from concurrent.futures import CancelledError
from threading import Barrier, Event, get_ident
from time import monotonic, sleep

import pytest

from influence_graph.backtesting.side_by_side import Pace, both, once, side_by_side
from influence_graph.language import say, speaking


def test_answers_come_in_order_and_every_step_is_told_from_here() -> None:
    told = []

    def work(number: int, pace: Pace) -> int:
        for _ in range(number):
            pace.step()
        return number * number

    works = [lambda pace, n=n: work(n, pace) for n in (3, 0, 2, 1, 4)]
    assert side_by_side(works, lambda: told.append(get_ident())) == [9, 0, 4, 1, 16]
    assert told == [get_ident()] * 10


def test_a_loop_is_worth_as_many_steps_as_it_says_however_many_rounds_it_has() -> None:
    told = []

    def loop(rounds: int, pace: Pace) -> None:
        tell = pace.along(10)
        for done in range(1, rounds + 1):
            tell(done, rounds)

    side_by_side([lambda pace, n=n: loop(n, pace) for n in (3, 10, 133)], lambda: told.append(1))
    assert len(told) == 30


def test_what_several_pieces_need_is_made_once() -> None:
    made = []

    def make() -> int:
        sleep(0.01)
        made.append(1)
        return len(made)

    get = once(make)
    assert side_by_side([lambda _: get()] * 4, lambda: None) == [1] * 4


def endless(pace: Pace) -> None:
    for _ in range(60_000):
        pace.check()
        sleep(0.001)
    raise AssertionError("nobody stopped it")


def test_an_error_in_one_piece_gives_up_the_others() -> None:
    def wrong(pace: Pace) -> None:
        pace.step()
        raise ZeroDivisionError

    def stop() -> None:
        raise KeyboardInterrupt  # as Ctrl-C does, here where everybody is waited for

    with pytest.raises(KeyboardInterrupt):
        side_by_side([endless, wrong], stop)
    with pytest.raises(ZeroDivisionError):
        side_by_side([wrong, endless], lambda: None)


def test_pieces_speak_the_language_of_who_waits_for_them() -> None:
    with speaking("vi"):
        assert side_by_side([lambda _: say("map.stage-roles")] * 3, lambda: None) == [say("map.stage-roles")] * 3
        vietnamese = say("map.stage-roles")
    assert vietnamese != say("map.stage-roles")


def test_ctrl_c_waits_for_nobody() -> None:
    ended, usual = Event(), sys.getswitchinterval()

    def stop() -> None:
        raise KeyboardInterrupt

    begun = monotonic()
    with pytest.raises(KeyboardInterrupt):
        side_by_side([lambda _: ended.wait(60), lambda pace: pace.step()], stop)
    assert monotonic() - begun < 30
    assert sys.getswitchinterval() == usual
    ended.set()


def test_pieces_of_a_piece_end_with_it() -> None:
    begun, given_up = Barrier(3), []

    def heedful(pace: Pace) -> None:
        begun.wait(60)
        try:
            endless(pace)
        except CancelledError:
            given_up.append(True)
            raise

    def wrong(_: Pace) -> None:
        begun.wait(60)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both(lambda _: side_by_side([heedful, heedful], lambda: None), wrong)
    assert given_up == [True, True]


def test_two_works_answer_in_their_order_and_end_together() -> None:
    assert both(lambda _: sleep(0.05) or "one", lambda _: 2) == ("one", 2)
    with pytest.raises(ZeroDivisionError):
        both(endless, lambda _: 1 // 0)
