"""Whether what was authenticated belongs to the author's domain: DMARC (RFC 7489, revised by DMARCbis).

The organisation behind a domain is found by DMARCbis's walk up the DNS tree, so no list of public suffixes has to be
kept fresh. Written here because the one library (authheaders) asks DNS by itself and carries a list of 2019.
Runs in the sandbox's child.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intake.inbox.lookups import Lookups, Pending

DEEPEST = 8
"""Labels beyond which the walk leaves names out (DMARCbis, 4.10)."""
POLICIES = ("none", "quarantine", "reject")
ENFORCING = frozenset({"quarantine", "reject"})

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A domain that SPF or DKIM speaks of, and the result."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A result of RFC 8601, 2.7.5, or "unknown"; the policy and whose it is; the claims that speak for the author."""

    result: str
    policy: str = ""
    organisation: str = ""
    aligned: tuple[Claim, ...] = ()
    why: str = ""


def judge(lookups: Lookups, domain: str, claims: Iterable[Claim]) -> Judged:
    """Return what DMARC says of mail by an author at ``domain``. Raises Pending, or Unanswered for the policy itself.

    A fail must be proved: where SPF is unknown and no signature passes, it is one only when the domain asks that such
    mail be quarantined or rejected; who asks that signs his mail, or it would not survive being forwarded.
    """
    known, claims = _records(lookups, domain), tuple(claims)
    organisation = _organisation(domain, known)
    record, policy = _policy(domain, organisation, known)
    if record is None:
        return Judged("none", why="the domain publishes no DMARC policy")
    aligned = tuple(claim for claim in claims if _is_aligned(lookups, claim, domain, organisation, record))
    told = (policy, organisation, aligned)
    if any(claim.result == "pass" for claim in aligned):
        return Judged("pass", *told)
    if any(claim.result == "temperror" for claim in aligned):
        return Judged("temperror", *told, "a name server did not answer")
    if policy not in ENFORCING and any(claim.result == "unknown" for claim in claims):
        return Judged("unknown", *told, "no signature of the domain passes, and its sending host is not known")
    return Judged("fail", *told, "neither a signature nor the sending host speaks for the author's domain")


def _walk(domain: str) -> list[str]:
    """Return the names whose policy counts: the domain, then its parents, at most eight."""
    labels = domain.split(".")
    parents = labels[1:] if len(labels) <= DEEPEST else labels[-(DEEPEST - 1) :]
    return [domain, *(".".join(parents[cut:]) for cut in range(len(parents)))]


def _records(lookups: Lookups, domain: str) -> dict[str, Record]:
    """Return the valid records on the way up, the domain's own first; all of them are asked for at once."""
    found: dict[str, Record] = {}
    pending = False
    for name in _walk(domain):
        try:
            texts = lookups.ask(f"_dmarc.{name}", "TXT")
        except Pending:
            pending = True
            continue
        records = [record for text in texts if (record := parsed(text)) is not None]
        if len(records) == 1:  # several are none (DMARCbis, 4.7)
            found[name] = records[0]
    if pending:
        raise Pending(domain)
    return found


def parsed(text: str) -> Record | None:
    """Return a record's tags; nothing for another kind of text."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if sign:
            tags.setdefault(name.strip().lower(), value.strip())
        elif part.strip():
            return None
    return tags if next(iter(tags), "") == "v" and tags["v"] == "DMARC1" else None


def _organisation(domain: str, known: Mapping[str, Record]) -> str:
    """Return the organisation's domain (DMARCbis, 4.10.2); the domain itself where nobody tells."""
    for name, record in known.items():
        psd = record.get("psd", "u").lower()
        if psd == "n":
            return name
        if psd == "y" and name != domain:
            below = domain.removesuffix(f".{name}").rpartition(".")[2]
            return f"{below}.{name}"
    return list(known)[-1] if known else domain


def _policy(domain: str, organisation: str, known: Mapping[str, Record]) -> tuple[Record | None, str]:
    """Return the record that holds for a domain, and its policy; in test mode (t=y) it asks for nothing."""
    own = domain in known
    record = known.get(domain) or known.get(organisation)
    if record is None:
        return None, ""
    wanted = record.get("p", "") if own else record.get("sp", record.get("p", ""))
    policy = wanted.lower()
    if policy not in POLICIES:
        if "rua" not in record:
            return None, ""
        policy = "none"
    return record, "none" if record.get("t", "").lower() == "y" else policy


def _is_aligned(lookups: Lookups, claim: Claim, domain: str, organisation: str, record: Record) -> bool:
    """Tell whether a claim's domain is the author's, or (relaxed) of the same organisation."""
    if not claim.domain:
        return False
    if claim.domain == domain:
        return True
    if record.get({"spf": "aspf", "dkim": "adkim"}[claim.method], "r").lower() == "s":
        return False
    if claim.domain != organisation and not claim.domain.endswith(f".{organisation}"):
        return False
    if domain.endswith(f".{claim.domain}") and claim.domain == organisation:
        return True
    return _organisation(claim.domain, _records(lookups, claim.domain)) == organisation
