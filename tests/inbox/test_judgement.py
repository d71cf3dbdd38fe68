"""What judging a message costs, in calls of Python functions: the same on every machine, unlike seconds."""

import sys
from types import FrameType

from intake.inbox.judgement import judge
from tests.factories import PARAGRAPHS_EN

WORDS = "\r\n\r\n".join(PARAGRAPHS_EN * 14)
MAIL = f"From: huda@writer.example\r\nSubject: Op-Ed: The harbour wall\r\n\r\n{WORDS}\r\n".encode()


def calls_to_judge(raw: bytes) -> int:
    """Return how many Python functions are called for one judgement."""
    seen = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal seen
        seen += event == "call"

    judge(raw, desks=[])  # what is made once a process is made here
    sys.setprofile(count)
    try:
        judge(raw, desks=[])
    finally:
        sys.setprofile(None)
    return seen


def test_a_judgement_calls_few_functions_for_each_word() -> None:
    # A text is gone through whole, by patterns; word by word it was three times the work.
    words = int(judge(MAIL, desks=[])["words"])
    assert words > 700
    assert calls_to_judge(MAIL) < 9 * words


def test_a_judgement_grows_with_its_text_and_no_faster() -> None:
    single, tenfold = calls_to_judge(MAIL), calls_to_judge(MAIL + b"\r\n\r\n" + b"\r\n\r\n".join([WORDS.encode()] * 9))
    assert tenfold < 11 * single
