"""How far a mailbox was read, kept durably in a file. It knows no protocol."""

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from intake.storage.disk import Disk, make_folder


@dataclass(frozen=True, slots=True)
class Cursor:
    """The folder's UIDVALIDITY, the last UID that is done, and below which UID mail lay there before us (quiet)."""

    validity: int
    last: int = 0
    quiet_below: int = 0


class CursorFile:
    """The file of one mailbox under the state folder, named by a hash: a mailbox's name may hold anything."""

    def __init__(self, root: Path, mailbox: str) -> None:
        self._disk = Disk()
        self._folder = root / "fetched"
        self._path = self._folder / f"{hashlib.sha256(mailbox.encode('utf-8')).hexdigest()}.json"

    def read(self) -> Cursor | None:
        """Return the cursor; None at the first time. A damaged file counts as another validity: all is seen anew.

        Looking at everything again is harmless: the spool and filing know each mail.
        """
        try:
            found = json.loads(self._path.read_bytes())
            return Cursor(int(found["validity"]), int(found["last"]), int(found["quiet_below"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            return Cursor(-1)

    def write(self, cursor: Cursor) -> None:
        """Keep a cursor durably. Raises OSError; then the old one stays."""
        make_folder(self._folder, self._disk)
        self._disk.keep(self._folder / uuid.uuid4().hex, self._path, json.dumps(asdict(cursor)).encode("ascii"))
