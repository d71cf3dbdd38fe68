"""The post office: one finished letter to one recipient, by SMTP through Flask-Mail, or kept as a file without a relay.

It is the only file that imports Flask-Mail, and keeps a private Flask application for it. It stores no state, chooses
no time to try again and reads no database: the worker asks ``TransportError.permanent`` and decides.
"""

import contextlib
import os
import re
import smtplib
import ssl
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import charset, message_from_bytes, policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any, Literal

import flask_mail
from flask import Flask

from intake.domain.addresses import file_name, normalise_address
from intake.domain.errors import IntakeError
from intake.domain.letter import OutboundMail

# Importing Flask-Mail tells the whole process to send UTF-8 unencoded, lines of any length included. Take that back.
charset.add_charset("utf-8", charset.SHORTEST, charset.BASE64, "utf-8")

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes our letters. ``timeout`` is in seconds and holds for each step of the talk.

    ``cafile`` names a PEM file to trust in place of the system's; certificates are always checked.
    ``ehlo`` is the name we give ourselves; without one the literal of the loopback address is used.
    """

    host: str
    port: int = 587
    security: Literal["none", "starttls", "tls"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    cafile: str | None = None
    ehlo: str = ""


class TransportError(IntakeError):
    """A letter did not leave. ``permanent`` is true when trying the same letter again cannot help."""

    def __init__(self, permanent: bool, cause: str) -> None:
        """Keep the cause, in one line of at most 300 letters."""
        self.permanent = permanent
        self.cause = " ".join("".join(c if c.isprintable() else " " for c in cause).split())[:300]
        super().__init__(self.cause)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter; ``error`` is ``None`` when the relay took it (or it was kept)."""

    mail: OutboundMail
    error: TransportError | None = None


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter that was kept as a file because no relay is set. ``text`` holds live links."""

    name: str
    to: str
    subject: str
    date: str
    text: str


class PostOffice:
    """Sends letters, or keeps them under ``kept`` when there is no relay."""

    def __init__(self, relay: Relay | None, kept: Path) -> None:
        self.relay = relay
        self.kept = kept

    def send(self, mail: OutboundMail) -> None:
        """Send one letter. Raises TransportError when the relay did not take it."""
        for outcome in list(self.send_all([mail])):
            if outcome.error is not None:
                raise outcome.error

    def send_all(self, mails: Iterable[OutboundMail]) -> Iterator[Outcome]:
        """Send letters over one connection, yielding each one's outcome as soon as it is known.

        When the relay cannot be reached, it is not tried again for the rest of ``mails``.
        """
        with contextlib.closing(_Carrier(self.relay)) if self.relay else contextlib.nullcontext() as carrier:
            for mail in mails:
                try:
                    if carrier is None:
                        self._keep(mail)
                    else:
                        carrier.carry(mail)
                except TransportError as error:
                    yield Outcome(mail, error)
                else:
                    yield Outcome(mail)

    def kept_letters(self, limit: int = 200) -> list[KeptLetter]:
        """Return the newest kept letters, newest first. These are files that we wrote ourselves."""
        files = sorted(self.kept.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [_read_kept(file) for file in files[:limit]]

    def _keep(self, mail: OutboundMail) -> None:
        content = written(mail, KEPT, "8bit")
        try:
            self.kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(self.kept / file_name(mail.message_id), content)
        except OSError as failure:
            raise TransportError(False, f"The letter could not be kept: {failure}") from failure


def _write_durably(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only: write, fsync, rename, fsync of the folder."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_kept(file: Path) -> KeptLetter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = "" if body is None else str(body.get_content())
    return KeptLetter(file.name, str(message["To"]), str(message["Subject"]), str(message["Date"]), text)


class _Carrier:
    """Carries letters to a relay over a connection that it opens when needed and closes once."""

    def __init__(self, relay: Relay) -> None:
        app = Flask("postoffice")
        app.config.update(MAIL_SERVER=relay.host, MAIL_PORT=relay.port, MAIL_SUPPRESS_SEND=False)
        self._app = app
        self._mail = flask_mail.Mail(app)
        self._relay = relay
        self._connection: _RelayConnection | None = None
        self._unreachable: TransportError | None = None

    def carry(self, mail: OutboundMail) -> None:
        """Send one letter. Raises TransportError."""
        with self._app.app_context():
            letter = _Letter(mail)
            connection = self._reached()
            try:
                connection.send(letter, envelope_from=mail.envelope_from or "<>")
            except OSError as failure:
                if not isinstance(failure, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                    self._let_go(politely=False)
                raise _judged(failure) from failure

    def close(self) -> None:
        """Take leave of the relay; a relay that fails at that has taken its letters all the same."""
        self._let_go(politely=True)

    def _reached(self) -> "_RelayConnection":
        if self._unreachable is not None:
            raise self._unreachable
        if self._connection is not None and not self._connection.answers():
            self._let_go(politely=False)
        if self._connection is None:
            connection = _RelayConnection(self._mail.state, self._relay)
            try:
                self._connection = connection.__enter__()
            except (OSError, ValueError) as failure:  # ValueError: a host name or password that cannot be said
                self._unreachable = TransportError(False, f"The relay could not be used: {_words(failure)}")
                raise self._unreachable from failure
        return self._connection

    def _let_go(self, *, politely: bool) -> None:
        if self._connection is not None:
            self._connection.leave(politely=politely)
            self._connection = None


class _RelayConnection(flask_mail.Connection):
    """Flask-Mail's connection with what it lacks: a timeout, a checked certificate, and a safe end."""

    def __init__(self, mail: Any, relay: Relay) -> None:
        super().__init__(mail)
        self.relay = relay

    def configure_host(self) -> smtplib.SMTP:
        """Open the connection, encrypted as the relay's settings say. Raises OSError (which smtplib's errors are)."""
        relay = self.relay
        name = relay.ehlo or "[127.0.0.1]"
        if relay.security == "none":
            host = smtplib.SMTP(relay.host, relay.port, name, relay.timeout)
        else:
            context = ssl.create_default_context(cafile=relay.cafile)
            if relay.security == "tls":
                host = smtplib.SMTP_SSL(relay.host, relay.port, name, timeout=relay.timeout, context=context)
            else:
                host = smtplib.SMTP(relay.host, relay.port, name, relay.timeout)
        try:
            if relay.security == "starttls":
                host.starttls(context=context)
            if relay.username:
                host.login(relay.username, relay.password)
        except BaseException:
            host.close()
            raise
        return host

    def answers(self) -> bool:
        """Tell whether the connection still stands: relays close idle ones."""
        try:
            return self.host is not None and self.host.noop()[0] == 250
        except OSError:
            return False

    def leave(self, *, politely: bool) -> None:
        """End the connection; no failure here concerns a letter."""
        if self.host is not None:
            with contextlib.suppress(OSError):
                if politely:
                    self.host.quit()
            self.host.close()


