"""DNS answers as the child has them: given with the call, never fetched. What is missing is noted and asked for after.

A reading that needs DNS is run again and again with more answers until it notes nothing; the owner of the child does
the asking, with its own limits. So hostile bytes are taken apart where no network is, and no parser runs outside.
"""

import re
from collections.abc import Iterable

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
LONGEST_NAME = 253


class Pending(Exception):
    """The answer is not here yet; the question was noted."""


class Unanswered(Exception):
    """The question was asked, and no server answered."""


class Lookups:
    """Known answers, each [name, kind, status, values], and the questions that had none. Names are compared folded.

    ``status`` is "found", "none" (no such name or no such record) or "failed". Values are texts; of MX "<number> name".
    """

    def __init__(self, answers: Iterable[list[object]] = ()) -> None:
        self._known = {(str(name), str(kind)): (str(status), values) for name, kind, status, values in answers}
        self.wanted: dict[tuple[str, str], None] = {}

    def ask(self, name: str, kind: str) -> list[str]:
        """Return the values of a name, none for one that cannot exist. Raises Pending or Unanswered."""
        name = name.lower().rstrip(".")
        if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in name.split(".")):
            return []
        if (name, kind) not in self._known:
            self.wanted[name, kind] = None
            raise Pending(name)
        status, values = self._known[name, kind]
        if status == "failed" or not isinstance(values, list):
            raise Unanswered(name)
        return [str(value) for value in values]
