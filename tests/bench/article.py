"""S7: a published article and its 304, beside a bare Flask + Jinja page and a bare answer on the same server."""

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.workflow.publish import publication_of
from tests import factories
from tests.bench.frame import Measure, Row, by_turns
from tests.processes import running
from tests.torture.harness import free_port

REQUESTS = 400

BARE = """
import sys
from flask import Flask, render_template
from gunicorn.app.base import BaseApplication
from jinja2 import DictLoader
app = Flask("bare")
PAGE = "<!doctype html><title>{{ piece.headline }}</title><h1>{{ piece.headline }}</h1>"
PAGE += "{% for line in piece.body %}<p>{{ line }}</p>{% endfor %}<aside>{{ piece.note }}</aside>"
app.jinja_loader = DictLoader({"page.html": PAGE})
PIECE = {"headline": "Move", "body": ["The wall was built for ships that no longer come."] * 40, "note": "Own."}
@app.get("/page")
def page():
    return render_template("page.html", piece=PIECE)
@app.get("/hello")
def hello():
    return "hello"
class Server(BaseApplication):
    def load_config(self):
        for key, value in {"bind": sys.argv[1], "workers": 1, "threads": 4, "worker_class": "gthread"}.items():
            self.cfg.set(key, value)
    def load(self):
        return app
Server().run()
"""


@contextmanager
def bare() -> Iterator[int]:
    """Start the bare application on gunicorn as ours is started and yield its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                answers(port, "/hello")
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield port
    finally:
        process.terminate()
        process.wait(30)


def answers(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """Return one answer, read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def rate(port: int, path: str, expected: int, **headers: str) -> Measure:
    """Return a measure of requests a second over one connection that is kept open."""

    def measure() -> float:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        start = time.perf_counter()
        for _ in range(REQUESTS):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == expected
        took = time.perf_counter() - start
        connection.close()
        return REQUESTS / took

    return measure


def rows() -> list[Row]:
    """Measure the whole page and the 304, with one process and four threads on both sides."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        folder = Path(name) / "var"
        newsroom = factories.make_newsroom(folder)
        with newsroom.transaction() as session:
            chief = factories.person(session, newsroom)
            piece = factories.published(session, newsroom, chief, text=factories.text(words=800))
            path = publication_of(session, piece).path
        newsroom.database.close()
        with running("web", folder, INTAKE_WEB_WORKERS="1", INTAKE_WEB_THREADS="4") as part, bare() as port:
            tag = answers(part.port, path).headers["ETag"]
            assert tag
            page, same, plain, hello = by_turns(
                rate(part.port, path, 200),
                rate(part.port, path, 304, **{"If-None-Match": tag}),
                rate(port, "/page", 200),
                rate(port, "/hello", 200),
            )
    return [
        Row("S7", "published article", page, "pages/s", 0.65, "more", "bare Flask + Jinja page", plain),
        Row("S7", "published article, 304", same, "answers/s", 0.55, "more", "bare hello", hello),
    ]