class _Letter(flask_mail.Message):
    """Flask-Mail's message, written by the standard library's modern generator, which checks every header."""

    def __init__(self, mail: OutboundMail) -> None:
        self._wire = written(mail, WIRE, "quoted-printable")
        super().__init__(
            mail.subject,
            recipients=[_ascii_address(mail.to_address)],
            body=mail.text,
            html=mail.html,
            sender=_ascii_address(mail.from_address),
            date=mail.date.timestamp(),
        )
        self.msgId = mail.message_id

    def as_bytes(self) -> bytes:
        """Return the letter as it goes over the wire."""
        return self._wire

    def as_string(self) -> str:
        """Return the same as text; all of it is ASCII."""
        return self._wire.decode("ascii")


class _ThreadHeader(UnstructuredHeader, BaseHeader):
    """A header of Message-IDs: one to a line, never as encoded words, which the default makes of long ones."""

    def fold(self, *, policy: Any) -> str:
        ids = f"{policy.linesep} ".join(str(self).split())
        return f"{self.name}: {ids}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references"):
        registry.map_to_type(name, _ThreadHeader)
    return registry


WIRE: "EmailPolicy[EmailMessage]" = policy.SMTP.clone(header_factory=_headers())
KEPT: "EmailPolicy[EmailMessage]" = policy.default.clone(
    header_factory=_headers(), cte_type="8bit", utf8=True, max_line_length=None
)
"""Kept letters are read by people: UTF-8 as it is, no line broken."""


