"""The stage: an empty folder, a moved clock, and every story's steps in the order of time, with the real worker.

It starts no process and prints nothing; ``told`` hears how far it is.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from intake.bootstrap import open_newsroom
from intake.demo import acts, mails, staff
from intake.demo.stories import Step, Story, stories
from intake.domain.addresses import reply_address
from intake.domain.errors import IntakeError, SettingsError
from intake.domain.roles import SYSTEM, Actor
from intake.newsroom import Newsroom
from intake.settings import load
from intake.storage.messages import InboundMessage
from intake.storage.spool import Envelope
from intake.storage.submissions import Submission
from intake.worker import Worker, make_worker
from intake.workflow import clock, submit

MARKER = "THIS-IS-A-DEMO"
KEPT_SETTINGS = ("INTAKE_WEB_PORT", "INTAKE_MAIL_PORT")
MEMORY = Path("/dev/shm")  # noqa: S108 - TemporaryDirectory makes a private folder in it
RISK = timedelta(minutes=30)
"""How long a promise that ends next must at least last when the demo is ready."""


@dataclass
class MovedClock:
    """The demo's clock: it stands where a step happens, and at the end at this moment."""

    at: datetime

    def __call__(self) -> datetime:
        """Return where it stands."""
        return self.at


def environment(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables a demo runs with: loopback, shipped desks, SQLite in its folder, and never a relay."""
    kept = {key: value for key, value in environ.items() if not key.startswith("INTAKE_") or key in KEPT_SETTINGS}
    port = environ.get("INTAKE_WEB_PORT", "8000")
    return kept | {
        "INTAKE_FOLDER": str(folder.absolute()),
        "INTAKE_NAME": "The Harbour Post (demo)",
        "INTAKE_BASE_URL": f"http://127.0.0.1:{port}",
        "INTAKE_DATABASE": "",
        "INTAKE_WEB_HOST": "127.0.0.1",
        "INTAKE_MAIL_HOST": "127.0.0.1",
        "INTAKE_MAIL_AUTHENTICATE": "false",  # made-up domains: there is nobody to ask
        "INTAKE_RELAY_HOST": "",
    }


def clear(folder: Path) -> None:
    """Empty a demo's folder, or make one. Raises SettingsError for a folder that holds something else."""
    if folder.exists():
        if not (folder / MARKER).is_file() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingsError(f"{folder} holds something that is no demo. Cure: name an empty folder or a new one.")
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARKER).write_text("A demo lies here. “intake demo” deletes it and starts anew.\n", encoding="utf-8")


@dataclass
class Stage:
    """A newsroom whose clock is moved, its worker, its people, and the pieces so far by story."""

    newsroom: Newsroom
    worker: Worker
    clock: MovedClock
    people: dict[str, Actor] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)

    def play(self, story: Story, step: Step) -> None:
        """Play one step at the clock's moment. Raises SettingsError naming the story."""
        try:
            if step.verb == "mail":
                self.pieces[story.key] = self._by_mail(story)
            else:
                self._act(story, step)
        except (IntakeError, ValueError, KeyError) as error:
            raise SettingsError(f"The demo's piece {story.key} cannot {step.verb}: {error}") from error

    def _act(self, story: Story, step: Step) -> None:
        with self.newsroom.transaction() as session:
            if step.verb == "submit":
                made = submit.submit(session, self.newsroom, acts.proposal(story, _desk(story)), confirmed=False)
                self.pieces[story.key] = made.id
                return
            piece = session.get_one(Submission, self.pieces[story.key])
            actor = self.people[step.who] if step.who else SYSTEM
            acts.play(acts.Scene(session, self.newsroom, piece, actor, story, step.words, self.pieces), step)

    def _by_mail(self, story: Story) -> int:
        to = self.newsroom.desk(_desk(story)).address
        key = self.deliver(mails.message(story, to, self.clock.at), mails.sender(story)[1], to)
        with self.newsroom.reading() as session:
            filed = session.scalars(select(InboundMessage).where(InboundMessage.spool_key == key)).one()
            if filed.submission_id is None:
                raise ValueError(f"the mail is held: {filed.why} {filed.misses} {filed.defects}")
            return filed.submission_id

    def deliver_loose(self, raw: bytes) -> None:
        """Deliver a loose mail; one that answers our letters about a story goes to the signed address in them."""
        sender, to = mails.addresses(raw)
        story, _, domain = to.partition("@")
        if domain == mails.ANSWERS:
            with self.newsroom.reading() as session:
                piece = session.get_one(Submission, self.pieces[story])
                address = self.newsroom.desk(piece.desk).address
                signed = reply_address(address, piece.bylines[0].id, self.newsroom.key("replies"))
            raw, to = raw.replace(to.encode(), signed.encode()), signed
        self.deliver(raw, sender, to)

    def deliver(self, raw: bytes, sender: str, to: str) -> str:
        """Put a mail into the spool and let the worker file it; return its key."""
        key = self.worker.spool.accept(raw, Envelope(sender, to, "lmtp", "127.0.0.1", "mx.example", self.clock.at))
        self.worker.file_spool()
        return key

    def pass_time(self) -> None:
        """Do what time brings about, and let the letters that are due be kept."""
        clock.tick(self.newsroom)
        while self.worker.send_letters():
            pass


