"""The newsroom: what every use-case is handed. It is filled by ``bootstrap`` and owns no logic of the desk."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from intake.domain.desk import Desk, Desks
from intake.domain.disclaimer_seeds import Notes
from intake.domain.letter import Letter, Template
from intake.domain.links import derive
from intake.settings import Settings
from intake.storage.blobs import BlobStore
from intake.storage.database import Database
from intake.storage.vault import Vault


@dataclass(frozen=True)
class LetterBook:
    """Every letter's declaration, and its text in each language."""

    declared: Mapping[str, Letter]
    templates: Mapping[tuple[str, str], Template]

    def template(self, code: str, language: str) -> Template:
        """Return a letter's text in a language, in English where the language has none."""
        return self.templates.get((code, language)) or self.templates[code, "en"]


def utc_now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Newsroom:
    """Settings, sessions, files, letters, keys and the clock. ``master`` is the installation's secret key.

    ``notes`` are the short printed texts of each language.
    """

    settings: Settings
    database: Database
    blobs: BlobStore
    letters: LetterBook
    notes: Mapping[str, Notes]
    master: bytes
    clock: Callable[[], datetime] = utc_now

    @property
    def desks(self) -> Desks:
        """Return the desks of the installation."""
        return self.settings.desks

    def desk(self, slug: str) -> Desk:
        """Return one desk. Raises KeyError for an unknown slug."""
        return self.settings.desks[slug]

    def now(self) -> datetime:
        """Return the newsroom's present moment, aware."""
        return self.clock()

    def key(self, purpose: str) -> bytes:
        """Return the 32-byte key for one purpose ("author-links", "replies", "vault", "sessions")."""
        return derive(self.master, purpose)

    @property
    def vault(self) -> Vault:
        """Return the vault of sealed names."""
        return Vault(self.key("vault"))

    def reading(self) -> AbstractContextManager[Session]:
        """Open a session for a page; nothing done in it is kept."""
        return self.database.reading()

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a session for an act; it commits at the end or rolls back."""
        return self.database.transaction()
