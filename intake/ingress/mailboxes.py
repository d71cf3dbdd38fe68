"""The mailboxes that mail is fetched from, as ``config/mailboxes.toml`` names them. It opens none of them."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from intake.domain.desk import Desks
from intake.domain.errors import SettingsError
from intake.settings import config_dir, load_tables

TOKEN_SECONDS = 60
"""How long a command may take to say a token."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One folder of one account, and the desk address that its mail counts for. Times are in seconds."""

    host: str
    username: str
    address: str
    port: int = 993
    security: Literal["tls", "starttls"] = "tls"
    cafile: str = ""
    password_file: str = ""
    token_file: str = ""
    token_command: list[str] = field(default_factory=list)
    folder: str = "INBOX"
    move_to: str = ""
    poll: int = 60
    as_new: bool = False

    @property
    def name(self) -> str:
        """Return what tells this mailbox from others."""
        return f"{self.username}@{self.host}:{self.port}/{self.folder}"

    @property
    def by_token(self) -> bool:
        """Tell whether signing in takes a token (XOAUTH2) rather than a password."""
        return bool(self.token_file or self.token_command)

    def secret(self) -> str:
        """Return the password or a fresh token: from its file, or from what the command prints. Raises SettingsError.

        It is asked anew at every connection, because a token lasts an hour.
        """
        if self.token_command:
            return self._printed()
        path = Path(self.token_file or self.password_file)
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"mailboxes.toml: {path} cannot be read: {error}. Cure: mend path or rights.") from None

    def _printed(self) -> str:
        command = self.token_command
        try:
            done = subprocess.run(  # noqa: S603  # the administrator's own command, without a shell
                command, capture_output=True, text=True, timeout=TOKEN_SECONDS, stdin=subprocess.DEVNULL, check=True
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            kind = type(error).__name__
            raise SettingsError(f"mailboxes.toml: {command[0]} gave no token ({kind}). Cure: run it by hand.") from None
        return done.stdout.strip()


def load_mailboxes(desks: Desks, environ: Mapping[str, str] | None = None) -> tuple[Mailbox, ...]:
    """Read ``mailboxes.toml`` beside the settings; without the file there are none. Raises SettingsError."""
    path = (config_dir() if environ is None else config_dir(environ)) / "mailboxes.toml"
    if not path.exists():
        return ()
    found = load_tables(path, "mailbox", Mailbox)
    for mailbox in found:
        where = f"{path}: {mailbox.name}"
        if desks.for_address(mailbox.address) is None:
            raise SettingsError(f"{where}: {mailbox.address} is no desk's. Cure: name an address of desks.toml.")
        secrets = (mailbox.password_file, mailbox.token_file, mailbox.token_command)
        if sum(map(bool, secrets)) != 1:
            raise SettingsError(f"{where}: name one of password_file, token_file and token_command.")
        if mailbox.poll < 1:
            raise SettingsError(f"{where}: poll must be at least 1 second.")
    if len({mailbox.name for mailbox in found}) != len(found):
        raise SettingsError(f"{path}: one folder of one account is named twice. Cure: remove one.")
    return found
