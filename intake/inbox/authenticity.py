"""Whether a message comes from the domain its author's address names: SPF, DKIM and DMARC together.

Runs in the sandbox's child, which has no network: ``examine`` says which lookups it still wants until it wants none.
A pass shows the domain, not the person. What follows for a piece is decided by the workflow.
"""

from dataclasses import asdict
from email.message import Message as Part
from typing import Any

from intake.inbox import dmarc, headers, mailboxes, parameters, sending_host, signatures, told_results
from intake.inbox.caps import parsing_copy
from intake.inbox.dmarc import Claim
from intake.inbox.lookups import Lookups, Pending, Unanswered
from intake.inbox.message import parsed

VERDICTS = {"pass": "pass", "fail": "fail", "temperror": "temperror"}
"""The verdict by DMARC's result; every other result is "none": the message proves nothing either way."""


def examine(
    payload: bytes, trusted: list[str], answers: list[Any], ip: str = "", helo: str = "", mail_from: str = ""
) -> dict[str, Any]:
    """Return {"wanted": [[name, kind], …]} while lookups are missing, then {"verdict": …, "detail": {…}}.

    ``ip`` is the true client's address, or empty where it is not known; ``answers`` are as ``Lookups`` takes them;
    ``trusted`` are the names whose Authentication-Results are read instead. Raises Unreadable or TooLarge.
    """
    lookups = Lookups(answers)
    root = parsed(parsing_copy(payload).content)
    domain, why = _author_domain(root)
    told = told_results.told(root, tuple(trusted), domain)
    found: dict[str, Any] = {"by": told.by, "domain": domain, "ignored": list(told.ignored), "arc": _arc(root)}
    if told.by:
        host = told.spf or Claim("spf", "unknown", "")
        signed, details = told.dkim, {"spf": _shown(host), "dkim": [_shown(each) for each in told.dkim]}
    else:
        evaluated = sending_host.host(lookups, ip, mail_from, helo)
        verified = signatures.signatures(payload, lookups)
        host = Claim("spf", evaluated.result, evaluated.domain)
        signed = tuple(Claim("dkim", each.result, each.domain) for each in verified)
        details = {"spf": asdict(evaluated), "dkim": [asdict(each) for each in verified]}
    judged = _judged(lookups, domain, why, told.dmarc, (host, *signed))
    if lookups.wanted:
        return {"wanted": [list(question) for question in lookups.wanted]}
    return {"verdict": VERDICTS.get(judged.result, "none"), "detail": found | details | {"dmarc": asdict(judged)}}


def _judged(lookups: Lookups, domain: str, why: str, told: str, claims: tuple[Claim, ...]) -> dmarc.Judged:
    if not domain:
        return dmarc.Judged("permerror", why=why)
    if told:
        return dmarc.Judged(told, why="as the mail server found")
    try:
        return dmarc.judge(lookups, domain, claims)
    except Pending:
        return dmarc.Judged("temperror")
    except Unanswered:
        return dmarc.Judged("temperror", why="no name server told the domain's policy")


def _author_domain(root: Part) -> tuple[str, str]:
    """Return the domain of the one author's address as DNS knows it, or nothing and why (DMARC, 11.5: one From)."""
    fields = headers.raw_values(root, "from")
    pairs = mailboxes.addresses(fields[0]) if fields else []
    if len(fields) != 1 or len(pairs) != 1:
        return "", "more than one sender, or none"
    name = pairs[0][1].rpartition("@")[2].strip(".").lower()
    try:
        return name.encode("idna").decode("ascii"), "" if name else "the sender's address names no domain"
    except UnicodeError:
        return "", "the sender's address names no possible domain"


def _shown(claim: Claim) -> dict[str, str]:
    return {"result": claim.result, "domain": claim.domain}


def _arc(root: Part) -> dict[str, Any]:
    """Return how many ARC sets there are and who sealed last. They are recorded, not verified: they change nothing."""
    seals = headers.raw_values(root, "arc-seal")
    _, tags = parameters.parameters(b"arc;" + seals[0]) if seals else ("", {})
    return {"sets": len(seals), "sealer": tags.get("d", "")[:253].lower()}
