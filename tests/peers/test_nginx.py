"""The nginx site before a real web process: what comes through, what stays out, and what is not written down."""

import http.client
import json
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from intake.settings import LimitSettings
from intake.storage.spool import Spool
from tests.factories import make_newsroom
from tests.peers.example import adapted, needs
from tests.played_relay import self_signed
from tests.processes import Part, running
from tests.torture.harness import free_port

SECRET, QUERY = "c2VjcmV0LWxpbmstb2YtYW4tYXV0aG9y", "word-in-query"

Headers = dict[str, str]

MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/main.log crit;
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Answer:
    """What came back, read whole."""

    status: int
    headers: Message
    body: bytes


def answered(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", headers: Headers | None = None
) -> Answer:
    connection.request(method, path, body, {"Connection": "close", **(headers or {})})
    with connection.getresponse() as answer:
        return Answer(answer.status, answer.headers, answer.read())


@dataclass(frozen=True)
class Front:
    """A running nginx, and the web process behind it."""

    folder: Path
    plain: int
    tls: int
    certificate: str
    web: Part

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Ask over TLS."""
        trust = ssl.create_default_context(cafile=self.certificate)
        with closing(http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=30, context=trust)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return answered(connection, method, path, body, named)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx = needs("nginx", "nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    _context, certificate = self_signed(folder)
    make_newsroom(folder / "var").database.close()
    Spool(folder / "var" / "spool", 1000)  # as the listener makes it
    (folder / "var" / "blobs").mkdir(exist_ok=True)
    asked = {"INTAKE_WEB_TRUSTED_PROXIES": "1", "INTAKE_BASE_URL": "https://oped.example.org"}
    asked |= {"INTAKE_WEB_WORKERS": "1", "INTAKE_LOGS_ADDRESSES": "true"}
    with running("web", folder / "var", 0, **asked) as web:
        found = Front(folder, free_port(), free_port(), certificate, web)
        _write(found)
        checked = subprocess.run([nginx, "-t", "-c", folder / "main.conf"], capture_output=True, text=True, timeout=30)
        assert (checked.returncode, "warn" in checked.stderr) == (0, False), checked.stderr
        process = subprocess.Popen([nginx, "-c", folder / "main.conf"])
        try:
            _wait(found)
            yield found
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


def _write(front: Front) -> None:
    folder = front.folder
    places = {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{front.plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{front.tls} ssl http2;",
        "/etc/ssl/certs/oped.example.org.pem": front.certificate,
        "/etc/ssl/private/oped.example.org.pem": str(folder / "key.pem"),
        "/var/log/nginx/": f"{folder}/",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{front.web.port}",
    }
    (folder / "site.conf").write_text(adapted("nginx/op-ed-intake.conf", places), encoding="utf-8")
    user = "user root;" if folder.owner() == "root" else ""
    (folder / "main.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")


def _wait(front: Front) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            front.ask("/health")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_pages_come_through_and_plain_http_is_led_to_tls(front: Front) -> None:
    ready = front.ask("/ready")
    assert (ready.status, json.loads(ready.body)["database"]) == (200, "ok")
    assert ready.headers["Strict-Transport-Security"] == "max-age=31536000"
    login = front.ask("/account/login")
    assert (login.status, "; Secure;" in login.headers["Set-Cookie"]) == (200, True)
    with closing(http.client.HTTPConnection("127.0.0.1", front.plain, timeout=30)) as plain:
        answer = answered(plain, "GET", "/write/", headers={"Host": "oped.example.org"})
    assert (answer.status, answer.headers["Location"]) == (301, "https://oped.example.org/write/")


def test_the_figures_stay_inside(front: Front) -> None:
    assert front.ask("/metrics").status == 404
    assert front.ask("/metrics/../metrics").status == 404
    with closing(http.client.HTTPConnection("127.0.0.1", front.web.port, timeout=30)) as inside:
        assert answered(inside, "GET", "/metrics").status == 200


def test_only_what_holds_no_secret_is_compressed(front: Front) -> None:
    style = front.ask("/static/any/app.css", Accept_Encoding="gzip")
    page = front.ask("/write/", Accept_Encoding="gzip")
    assert (style.headers["Content-Encoding"], page.headers["Content-Encoding"]) == ("gzip", None)


def test_the_size_limit_is_the_settings_own(front: Front) -> None:
    limit = LimitSettings().request_bytes
    fits = front.ask("/write/opinion", "POST", b"x" * limit)
    too_large = front.ask("/write/opinion", "POST", Content_Length=str(limit + 1))  # refused before it is sent
    assert (fits.status, b"nginx" in fits.body, too_large.status, b"nginx" in too_large.body) == (400, False, 413, True)


def test_mail_by_webhook_may_be_larger_than_a_form(front: Front) -> None:
    answer = front.ask("/in/generic", "POST", b"x" * (LimitSettings().request_bytes + 1))
    assert (answer.status, b"nginx" in answer.body) == (404, False)  # read to its end, and closed: no secret is set


def test_neither_log_holds_a_secret_link_and_nobody_chooses_their_address(front: Front) -> None:
    assert front.ask(f"/a/{SECRET}?q={QUERY}", X_Forwarded_For="203.0.113.9").status == 404
    too_large = str(LimitSettings().request_bytes + 1)
    assert front.ask(f"/a/{SECRET}?q={QUERY}", "POST", Content_Length=too_large).status == 413
    requests = [json.loads(line) for line in front.web.written.splitlines()]
    [told] = [line for line in requests if line.get("route") == "/a/<token>"]
    assert told["remote"] == "127.0.0.1"
    written = "".join(file.read_text(encoding="utf-8") for file in front.folder.glob("*.log"))
    assert told["request"] in (front.folder / "op-ed-intake.log").read_text(encoding="utf-8")
    assert [word for word in (SECRET, QUERY, "203.0.113.9") if word in written + front.web.written] == []
