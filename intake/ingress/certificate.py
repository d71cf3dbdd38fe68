"""The certificate a listener shows after STARTTLS: read anew when its files change; renewal needs no restart."""

import logging
import ssl
from pathlib import Path

from intake.domain.errors import SettingsError

log = logging.getLogger(__name__)


class Certificate:
    """A chain of certificates and its key, both as PEM files. Raises SettingsError when they cannot be used."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._seen = self._state()
        self._context = self._loaded()

    def context(self) -> ssl.SSLContext:
        """Return the context for a new connection. A renewed pair that does not fit is logged; the old one stays."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            try:
                self._context = self._loaded()
            except SettingsError:
                log.exception("the changed certificate cannot be used; the one before it stays")
        return self._context

    def _state(self) -> tuple[tuple[int, int, int] | None, ...]:
        found: list[tuple[int, int, int] | None] = []
        for path in self._files:
            try:
                state = path.stat()
                found.append((state.st_ino, state.st_mtime_ns, state.st_size))
            except OSError:
                found.append(None)
        return tuple(found)

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        certificate, key = self._files
        try:
            context.load_cert_chain(certificate, key, password=lambda: "")  # never asks at a terminal
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"[mail] tls_certificate {certificate} with tls_key {key} cannot be used: {error}. "
                "Cure: name a readable PEM chain and its own key without a password."
            ) from None
        return context
