"""Put a backup back into an empty installation, and prove that what stands there is whole.

The backup is verified before anything is written, the database comes last, and the proof reads every row and file
anew. It overwrites nothing, and leaves the settings files to the operator: it says which differ from the backup's.
"""

import dataclasses
import hmac
from pathlib import Path

from intake.bootstrap import open_newsroom
from intake.settings import Settings, config_dir
from intake.storage import schema
from intake.upkeep import dumps
from intake.upkeep.agreement import Report, proof
from intake.upkeep.manifest import BackupRefused, Manifest, Tell, copy_file, faults, read, settle, silent

OURS = ("spool/", "blobs/", "letters/")
"""What goes back to its place as it is."""


def restore(settings: Settings, folder: Path, tell: Tell = silent) -> Report:
    """Restore a backup into the settings' folder and database, and return the proof.

    A newer schema than the backup's is reached by migration, as at every start. Raises BackupRefused before anything
    is written when the backup is damaged or of newer software, or when the installation is not empty.
    """
    manifest = read(folder)
    _refuse_unfit(settings, manifest)
    _refuse_filled(settings)
    wrong = list(faults(folder, manifest, tell))
    if wrong:
        raise BackupRefused(f"The backup is damaged: {'; '.join(wrong[:5])}. Cure: restore another one.")
    _refuse_other_key(settings, folder)
    _put_back(settings, folder, manifest, tell)
    report = _proved(settings, manifest)
    report.noted += _changed_settings(folder, manifest)
    return report


def _refuse_unfit(settings: Settings, manifest: Manifest) -> None:
    if manifest.revision not in schema.revisions():
        raise BackupRefused(
            f"The backup stands at schema revision {manifest.revision}, which this software does not know. "
            f"Cure: use version {manifest.software} or newer."
        )
    if manifest.database != dumps.kind_of(settings):
        raise BackupRefused(
            f"The backup is of a {manifest.database} database, the settings name another kind. "
            "Cure: set database in the settings."
        )


def _refuse_filled(settings: Settings) -> None:
    found = next((path for path in settings.root.rglob("*") if not path.is_dir()), None)
    if found:
        raise BackupRefused(f"{settings.root} is not empty ({found.name}). Cure: empty it, or restore with --into.")
    dumps.refuse_filled(settings)


def _refuse_other_key(settings: Settings, folder: Path) -> None:
    theirs = (folder / "secret" / "key").read_bytes().strip()
    if settings.secret_key and not hmac.compare_digest(settings.secret_key.encode(), theirs):
        raise BackupRefused(
            "secret_key in the settings is not the backup's: sealed names and links would not open. "
            "Cure: set it to the one in the backup's secret/key."
        )


def _put_back(settings: Settings, folder: Path, manifest: Manifest, tell: Tell) -> None:
    settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = [path for path in manifest.files if path.startswith(OURS) or path == "secret/key"]
    for number, path in enumerate(sorted(kept), start=1):
        copy_file(folder / path, settings.root / path)
        tell("restore", number, len(kept))
    settle(settings.root)
    dumps.load(settings, folder)  # last: without a database nobody can take half an installation for a whole one
    settle(settings.root)


def _proved(settings: Settings, manifest: Manifest) -> Report:
    newsroom = open_newsroom(settings)
    try:
        report = proof(newsroom, frozenset(manifest.erased))
    finally:
        newsroom.database.close()
    spooled = sum(path.startswith("spool/new/") for path in manifest.files)
    if report.counted["waiting mails"] != spooled:
        report.wrong.append(f"{spooled} mails waited in the backup, {report.counted['waiting mails']} wait now")
    return report


def _changed_settings(folder: Path, manifest: Manifest) -> list[str]:
    def differs(name: str) -> bool:
        ours = config_dir() / name
        return not ours.is_file() or ours.read_bytes() != (folder / "config" / name).read_bytes()

    names = [Path(path).name for path in manifest.files if path.startswith("config/")]
    return [f"{name} differs from the backup's config/{name}: compare them" for name in names if differs(name)]


def into(settings: Settings, folder: Path | None) -> Settings:
    """Return the settings with another folder for all state, when one is named."""
    return dataclasses.replace(settings, folder=str(folder.absolute())) if folder else settings
