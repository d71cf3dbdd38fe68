"""A real, private Dovecot, where everybody's password is "secret" and each mailbox is made at the first sight."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.authority import Authority
from tests.peers.example import needs
from tests.torture.harness import free_port

CONFIG = """
{first}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
mail_location = maildir:{folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
auth_mechanisms = plain
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""


@dataclass(frozen=True)
class Running:
    """Where a Dovecot runs, its ports for STARTTLS and TLS, and who vouches for it."""

    folder: Path
    plain: int
    tls: int
    authority: Authority

    @property
    def config(self) -> Path:
        return self.folder / "dovecot.conf"


@contextmanager
def serving(files: dict[str, str] | None = None) -> Iterator[Running]:
    """Start a Dovecot, and stop it; it answers soon. ``files`` lie beside its configuration, which includes *.conf.

    In a file's text ``{folder}`` is the place of them all.
    """
    program = needs("dovecot", "dovecot-imapd")
    if os.geteuid() != 0:
        pytest.skip("Dovecot can be started by root alone")
    # Not under pytest's own folder, into which nobody else may look.
    with tempfile.TemporaryDirectory(prefix="op-ed-dovecot-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        authority = Authority(folder)
        certificate, key = authority.vouch()
        running = Running(folder, free_port(), free_port(), authority)
        (folder / "mail").mkdir()
        (folder / "mail").chmod(0o777)
        for name, text in (files or {}).items():
            (folder / name).write_text(text.replace("{folder}", str(folder)))
        first = "".join(f"!include {folder / name}\n" for name in files or {} if name.endswith(".conf"))
        ports = {"plain": running.plain, "tls": running.tls}
        running.config.write_text(CONFIG.format(first=first, folder=folder, certificate=certificate, key=key, **ports))
        process = subprocess.Popen([program, "-F", "-c", running.config])
        try:
            yield running
        finally:
            process.terminate()
            process.wait(30)