def _desk(story: Story) -> str:
    return "rai" if story.language == "ar" else "opinion"


def moments(newsroom: Newsroom, now: datetime) -> list[tuple[datetime, Story | bytes, Step]]:
    """Return everything that happens, by time: each story's steps and the loose mails."""
    found: list[tuple[datetime, Story | bytes, Step]] = []
    for story in stories():
        for number, step in enumerate(story.journey):
            at = _due(newsroom, story, now) if step.hours is None else now - timedelta(hours=step.hours)
            found.append((at + timedelta(seconds=number), story, step))
    for hours, raw in mails.loose():
        found.append((now - timedelta(hours=hours), raw, Step(hours, "deliver")))
    return sorted(found, key=lambda one: one[0])


def _due(newsroom: Newsroom, story: Story, now: datetime) -> datetime:
    """Return the earliest moment whose promise has not ended yet."""
    desk = newsroom.desk(_desk(story))
    at = now - timedelta(days=14)
    while desk.calendar.promise(at, desk.promise_days) < now + RISK:
        at += timedelta(hours=1)
    return min(at, now - timedelta(minutes=90))


def build(
    environ: Mapping[str, str], hashed: Callable[[Newsroom], Callable[[str], str]], told: Callable[[int, int], None]
) -> None:
    """Build the demo in the folder its variables name. ``hashed`` gives the sign-in's way to hash a password.

    It is played in memory where the machine has such a folder, and copied when it is whole: thousands of fsyncs
    protect mail that nobody would miss here.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        _play_all({**environ, "INTAKE_FOLDER": place}, hashed, told)
        shutil.copytree(place, environ["INTAKE_FOLDER"], dirs_exist_ok=True)


def _play_all(
    environ: Mapping[str, str], hashed: Callable[[Newsroom], Callable[[str], str]], told: Callable[[int, int], None]
) -> None:
    now = datetime.now(UTC)
    moved = MovedClock(now - timedelta(days=30))
    newsroom = replace(open_newsroom(load(environ)), clock=moved)
    stage = Stage(newsroom, make_worker(newsroom), moved)
    try:
        stage.people = staff.hire(newsroom, hashed(newsroom))
        coming = moments(newsroom, now)
        for number, (at, what, step) in enumerate(coming, start=1):
            if at.date() != moved.at.date():
                stage.pass_time()
            moved.at = at
            if isinstance(what, Story):
                stage.play(what, step)
            else:
                stage.deliver_loose(what)
            told(number, len(coming))
        moved.at = now
        stage.pass_time()
    finally:
        stage.worker.reader.close()
        newsroom.database.close()
