"""How the ways in stand, line by line for ``doctor``: listeners, certificate, mailboxes. It takes no mail."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

from cryptography import x509

from intake.domain.errors import SettingsError
from intake.ingress.doors import certificate
from intake.ingress.imap import found_in
from intake.ingress.mailboxes import load_mailboxes
from intake.settings import MailSettings, Settings
from intake.upkeep.checkup import Line

SECONDS = 5.0
SOON = timedelta(days=14)


def door_lines(settings: Settings) -> Iterator[Line]:
    """Greet each listener and sign in to each mailbox, and look at the certificate's dates and name."""
    mail = settings.mail
    yield _greeted("LMTP", smtplib.LMTP, mail.host, mail.port)
    if mail.smtp_port:
        yield _greeted("SMTP", smtplib.SMTP, mail.smtp_host, mail.smtp_port)
        yield certificate_line(mail, datetime.now(UTC))
    try:
        for mailbox in load_mailboxes(settings.desks):
            ok, found = found_in(mailbox)
            cure = "" if ok else "Check host, certificate and secret; then intake fetch --check."
            yield Line(f"mailbox {mailbox.name}", "ok" if ok else "wrong", found, cure)
    except SettingsError as error:
        yield Line("mailboxes", "wrong", str(error), "Mend mailboxes.toml.")


def _greeted(name: str, client: type[smtplib.SMTP], host: str, port: int) -> Line:
    where = f"{host}:{port}"
    try:
        # "0.0.0.0" is every address of this machine; a client names one.
        with client("127.0.0.1" if host == "0.0.0.0" else host, port, "localhost", timeout=SECONDS) as asked:  # noqa: S104
            code, _ = asked.ehlo("localhost")
    except smtplib.SMTPException as error:
        return Line(name, "wrong", f"{where}: {error}", "See the listener's log.")
    except OSError as error:
        return Line(name, "look", f"{where}: {error}", "Start intake listen, or intake run.")
    if code != 250:
        return Line(name, "wrong", f"{where} answers {code}", "Another program listens there: change the port.")
    return Line(name, "ok", f"{where} answers")


def certificate_line(mail: MailSettings, now: datetime) -> Line:
    """Tell whether the certificate of the SMTP listener fits its key, until when it holds, and for which names."""
    try:
        if certificate(mail) is None:
            return Line("certificate", "look", "none: mail comes in the clear", "Name tls_certificate and tls_key.")
        shown = x509.load_pem_x509_certificate(Path(mail.tls_certificate).read_bytes())
    except (SettingsError, OSError, ValueError) as error:
        return Line("certificate", "wrong", str(error), "Name a readable PEM chain and its own key.")
    ends = shown.not_valid_after_utc
    found = f"holds from {shown.not_valid_before_utc:%Y-%m-%d} to {ends:%Y-%m-%d}"
    if not shown.not_valid_before_utc <= now <= ends:
        return Line("certificate", "wrong", found, "Renew it.")
    if ends - now < SOON:
        return Line("certificate", "look", found, "Renew it soon.")
    names = _names(shown)
    if mail.smtp_name and not any(_matches(mail.smtp_name.lower(), name.lower()) for name in names):
        cure = f"Get one for {mail.smtp_name}, or correct smtp_name."
        return Line("certificate", "look", f"{found}, for {', '.join(names) or 'no name'}", cure)
    return Line("certificate", "ok", found)


def _names(shown: x509.Certificate) -> list[str]:
    try:
        found = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return found.get_values_for_type(x509.DNSName)


def _matches(host: str, name: str) -> bool:
    """Compare a host with a name of a certificate, in which "*" stands for one label (RFC 6125, 6.4.3)."""
    return host == name or (name.startswith("*.") and fnmatchcase(host, name) and host.count(".") == name.count("."))
