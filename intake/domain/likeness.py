"""How much of one text stands in another, by runs of five folded words.

It judges nothing: what share counts as the same piece, its callers say. Source: Broder, "On the resemblance and
containment of documents", 1997.
"""

from functools import lru_cache

from intake.domain import folding

RUN = 5
"""Words in a run: shorter ones are shared by chance, longer ones break at every correction."""


def containment(part: str, whole: str) -> float:
    """Return the share (0 to 1) of the runs of words in ``part`` that stand in ``whole`` too.

    A text shorter than one run counts as one run. An empty ``part`` stands in nothing.
    """
    return _share(_runs(part), _runs(whole))


def repeats(one: str, other: str, share: float) -> bool:
    """Tell whether at least this share (0 to 1) of either text's runs stands in the other: one nearly repeats it."""
    runs, others = _runs(one), _runs(other)
    return max(_share(runs, others), _share(others, runs)) >= share


def _share(part: frozenset[int], whole: frozenset[int]) -> float:
    return len(part & whole) / len(part) if part else 0.0


@lru_cache(maxsize=32)
def _runs(text: str) -> frozenset[int]:
    """Return the hashes of a text's runs; kept for a moment, because who sends a row of pieces has each compared."""
    words = folding.bare(text)
    if len(words) < RUN:
        return frozenset({hash(tuple(words))} if words else ())
    return frozenset(map(hash, zip(*(words[start:] for start in range(RUN)), strict=False)))
