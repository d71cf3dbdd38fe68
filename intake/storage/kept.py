"""Letters that were kept as files because no relay is set. It reads one by its Message-ID and writes none."""

from pathlib import Path

from intake.domain.addresses import file_name


def kept_letter(root: Path, message_id: str) -> bytes:
    """Return a kept letter's bytes, live links and all. Raises FileNotFoundError when it is no longer there."""
    return (root / "letters" / file_name(message_id)).read_bytes()
