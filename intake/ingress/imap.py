"""Mail from a mailbox by IMAP: stored first, then marked as seen or moved; new mail is waited for by IDLE or looking.

Certificates are always checked, and nothing is ever sent in the clear. How far it came is a cursor of UIDVALIDITY and
UID, not a flag that a person's mail program changes. It parses no mail.
"""

import logging
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from imapclient import FLAGGED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError

from intake.domain.desk import Desks
from intake.domain.errors import SettingsError, TooLarge
from intake.ingress import archives
from intake.ingress.answers import Keeps
from intake.ingress.cursor import Cursor, CursorFile
from intake.ingress.mailboxes import Mailbox
from intake.ingress.pacing import give_way
from intake.storage.spool import Envelope

log = logging.getLogger(__name__)

SILENCE = 60.0
"""Seconds a server may take for one answer."""
IDLE_SECONDS = 9 * 60.0
"""How long one IDLE lasts. RFC 2177 asks for less than 29 minutes; networks forget a silent connection sooner."""
STEP = 1.0
"""Seconds between looks whether we shall stop."""
MOST_WAIT = 300.0
"""The longest wait, in seconds, before a mailbox that cannot be reached is tried again."""
HANGS = 300.0
"""Seconds without a step after which a fetcher counts as stuck: longer than the largest mail takes on a slow line."""
_LEFT_FIELDS = "FROM SUBJECT DATE MESSAGE-ID"
_LEFT = (
    "\r\nThis mail has {size} bytes, more than the {most} that are taken. "
    "It was left in the mailbox, and flagged there.\r\n"
)


