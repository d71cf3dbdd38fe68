"""Whether a person wrote a message, whether it may be answered, whether it came back or goes round in circles.

RFC 3834 and the mail page, section 3. List headers alone never mean a machine: where the desk's address is a mailing
list, every submission carries them; they only forbid an answer. A field nobody signed proves nothing, so none of this
sets anything inside but caution.
"""

import re
from dataclasses import dataclass
from email.message import Message as Part

from intake.domain import reasons
from intake.inbox.headers import raw_value, raw_values, text_of
from intake.inbox.mailboxes import addresses
from intake.inbox.parameters import parameters

_AUTO_SUBJECTS = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|abwesenheit|réponse automatique"
    r"|respuesta automática|رد تلقائي|الرد التلقائي|رد آلي|خارج المكتب)\b",
    re.IGNORECASE,
)
_BOUNCE_SUBJECTS = re.compile(
    r"^\s*(?:undeliver|mail delivery (?:failed|failure)|delivery status notification|returned mail|failure notice"
    r"|تعذر التسليم|تعذر تسليم|لم يتم التسليم)",
    re.IGNORECASE,
)
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")
_MUTE = re.compile(r"^(?:no-?reply|do-?not-?reply|bounces?)(?:[+-].*)?$", re.IGNORECASE)
_POSTED = re.compile(r"<mailto:([^\s<>?]{3,254})")
MOST_RECEIVED = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Reasons in English, empty where there is none: machine-made, a bounce, a loop, or not to be answered."""

    automatic: str = ""
    bounce: str = ""
    loop: str = ""
    mute: str = ""
    mute_beside_list: str = ""
    """Why it would not be answered if the list it came by were the desk's own address."""
    list_addresses: tuple[str, ...] = ()
    """Where that list takes mail (RFC 2369, 3.4), in lower case."""


def origin_of(root: Part, subject: str, from_address: str) -> Origin:
    """Return what the headers say about who or what sent a message."""
    sender = from_address.rpartition("@")[0].lower()
    return Origin(
        automatic=_automatic(root, subject),
        bounce=_bounce(root, subject, sender),
        loop=_loop(root),
        mute=_by_list(root) or _mute(root, sender),
        mute_beside_list=_mute(root, sender),
        list_addresses=tuple(_POSTED.findall(_field(root, "list-post"))[:5]),
    )


def _field(root: Part, name: str) -> str:
    return text_of(raw_value(root, name)).lower()


def _automatic(root: Part, subject: str) -> str:
    media_type, options = parameters(raw_value(root, "content-type"))
    if media_type == "multipart/report" and options.get("report-type", "").lower() != "delivery-status":
        return reasons.REPORT
    submitted = _field(root, "auto-submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder"):
        if _field(root, name) not in {"", "no"}:
            return reasons.IS_SET % {"field": name}
    if _field(root, "precedence") == "auto_reply":
        return "Precedence: auto_reply"
    if _field(root, "x-auto-response-suppress") and _field(root, "x-ms-exchange-inbox-rules-loop"):
        return reasons.INBOX_RULE
    return reasons.AUTOMATIC_SUBJECT if _AUTO_SUBJECTS.match(subject) else ""


def _bounce(root: Part, subject: str, sender: str) -> str:
    media_type, options = parameters(raw_value(root, "content-type"))
    if media_type == "multipart/report" and options.get("report-type", "").lower() == "delivery-status":
        return reasons.DELIVERY_REPORT
    if raw_value(root, "x-failed-recipients"):
        return reasons.IS_SET % {"field": "X-Failed-Recipients"}
    null_path = any(path.strip() == b"<>" for path in raw_values(root, "return-path"))
    if sender in _DAEMONS and (null_path or _BOUNCE_SUBJECTS.match(subject)):
        return reasons.FAILURE
    return reasons.NULL_PATH if null_path and _BOUNCE_SUBJECTS.match(subject) else ""


def _loop(root: Part) -> str:
    hops = len(raw_values(root, "received"))
    return reasons.HOPS % {"count": hops} if hops > MOST_RECEIVED else ""


def _by_list(root: Part) -> str:
    for name in ("list-id", "list-post", "list-unsubscribe", "mailing-list"):
        if raw_value(root, name):
            return f"{name} is set: it came by a list"
    return "Precedence: list" if _field(root, "precedence") == "list" else ""


def _mute(root: Part, sender: str) -> str:
    if _field(root, "precedence") in {"bulk", "junk"}:
        return f"Precedence: {_field(root, 'precedence')}"
    if _field(root, "x-auto-response-suppress") not in {"", "none"}:
        return "X-Auto-Response-Suppress is set"
    if any(path.strip() == b"<>" for path in raw_values(root, "return-path")):
        return "the return path is empty"
    if not sender:
        return "no sender's address"
    if len(addresses(raw_value(root, "from"))) > 1 or len(raw_values(root, "from")) > 1:
        return "more than one sender"
    return "the sender's address takes no mail" if _MUTE.match(sender) or sender in _DAEMONS else ""
