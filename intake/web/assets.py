"""Style, scripts and fonts: served under an address that changes with their content, so that a browser asks once.

It changes no file and joins none. The stylesheet names its fonts, and scripts their imports, by relative addresses, so
that these carry the version too.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

YEAR = 365 * 24 * 3600


def init(app: Flask) -> None:
    """Serve the files in ``static`` as the endpoint "static"; ``url_for`` names the version by itself."""
    folder = Path(app.root_path) / "static"
    current = version(folder)

    def serve(version: str, filename: str) -> Response:
        """Return a file; one asked for under an older version, by a page from before an upgrade, is not kept."""
        response = send_from_directory(folder, filename, max_age=YEAR if version == current else None)
        if version == current:
            response.cache_control.immutable = True
        return response

    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", current)

    app.add_url_rule("/static/<version>/<path:filename>", "static", serve)
    app.url_defaults(name_version)


def version(folder: Path) -> str:
    """Return twelve digits that stand for the names and contents of all files in a folder."""
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]
