"""Listener and worker killed with -9 at every crash point and at random: each mail answered 250 is one piece."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.torture.bar import Size, run
from tests.torture.fuse import LISTENER_POINTS, RANDOM, WORKER_POINTS

pytestmark = pytest.mark.database
SHORT = Size(messages=60, clients=4, each=1, at_random=2, backlog=20)
SMALL = replace(SHORT, messages=8, backlog=4, at_random=0, listener_points=())


def test_every_acknowledged_mail_is_one_piece_with_one_letter(tmp_path: Path) -> None:
    figures = run(tmp_path, SHORT)
    assert figures.acknowledged == list(range(len(figures.acknowledged)))
    assert len(figures.acknowledged) >= SHORT.messages
    assert (figures.lost, figures.doubled, figures.letters, figures.bytes_wrong) == ([], [], [], [])
    assert figures.faultless()
    assert figures.deaths == dict.fromkeys((*LISTENER_POINTS, *WORKER_POINTS), 1) | {RANDOM: 4}
    assert figures.retries > 0, "the kills hit nobody: the run proves nothing"


def test_the_harness_sees_a_worker_that_removes_too_early(tmp_path: Path) -> None:
    figures = run(tmp_path, replace(SMALL, worker="filing:careless_worker", worker_points=("after insert",)))
    assert figures.lost
    assert not figures.faultless()


def test_the_harness_sees_a_worker_that_files_twice(tmp_path: Path) -> None:
    figures = run(tmp_path, replace(SMALL, worker="filing:forgetful_worker", worker_points=("after commit",)))
    assert figures.doubled
    assert not figures.faultless()
