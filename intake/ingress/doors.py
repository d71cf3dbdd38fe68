"""From the settings to the listeners that an installation has. It starts none."""

import socket
from collections.abc import Iterator
from pathlib import Path

from intake.domain.errors import SettingsError
from intake.ingress import lmtp, smtp
from intake.ingress.answers import Keeps
from intake.ingress.certificate import Certificate
from intake.ingress.listener import Listener
from intake.settings import MailSettings, Settings


def listeners(settings: Settings, spool: Keeps) -> Iterator[Listener]:
    """Yield the LMTP listener, and the SMTP listener when it has a port. Raises SettingsError."""
    mail, takes = settings.mail, settings.desks.takes
    yield lmtp.Listener(spool, mail.host, mail.port, takes, mail.max_bytes)
    if mail.smtp_port:
        yield smtp.Listener(
            spool,
            mail.smtp_host,
            mail.smtp_port,
            takes,
            mail.max_bytes,
            name=mail.smtp_name or socket.getfqdn(),
            certificate=certificate(mail),
            require_tls=mail.require_tls,
            most=mail.smtp_connections,
        )


def certificate(mail: MailSettings) -> Certificate | None:
    """Return the certificate for STARTTLS, if there shall be any. Raises SettingsError."""
    if mail.tls_certificate and mail.tls_key:
        return Certificate(Path(mail.tls_certificate), Path(mail.tls_key))
    if mail.tls_certificate or mail.tls_key or mail.require_tls:
        raise SettingsError(
            "[mail] tls_certificate, tls_key and require_tls need one another. "
            "Cure: name both files, or leave all three at their defaults."
        )
    return None