def written(mail: OutboundMail, how: "EmailPolicy[EmailMessage]", encoding: str) -> bytes:
    """Return the message. Raises a permanent TransportError for a header or address that must not be sent."""
    try:
        message = EmailMessage(policy=how)
        for name, value in _header_values(mail):
            message[name] = value
        message.set_content(mail.text, charset="utf-8", cte=encoding)
        if mail.html:
            message.add_alternative(mail.html, subtype="html", charset="utf-8", cte=encoding)
        message["Content-Language"] = mail.language  # last, since the alternative takes earlier Content- headers along
        return message.as_bytes()
    except ValueError as wrong:
        raise TransportError(True, f"The letter cannot be sent as it is: {wrong}") from wrong


def _header_values(mail: OutboundMail) -> Iterator[tuple[str, Any]]:
    _refuse_controls(mail)
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"{mail.message_id!r} is no Message-ID")
    yield "From", _person(mail.from_name, mail.from_address)
    yield "To", _person(mail.to_name, mail.to_address)
    if mail.reply_to:
        yield "Reply-To", _person(mail.from_name, mail.reply_to)
    yield "Subject", mail.subject
    yield "Date", mail.date
    yield "Message-ID", mail.message_id
    # The ids are strangers' words: one that is malformed is left out, so that it cannot keep our letter from leaving.
    answered = [mail.in_reply_to] if _MESSAGE_ID.fullmatch(mail.in_reply_to) else []
    thread = [reference for reference in mail.references if _MESSAGE_ID.fullmatch(reference)][-20:]
    if answered:
        yield "In-Reply-To", answered[0]
    if thread or answered:
        yield "References", " ".join(dict.fromkeys(thread + answered))
    if mail.auto_submitted:
        yield "Auto-Submitted", "auto-replied" if mail.in_reply_to else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"


def _refuse_controls(mail: OutboundMail) -> None:
    names = ("to_address", "to_name", "from_address", "from_name", "reply_to", "subject", "message_id", "in_reply_to")
    values = {name: str(getattr(mail, name)) for name in (*names, "language")}
    values["references"] = "".join(mail.references)
    for name, value in values.items():
        if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value):
            raise ValueError(f"{name} holds a control character or a line break")


def _person(name: str, address: str) -> Address:
    local, _, domain = _ascii_address(address).rpartition("@")
    return Address(name, local, domain)


def _ascii_address(address: str) -> str:
    """Return an address with its domain in ASCII. Raises ValueError for what relays refuse."""
    domain = normalise_address(address).rpartition("@")[2]
    local = address.strip().rpartition("@")[0]
    if not local.isascii():
        raise ValueError(f"{address!r} has letters before the @ that most relays do not take; write to another address")
    return f"{local}@{domain}"


def _judged(failure: Exception) -> TransportError:
    """Tell a refusal of this recipient or text (5xx) from what may pass: 4xx, time, line, our own settings."""
    codes: list[int] = []
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in failure.recipients.values()]
    elif isinstance(failure, smtplib.SMTPDataError):
        codes = [failure.smtp_code]
    return TransportError(bool(codes) and all(500 <= code <= 599 for code in codes), _words(failure))


def _words(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {answer.decode('utf-8', 'replace')}" for code, answer in failure.recipients.values())
    if isinstance(failure, smtplib.SMTPResponseException):
        answer = failure.smtp_error
        return f"{failure.smtp_code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"
    return f"{type(failure).__name__}: {failure}"
