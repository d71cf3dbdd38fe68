"""The composition root: from settings to a newsroom. It makes folders and the secret key, and migrates the database.

It starts no process and serves nothing.
"""

import contextlib
import os
import secrets
import tomllib
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.domain import disclaimer_seeds, letter
from intake.domain.desk import Desk
from intake.domain.disclaimer import Policy
from intake.domain.errors import SettingsError
from intake.newsroom import LetterBook, Newsroom, utc_now
from intake.settings import Settings, config_dir, data_dir, load
from intake.storage import schema
from intake.storage.blobs import Blobs
from intake.storage.database import Database
from intake.storage.disk import Disk
from intake.storage.publications import DisclaimerPolicy, DisclaimerVersion
from intake.storage.spool import Spool
from intake.storage.turns import Turn, take_turn

LANGUAGES = ("en", "ar")


def open_newsroom(settings: Settings | None = None) -> Newsroom:
    """Return the newsroom of an installation, ready to use.

    Effects: makes the state folder, the spool's folders and the secret key when absent, migrates the database to the
    newest schema, and seeds the disclaimers of each desk that has none. Raises SettingsError.
    """
    settings = settings or load()
    root = settings.root
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    Spool(root / "spool", settings.mail.max_bytes)  # its folders are there from the start, whichever part came first
    database = Database(settings.database_url, root / "writers.lock")
    schema.upgrade(database)
    newsroom = Newsroom(
        settings=settings,
        database=database,
        blobs=Blobs(root / "blobs"),
        letters=load_letters(),
        notes=disclaimer_seeds.notes(_disclaimers()),
        master=master_key(settings),
    )
    with newsroom.transaction() as session:
        take_turn(session, Turn.SCHEMA)
        seed_disclaimers(session, newsroom, utc_now())
    return newsroom


def master_key(settings: Settings) -> bytes:
    """Return the installation's secret key: the setting, or the one kept under ``secret/``, made at first call."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.root / "secret" / "key"
    if not path.exists():
        _make_key(path)
    return _kept_key(path)


def _make_key(path: Path) -> None:
    """Make the key whole or not at all: of two processes that start at once, one makes it and both read it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    disk, draft = Disk(), path.with_name(f"key.{secrets.token_hex(8)}")
    descriptor = disk.create(draft)
    try:
        disk.write(descriptor, secrets.token_hex(32).encode())
        disk.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        disk.sync_folder(path.parent)
    finally:
        os.close(descriptor)
        draft.unlink()


def _kept_key(path: Path) -> bytes:
    key = path.read_text().strip().encode()
    if len(key) < 32:
        raise SettingsError(f"{path} is damaged: it must hold the secret key. Cure: restore it from a backup.")
    return key


def load_letters() -> LetterBook:
    """Read every letter's declaration and texts. Raises SettingsError naming the first faulty file."""
    declared = letter.declared((config_dir() / "letters.toml").read_text(encoding="utf-8"))
    templates = {}
    for language in LANGUAGES:
        for code, kind in declared.items():
            path = data_dir("templates") / "letters" / language / f"{code}.txt"
            template = letter.parse(path.read_text(encoding="utf-8"), language)
            faults = letter.check(kind, template)
            if faults:
                raise SettingsError(f"{path}: {faults[0]}")
            templates[code, language] = template
    return LetterBook(declared, templates)


def seed_disclaimers(session: Session, newsroom: Newsroom, now: datetime) -> None:
    """Give each desk the shipped disclaimers of its language that it lacks; they count as approved."""
    seeds = disclaimer_seeds.policies(_disclaimers())
    known = set(session.scalars(select(DisclaimerPolicy.key)))
    for desk in newsroom.desks.every:
        for seed in seeds:
            key = f"{desk.slug}:{desk.language}:{'+'.join(sorted(seed.genres))}"
            if _is_for(seed, desk) and key not in known:
                session.add(_seeded(desk, key, seed, now))


def _disclaimers() -> dict[str, object]:
    return tomllib.loads((config_dir() / "disclaimers.toml").read_text(encoding="utf-8"))


def _is_for(seed: Policy, desk: Desk) -> bool:
    elsewhere = (seed.desk or desk.slug) != desk.slug or (seed.publication or desk.publication) != desk.publication
    return seed.language == desk.language and not elsewhere


def _seeded(desk: Desk, key: str, seed: Policy, now: datetime) -> DisclaimerPolicy:
    faults = seed.faults((desk.publication, *desk.other_names))
    if faults:
        raise SettingsError(f"{disclaimer_seeds.FILE}: the policy for {desk.slug}: {faults[0].message}")
    version = DisclaimerVersion(
        number=1, label=seed.label, text=seed.text, placement=seed.placement, approved_at=now, created_at=now
    )
    return DisclaimerPolicy(
        key=key,
        desk=desk.slug,
        publication=None,
        language=desk.language,
        genres=sorted(seed.genres),
        versions=[version],
    )
