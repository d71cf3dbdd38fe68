"""Rspamd asked whether a mail is spam: HTTP, POST /checkv2. Its answer is kept with its score and its rules."""

import http.client
import json
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from intake.screening.scanned import Scanned, not_done

SPAM = frozenset({"reject", "add header", "rewrite subject"})
LARGEST_ANSWER, MOST_RULES = 1024 * 1024, 30


def scan(address: str, raw: bytes, mail_from: str, recipient: str, seconds: float) -> Scanned:
    """Return what the worker at an ``http://`` or ``https://`` address says, within so many seconds. Raises nothing."""
    try:
        answer = json.loads(_asked(address, raw, {"From": mail_from, "Rcpt": recipient}, monotonic() + seconds))
        return _understood(answer)
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError, AttributeError) as error:
        return not_done(f"Rspamd did not answer: {error or type(error).__name__}")


def _asked(address: str, raw: bytes, envelope: dict[str, str], until: float) -> bytes:
    url = urlsplit(address)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=max(0.1, until - monotonic()))
    try:
        headers = {name: value.encode("ascii", "replace").decode() for name, value in envelope.items() if value}
        connection.request("POST", f"{url.path.rstrip('/')}/checkv2", raw, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        return _body(response, until)
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, until: float) -> bytes:
    body = b""
    while chunk := response.read1(65_536):
        body += chunk
        if len(body) > LARGEST_ANSWER or monotonic() > until:
            raise ValueError("the answer is too long or too slow")
    return body


def _understood(answer: dict[str, Any]) -> Scanned:
    rules = sorted(answer.get("symbols", {}).items(), key=lambda rule: -abs(float(rule[1].get("score", 0))))
    detail = {
        "by": "Rspamd",
        "action": str(answer["action"])[:40],
        "score": float(answer["score"]),
        "required": float(answer.get("required_score") or 0),
        "found": [f"{name[:60]} {float(rule.get('score', 0)):g}" for name, rule in rules[:MOST_RULES]],
    }
    return Scanned("found" if detail["action"] in SPAM else "clean", detail)