@contextmanager
def signed_in(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """Connect and sign in. Raises OSError (a wrong certificate, too), IMAPClientError and SettingsError."""
    context = ssl.create_default_context(cafile=mailbox.cafile or None)
    client = IMAPClient(mailbox.host, mailbox.port, ssl=mailbox.security == "tls", ssl_context=context, timeout=SILENCE)
    try:
        if mailbox.security == "starttls":
            client.starttls(context)  # raises where it is not offered: a password never goes out in the clear
        if mailbox.by_token:
            client.oauth2_login(mailbox.username, mailbox.secret())
        else:
            client.login(mailbox.username, mailbox.secret())
        yield client
    finally:
        with suppress(IMAPClientError, OSError):
            client.shutdown()


def found_in(mailbox: Mailbox) -> tuple[bool, str]:
    """Tell whether signing in and opening the folder work, and what was found or why not. It changes nothing."""
    try:
        with signed_in(mailbox) as client:
            selected = client.select_folder(mailbox.folder, readonly=True)
            idle = "with IDLE" if client.has_capability("IDLE") else f"looked at every {mailbox.poll} s"
            return True, f"{selected[b'EXISTS']} mails, {idle}"
    except (OSError, IMAPClientError, SettingsError) as error:
        return False, str(error)


class Fetcher:
    """Fetches from one mailbox into the spool until it shall stop. ``max_bytes`` is the size limit of one mail."""

    def __init__(self, mailbox: Mailbox, spool: Keeps, max_bytes: int, desks: Desks, root: Path) -> None:
        self._mailbox = mailbox
        self._spool = spool
        self._max_bytes = max_bytes
        self._desks = desks
        self._root = root
        self._file = CursorFile(root, mailbox.name)
        self._stepped = time.monotonic()

    @property
    def lives(self) -> bool:
        """Tell whether it still goes on: fetches, waits for mail, or waits to try a mailbox again."""
        return time.monotonic() - self._stepped < HANGS

    def run(self, stop: threading.Event) -> None:
        """Fetch whatever comes; after a fault connect again, each time after a longer wait."""
        wait = 1.0
        while not stop.is_set():
            began = time.monotonic()
            try:
                with signed_in(self._mailbox) as client:
                    while not stop.is_set():
                        self.look(client, stop)
                        wait = 1.0
                        self._wait(client, stop)
            except (OSError, IMAPClientError, SettingsError):
                log.exception("a mailbox cannot be read; it is tried again")
            except Exception:
                log.exception("fetching failed; it is tried again")
            if not self._pause(stop, wait):
                wait = min(wait * 2, MOST_WAIT) if time.monotonic() - began < MOST_WAIT else 1.0

    def look(self, client: IMAPClient, stop: threading.Event) -> int:
        """Fetch every mail after the cursor, the oldest first, and return how many were stored.

        Raises what the spool raises; then that mail stays as it is, and is the first one of the next look.
        """
        if self._mailbox.move_to and not client.folder_exists(self._mailbox.move_to):
            client.create_folder(self._mailbox.move_to)
        cursor = self._cursor(client.select_folder(self._mailbox.folder))
        stored = 0
        for uid in sorted(client.search(["UID", f"{cursor.last + 1}:*"])):
            if stop.is_set():
                break
            if uid <= cursor.last:  # "*" is the last mail, however small its UID
                continue
            stored += self._take(client, uid, quiet=uid < cursor.quiet_below)
            cursor = replace(cursor, last=uid)
            self._file.write(cursor)
            self._stepped = time.monotonic()
            give_way(self._root, stored, partial(self._pause, stop))
        return stored

    def _cursor(self, selected: dict[bytes, object]) -> Cursor:
        """Return where to go on: a folder seen for the first time begins quietly, a renumbered one anew."""
        validity = int(str(selected[b"UIDVALIDITY"]))
        kept = self._file.read()
        if kept is not None and kept.validity == validity:
            return kept
        first = kept is None and not self._mailbox.as_new
        fresh = Cursor(validity, 0, int(str(selected[b"UIDNEXT"])) if first else 0)
        self._file.write(fresh)
        return fresh

    def _take(self, client: IMAPClient, uid: int, *, quiet: bool) -> bool:
        """Store one mail, and only then mark or move it. Returns whether there was one."""
        told = client.fetch([uid], ["RFC822.SIZE"]).get(uid)
        if told is None:
            return False  # someone deleted it meanwhile
        try:
            if told[b"RFC822.SIZE"] > self._max_bytes:
                raise TooLarge("The server says so.")
            raw = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
            if raw is None:
                return False
            self._spool.accept(raw, self._envelope(raw, quiet=quiet))
        except TooLarge:
            self._leave(client, uid, told[b"RFC822.SIZE"])
            return True
        if self._mailbox.move_to:
            self._move(client, uid)
        else:
            client.add_flags([uid], [SEEN], silent=True)
        return True

    def _envelope(self, raw: bytes, *, quiet: bool) -> Envelope:
        found = archives.Found("", "file", raw, 0)
        to = archives.recipient(raw, self._same_desk, self._mailbox.address)
        return Envelope(archives.sender(found), to, "imap", "", "", datetime.now(UTC), quiet)

    def _same_desk(self, address: str) -> bool:
        desk = self._desks.for_address(address)
        return desk is not None and desk == self._desks.for_address(self._mailbox.address)

    def _leave(self, client: IMAPClient, uid: int, size: int) -> None:
        """Show an editor that there is a mail too large to take, and flag it where it lies."""
        answer = client.fetch([uid], [f"BODY.PEEK[HEADER.FIELDS ({_LEFT_FIELDS})]"])[uid]
        fields = next(value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS"))
        raw = fields.rstrip()[:16_384] + b"\r\n" + _LEFT.format(size=size, most=self._max_bytes).encode("ascii")
        self._spool.accept(raw, replace(self._envelope(raw, quiet=True), left=True))
        client.add_flags([uid], [FLAGGED], silent=True)

    def _move(self, client: IMAPClient, uid: int) -> None:
        """Move a mail (RFC 6851); where the server cannot, copy it and remove this one alone (RFC 4315)."""
        if client.has_capability("MOVE"):
            client.move([uid], self._mailbox.move_to)
            return
        client.copy([uid], self._mailbox.move_to)
        client.delete_messages([uid], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge([uid])

    def _pause(self, stop: threading.Event, seconds: float) -> bool:
        """Wait, in steps, and tell whether it shall stop."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop.is_set():
            self._stepped = time.monotonic()
            stop.wait(min(STEP, left))
        return stop.is_set()

    def _wait(self, client: IMAPClient, stop: threading.Event) -> None:
        """Wait until the server tells of something (RFC 2177), or, where it cannot, for the next look."""
        if not client.has_capability("IDLE"):
            self._pause(stop, self._mailbox.poll)
            client.noop()
            return
        client.idle()
        until = time.monotonic() + IDLE_SECONDS
        while not stop.is_set() and time.monotonic() < until:
            asked = time.monotonic()
            self._stepped = asked
            told = client.idle_check(timeout=STEP)
            if _tells(told) or (not told and time.monotonic() - asked < STEP / 2):
                break  # something new; or the connection is gone, which the next command says
        client.idle_done()


def _tells(told: list[tuple[object, ...]]) -> bool:
    """Tell whether an answer during IDLE is about mail, not the server's sign of life."""
    return any(len(line) > 1 and line[1] in {b"EXISTS", b"RECENT"} for line in told)
