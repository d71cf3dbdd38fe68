"""How much of one text stands in another, by runs of five folded words.

It judges nothing: what share counts as the same piece, its callers say. Source: Broder, "On the resemblance and
containment of documents", 1997.
"""

from intake.domain import folding

RUN = 5
"""Words in a run: shorter ones are shared by chance, longer ones break at every correction."""


def containment(part: str, whole: str) -> float:
    """Return the share (0 to 1) of the runs of words in ``part`` that stand in ``whole`` too.

    A text shorter than one run counts as one run. An empty ``part`` stands in nothing.
    """
    runs = _runs(part)
    return len(runs & _runs(whole)) / len(runs) if runs else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.folded for word in folding.words(text)]
    return {tuple(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))} if words else set()
