"""The worker: files what lies in the spool, sends what is due, and does what time brings about.

One loop, one row at a time, and beside it one that asks about mail which is filed: name servers may be slow. SIGTERM
lets the row in hand finish. It judges nothing and words nothing itself.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from types import FrameType

from sqlalchemy.orm import Session

from intake.checking import Checking
from intake.domain.addresses import reply_address
from intake.domain.errors import IntakeError
from intake.domain.letter import OutboundMail, as_html, fill
from intake.filing import Filing
from intake.newsroom import Newsroom
from intake.postoffice import PostOffice, Relay, TransportError
from intake.reconcile import Reconciler
from intake.sandbox import Reader
from intake.screening.resolver import Asking, Resolver
from intake.storage import heartbeat
from intake.storage.claims import claim, put_back, waiting
from intake.storage.messages import Letter
from intake.storage.spool import Spool
from intake.storage.submissions import Byline
from intake.storage.tokens import Tokens
from intake.workflow import clock
from intake.workflow.letters import links_of

log = logging.getLogger("intake.worker")

LEASE = timedelta(minutes=5)
TICK_SECONDS, RECONCILE_SECONDS = 5.0, 300.0
LAST_SECONDS = 5.0


@dataclass
class Worker:
    """The worker of one installation: its newsroom, spool, reader and post office."""

    newsroom: Newsroom
    spool: Spool
    reader: Reader
    post: PostOffice
    pause: float = 0.3
    """Seconds between looks when nothing was to be done."""
    resolver: Asking = field(default_factory=Resolver)
    _stop: threading.Event = field(default_factory=threading.Event)
    _due: dict[Callable[[], object], float] = field(default_factory=dict)
    _reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        self._reconciler = Reconciler(self.newsroom, self.spool)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a fault in one piece of work is logged and the others go on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        asking = threading.Thread(target=self._keep_checking, name="checks", daemon=True)
        asking.start()
        while not self._stop.is_set():
            if not self.once():
                self._stop.wait(self.pause)
        asking.join(LAST_SECONDS)  # a question in hand is asked again after its lease
        self.reader.close()

    def once(self) -> int:
        """Do what is due now and return how many things were done."""
        done = self._tried(self.file_spool) + self._tried(self.send_letters)
        self._every(heartbeat.SECONDS, self._beat)
        self._every(TICK_SECONDS, self._tick)
        self._every(RECONCILE_SECONDS, self._reconcile)
        return done

    def _keep_checking(self) -> None:
        while not self._stop.is_set():
            if not self._tried(self.check_mail):
                self._stop.wait(self.pause)

    def _tried(self, work: Callable[[], int]) -> int:
        try:
            return work()
        except Exception:
            log.exception("a round of work failed; it is tried again")
            return 0

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _every(self, seconds: float, act: Callable[[], object]) -> None:
        if monotonic() >= self._due.get(act, 0):
            self._due[act] = monotonic() + seconds
            try:
                act()
            except Exception:
                log.exception("a regular task failed; it is tried again")

    def _beat(self) -> None:
        heartbeat.beat(self.newsroom.settings.root, "worker")

    def _tick(self) -> None:
        clock.tick(self.newsroom)

    def _reconcile(self) -> None:
        self._reconciler.round()
        Tokens(self.newsroom.settings.root / "webhooks").sweep()

    def file_spool(self) -> int:
        """File what waits in the spool; what fails stays for the next round. Returns how many messages left it."""
        return Filing(self.newsroom, self.spool, self.reader, self._stop).round()

    def check_mail(self) -> int:
        """Ask the questions about filed mail that are due. Returns how many were dealt with."""
        return Checking(self.newsroom, self.reader, self.resolver, self._stop).round()

    def send_letters(self) -> int:
        """Send the letters that are due. A lease lets another worker take over after a crash; returns how many left."""
        with self.newsroom.reading() as session:
            if not waiting(session, Letter, self.newsroom.now()):
                return 0
        with self.newsroom.transaction() as session:
            rows = claim(session, Letter, self.newsroom.now(), lease=LEASE, most=20)
            mails = {row.id: mail for row in rows if (mail := self._written(session, row)) is not None}
        sent = 0
        for letter_id, outcome in zip(mails, self.post.send_all(mails.values()), strict=False):
            with self.newsroom.transaction() as session:  # one by one: after a crash no other letter goes out twice
                sent += self._settle(session.get_one(Letter, letter_id), outcome.error)
        return sent

    def _written(self, session: Session, letter: Letter) -> OutboundMail | None:
        """Return a letter as it leaves; one that cannot be written fails where an editor sees it, and stops none."""
        try:
            return outbound(session, self.newsroom, letter)
        except (IntakeError, KeyError, ValueError) as error:
            log.exception("a letter cannot be written", extra={"letter": letter.id})
            self._settle(letter, TransportError(True, f"The letter cannot be written: {error}"))
            return None

    def _settle(self, letter: Letter, error: TransportError | None) -> bool:
        now = self.newsroom.now()
        if error is None:
            letter.status = "kept" if self.post.relay is None else "sent"
            letter.sent_at, letter.leased_until = now, None
            if letter.person_id is not None:
                letter.link_url = ""  # it opens an account
            return True
        if error.permanent:
            letter.status, letter.last_error, letter.leased_until = "failed", str(error)[:500], None
        else:
            put_back(letter, now, str(error))
        return False


ANSWERING = frozenset({"M0", "M0e", "M0l", "M0u", "M1m", "M2", "M9r"})
"""Letters that a mail itself brought about: they leave with a null sender (RFC 3834, 3.3)."""


def outbound(session: Session, newsroom: Newsroom, letter: Letter) -> OutboundMail:
    """Return a stored letter as it leaves: links filled in, reply address signed, threaded."""
    desk = newsroom.desk(letter.desk or newsroom.desks.every[0].slug)
    byline = session.get(Byline, letter.byline_id) if letter.byline_id else None
    text = fill(letter.body, links_of(newsroom, letter, byline))
    reply_to = reply_address(desk.address, byline.id, newsroom.key("replies")) if byline else desk.address
    return OutboundMail(
        to_address=letter.to_address,
        to_name=letter.to_name,
        from_address=desk.address,
        from_name=f"{desk.publication} – {desk.name}",
        reply_to=reply_to,
        subject=letter.subject,
        text=text,
        html=as_html(text, letter.locale, letter.subject),
        message_id=letter.message_id,
        language=letter.locale,
        date=newsroom.now(),
        in_reply_to=letter.in_reply_to if letter.code in ANSWERING else "",
        references=(letter.in_reply_to,) if letter.in_reply_to else (),
        auto_submitted=letter.automatic,
    )


def make_worker(newsroom: Newsroom) -> Worker:
    """Return the worker of a newsroom, on its spool and its relay (or the folder of kept letters without one)."""
    settings = newsroom.settings
    return Worker(
        newsroom=newsroom,
        spool=Spool(settings.root / "spool", settings.mail.max_bytes),
        reader=Reader(),
        post=PostOffice(_relay(newsroom), settings.root / "letters"),
    )


def _relay(newsroom: Newsroom) -> Relay | None:
    wanted = newsroom.settings.relay
    if not wanted.host:
        return None
    return Relay(
        host=wanted.host,
        port=wanted.port,
        security=wanted.security,
        username=wanted.username,
        password=wanted.password,
        timeout=float(wanted.timeout),
        cafile=wanted.cafile or None,
    )
