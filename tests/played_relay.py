"""A real SMTP server on a free port, which takes, refuses or drops letters as a test says."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Taken:
    """One letter that the relay took: its envelope and its exact bytes."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass
class PlayedRelay:
    """Answers with the codes it is given; counts its connections."""

    at_recipient: str = "250 OK"
    at_sender: str = "250 OK"
    at_data: str = "250 OK"
    hang_up_after: int = 0
    """Letters after which each connection is cut without a word; 0 never."""
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802  # the server asks for this very name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802  # as above
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.at_sender

    async def handle_RCPT(  # noqa: N802  # as above
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        if self.at_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append(Taken((envelope.mail_from or "").strip("<>"), list(envelope.rcpt_tos), content))
        if (
            self.hang_up_after
            and len(self.taken) % self.hang_up_after == 0
            and isinstance(server.transport, asyncio.Transport)
        ):
            asyncio.get_running_loop().call_later(0.05, server.transport.abort)
        return self.at_data

    @contextmanager
    def listening(self, tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> Iterator["PlayedRelay"]:
        """Serve on a free port of the loopback; with ``tls`` by STARTTLS, or from the first byte when ``at_once``."""
        loop = asyncio.new_event_loop()
        starttls = None if at_once else tls

        async def start() -> asyncio.Server:
            return await loop.create_server(
                lambda: SMTP(self, hostname="relay.example.org", tls_context=starttls, loop=loop),
                "127.0.0.1",
                0,
                ssl=tls if at_once else None,
            )

        server = loop.run_until_complete(start())
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_stopped(server), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()


async def _stopped(server: asyncio.Server) -> None:
    server.close()
    await asyncio.sleep(0.05)
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def self_signed(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Return a server context with a certificate for 127.0.0.1 that nobody vouches for, and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, str(file)
