"""A mail in the spool whose file its worker may not read, whoever runs the tests."""

import os
from datetime import datetime

from intake.storage.spool import Envelope, Spool

NOBODY = 65_534


def closed_mail(spool: Spool, at: datetime) -> str:
    """Put a mail into a spool, close its file, and return its key. Root may read all, so the folder gets an owner."""
    raw = b"From: a@author.example\r\nSubject: Op-Ed\r\n\r\nx\r\n"
    key = spool.accept(raw, Envelope("a@author.example", "oped@harbourpost.example", "pipe", "", "", at))
    if os.geteuid() == 0:
        os.chown(spool.folder / "new", NOBODY, NOBODY)
    else:
        (spool.folder / "new" / key).chmod(0o000)
    return key
