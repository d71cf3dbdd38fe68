"""Style, scripts and fonts: served under an address that changes with their content, so that a browser asks once.

Text among them is compressed once, at the start. Pages never are: they hold secrets beside what a visitor typed, and
the length of an answer would tell of them (the BREACH attack).

It changes no file and joins none. The stylesheet names its fonts, and scripts their imports, by relative addresses, so
that these carry the version too.
"""

import gzip
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

YEAR = 365 * 24 * 3600
TEXTS = frozenset({".css", ".js", ".mjs", ".svg"})


def init(app: Flask) -> None:
    """Serve the files in ``static`` as the endpoint "static". ``asset(name)`` gives templates a file's address."""
    folder = Path(app.root_path) / "static"
    current = version(folder)
    packed = {name: gzip.compress(content) for name, content in _files(folder) if Path(name).suffix in TEXTS}

    def serve(version: str, filename: str) -> Response:
        """Return a file; one asked for under an older version, by a page from before an upgrade, is not kept."""
        response = send_from_directory(folder, filename, max_age=YEAR if version == current else None)
        if version == current:
            response.cache_control.immutable = True
        if filename in packed:
            _compress(response, packed[filename])
        return response

    app.add_url_rule("/static/<version>/<path:filename>", "static", serve)
    app.jinja_env.globals["asset"] = lambda name: f"/static/{current}/{name}"


def _compress(response: Response, content: bytes) -> None:
    """Put the compressed content into the answer of a whole file, when the browser takes it."""
    response.vary.add("Accept-Encoding")
    tag, _weak = response.get_etag()
    if response.status_code != 200 or not request.accept_encodings["gzip"] or tag is None:
        return
    response.close()
    response.direct_passthrough = False
    response.set_data(content)
    response.content_encoding = "gzip"
    response.set_etag(f"{tag}-gzip")
    response.make_conditional(request)


def version(folder: Path) -> str:
    """Return twelve digits that stand for the names and contents of all files in a folder."""
    digest = sha256()
    for name, content in _files(folder):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def _files(folder: Path) -> list[tuple[str, bytes]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
