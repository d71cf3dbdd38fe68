"""Make a backup while the desk runs and mail comes in, such that nothing acknowledged before it began is missing.

The order of the copies is the whole argument. A mail that was answered "250" lies in ``spool/new`` (or ``quarantine``)
until the worker has committed its row; only then is its file removed. The worker puts the raw bytes into the blobs
before it commits. So a mail moves one way, spool → database, and a row's blob is older than the row.

1. **Spool first.** Take any mail acknowledged before the backup began. When ``new`` is listed it is in the listing and
   still there when it is opened: copied (an open file stays whole when its name goes). Or its file is gone: then its
   row was committed before that moment, and so before the database is copied in step 2. The other order loses: copied
   after the database, a mail filed between the two copies is in neither.
   A mail given up moves ``new`` → ``quarantine``, so that is copied after ``new``; a person may put one back
   (``quarantine`` → ``new``), so ``new`` is read once more after it.
2. **Database second**, one consistent snapshot. A mail copied in step 1 and filed before this one is in both copies.
   That is no harm: after a restore the worker finds the row by its spool key and drops the file, as after a crash.
3. **Blobs of that snapshot third.** Each was durable before its row. Blobs are written once and never changed, so when
   one is copied later it is still the same. The other order loses: a row committed after the blobs were copied would
   name a file that the backup lacks. A blob that is gone by now was erased after the snapshot, on purpose, when no
   row names it any more: that is written down. When a row still names it, the installation is damaged, and the backup
   says so.
4. **Kept letters**, written before their row says "kept": after the database for the same reason.
5. The secret key and a copy of the settings files; they do not change while the desk runs.

The manifest comes last and the folder gets its name at the very end. The backup HOLDS THE SECRET KEY: whoever has the
folder can open every sealed name and author's link. It prunes no old backups and sends nothing anywhere.
"""

from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from intake import __version__
from intake.bootstrap import master_key
from intake.newsroom import utc_now
from intake.settings import Settings, config_dir
from intake.storage.disk import Disk, make_folder
from intake.upkeep import dumps
from intake.upkeep.agreement import named_blobs
from intake.upkeep.manifest import BackupRefused, Manifest, Stored, Tell, copy_file, settle, silent, stored, write

SPOOL = ("new", "quarantine", "new", "strikes")
"""The spool's folders in the order they are read; see step 1."""


class Backup:
    """One backup of one installation into one new folder."""

    ORDER: ClassVar[tuple[str, ...]] = ("spool", "database", "files", "letters", "keys")

    def __init__(self, settings: Settings, folder: Path, tell: Tell = silent) -> None:
        """Take the installation's settings, the folder to make, and whom to tell how far it is."""
        self.settings, self.folder, self.tell = settings, folder.absolute(), tell
        self.partial = self.folder.with_name(f"{self.folder.name}.partial")
        self.manifest = Manifest(utc_now().isoformat(), __version__, dumps.kind_of(settings), "")
        self.blobs: frozenset[str] = frozenset()

    def make(self) -> Manifest:
        """Make the backup and return its manifest. Raises BackupRefused, OSError; then no finished folder is there."""
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise BackupRefused(f"{self.folder} is not an empty folder. Cure: name one that does not exist yet.")
        if self.partial.exists():
            raise BackupRefused(f"{self.partial} is left from a backup that was cut off. Cure: delete it.")
        self._database = dumps.open_existing(self.settings)
        try:
            make_folder(self.partial, Disk())
            for step in self.ORDER:
                getattr(self, step)()
        finally:
            self._database.close()
        write(self.partial, self.manifest)
        settle(self.partial)
        self.partial.rename(self.folder)
        Disk().sync_folder(self.folder.parent)
        return self.manifest

    def spool(self) -> None:
        """Copy the waiting mail, that in quarantine, and the strikes."""
        for part in SPOOL:
            folder = self.settings.root / "spool" / part
            names = sorted(path.name for path in folder.glob("*"))
            for number, name in enumerate(names, start=1):
                if f"spool/{part}/{name}" not in self.manifest.files:
                    with suppress(FileNotFoundError):  # filed meanwhile: its row is there (step 1)
                        self._copy(folder / name, f"spool/{part}/{name}")
                self.tell("spool", number, len(names))

    def database(self) -> None:
        """Copy the database at one moment, and learn which blobs it names."""
        snapshot, copied = dumps.dump(self.settings, self._database, self.partial, self.tell)
        self.manifest.files[dumps.FILES[snapshot.kind]] = copied
        self.manifest.revision, self.blobs = snapshot.revision, snapshot.blobs

    def files(self) -> None:
        """Copy every blob that the database's copy names."""
        gone = []
        for number, sha in enumerate(sorted(self.blobs), start=1):
            try:
                self._copy(self.settings.root / "blobs" / sha[:2] / sha, f"blobs/{sha[:2]}/{sha}")
            except FileNotFoundError:
                gone.append(sha)
            self.tell("files", number, len(self.blobs))
        if gone:
            with self._database.reading() as session:
                named = named_blobs(session)
            self.manifest.erased = [sha for sha in gone if sha not in named]
            self.manifest.missing = [sha for sha in gone if sha in named]

    def letters(self) -> None:
        """Copy the letters that are kept because there is no relay."""
        for path in sorted((self.settings.root / "letters").glob("*.eml")):
            with suppress(FileNotFoundError):
                self._copy(path, f"letters/{path.name}")

    def keys(self) -> None:
        """Copy the secret key, wherever the settings keep it, and the settings files."""
        key = self.partial / "secret" / "key"
        make_folder(key.parent, Disk())
        Disk().keep(key.with_name("draft"), key, master_key(self.settings))
        self.manifest.files["secret/key"] = stored(key)
        for path in sorted(config_dir().glob("*.toml")):
            self._copy(path, f"config/{path.name}")

    def _copy(self, source: Path, name: str) -> Stored:
        copied = copy_file(source, self.partial / name)
        self.manifest.files[name] = copied
        return copied
