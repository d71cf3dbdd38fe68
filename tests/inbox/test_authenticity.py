"""SPF, DKIM and DMARC of one message: what passes, what fails, what stays unknown, and whose words count."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.inbox import dmarc
from intake.inbox.authenticity import examine
from intake.inbox.lookups import Lookups, Pending
from tests.inbox.signing import DOMAIN, signed, zone
from tests.played_names import PlayedNames
from tests.workflow.arrivals import written

Zone = dict[tuple[str, str], list[str]]


def examined(raw: bytes, names: PlayedNames, **facts: Any) -> dict[str, Any]:
    """Examine a message with answers of played servers, as the worker does."""
    answers: dict[tuple[str, str], list[Any]] = {}
    for _ in range(30):
        result = examine(raw, facts.get("trusted", []), list(answers.values()), **_client(facts))
        if "wanted" not in result:
            return result
        for name, kind in result["wanted"]:
            assert (name, kind) not in answers
            found = names.ask(name, kind, 5.0)
            answers[name, kind] = [name, kind, found.status, list(found.values)]
    raise AssertionError("it never ends")


def _client(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("ip", "helo", "mail_from") if key in facts}


def told(
    raw: bytes, records: Zone, client: dict[str, str] | None = None, silent: frozenset[str] = frozenset()
) -> tuple[Any, ...]:
    """Return the verdict, and the results of DMARC, each signature, and SPF."""
    result = examined(raw, PlayedNames(records, set(silent)), **(client or {}))
    detail = result["detail"]
    results = [one["result"] for one in detail["dkim"]]
    return result["verdict"], detail["dmarc"]["result"], results, detail["spf"]["result"]


SMTP = {"ip": "192.0.2.1", "mail_from": "huda@author.example", "helo": "mx.author.example"}
SPF_PASS: Zone = {(DOMAIN, "TXT"): ["v=spf1 ip4:192.0.2.1 -all"]}


def test_an_aligned_signature_passes() -> None:
    assert told(signed(written()), zone()) == ("pass", "pass", ["pass"], "unknown")


def test_line_ends_of_the_road_do_not_matter() -> None:
    assert told(signed(written()).replace(b"\n", b"\r\n").replace(b"\r\r", b"\r"), zone())[0] == "pass"


@pytest.mark.parametrize(
    ("records", "result"),
    [
        (zone(policy="v=DMARC1; p=reject"), ("fail", "fail", ["fail"], "unknown")),
        (zone(policy="v=DMARC1; p=quarantine"), ("fail", "fail", ["fail"], "unknown")),
        (zone(policy="v=DMARC1; p=none"), ("none", "unknown", ["fail"], "unknown")),
        (zone(policy="v=DMARC1; p=reject; t=y"), ("none", "unknown", ["fail"], "unknown")),
        (zone(policy=""), ("none", "none", ["fail"], "unknown")),
        (zone(policy="v=DMARC1; p=bogus"), ("none", "none", ["fail"], "unknown")),
    ],
    ids=["reject", "quarantine", "none", "testing", "no policy", "no valid policy"],
)
def test_a_changed_text_fails_where_the_domain_asks_for_it(records: Zone, result: tuple[Any, ...]) -> None:
    assert told(signed(written()).replace(b"harbour", b"airport"), records) == result


def test_with_the_true_client_known_a_fail_is_a_fail_whatever_is_asked_for() -> None:
    records = zone(policy="v=DMARC1; p=none") | {(DOMAIN, "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"]}
    assert told(written(), records, SMTP) == ("fail", "fail", [], "fail")


def test_the_sending_host_speaks_for_the_domain_of_the_envelope() -> None:
    assert told(written(), SPF_PASS | zone(), SMTP) == ("pass", "pass", [], "pass")
    other = SMTP | {"mail_from": "bounces@elsewhere.example"}
    elsewhere: Zone = {("elsewhere.example", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"]}
    assert told(written(), elsewhere | zone(), other) == ("fail", "fail", [], "pass")


def test_spf_follows_includes_and_hosts_and_stops_at_its_limits() -> None:
    records = zone() | {
        (DOMAIN, "TXT"): ["other text", "v=spf1 include:a.example mx -all"],
        ("a.example", "TXT"): ["v=spf1 ip4:203.0.113.9 ?all"],
        (DOMAIN, "MX"): ["10 mx.author.example"],
        ("mx.author.example", "A"): ["192.0.2.1"],
    }
    assert told(written(), records, SMTP)[3] == "pass"
    endless: Zone = {(f"{n}.example", "TXT"): [f"v=spf1 include:{n + 1}.example -all"] for n in range(40)}
    assert told(written(), endless | zone() | {(DOMAIN, "TXT"): ["v=spf1 include:0.example -all"]}, SMTP) == (
        *("fail", "fail"),
        [],
        "permerror",
    )


@pytest.mark.parametrize("ip", ["", "127.0.0.1", "::1", "not an address"])
def test_without_the_true_client_spf_is_unknown(ip: str) -> None:
    assert told(written(), SPF_PASS | zone(), SMTP | {"ip": ip})[3] == "unknown"


def test_the_signature_of_another_domain_is_no_help() -> None:
    raw = signed(written(), "mailer.example")
    assert told(raw, zone(signer="mailer.example")) == ("fail", "fail", ["pass"], "unknown")


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        ("v=DMARC1; p=reject", "pass"),
        ("v=DMARC1; p=reject; adkim=s", "fail"),
        ("v=DMARC1;p=none; sp=reject;adkim=S", "fail"),
    ],
)
def test_alignment_is_relaxed_or_strict(policy: str, verdict: str) -> None:
    raw = signed(written(sender="Huda <huda@post.author.example>"), DOMAIN)
    assert told(raw, zone(policy=policy))[0] == verdict


def test_the_walk_up_the_tree_finds_the_organisation() -> None:
    raw = signed(written(sender="Huda <huda@a.b.author.example>"), "mail.author.example")
    names = PlayedNames(zone(signer="mail.author.example"))
    assert examined(raw, names)["detail"]["dmarc"]["organisation"] == DOMAIN
    deep = ".".join(f"l{n}" for n in range(12)) + ".author.example"
    names = PlayedNames(zone())
    examined(written(sender=f"x@{deep}"), names)
    assert len([name for name, _ in names.asked if name.startswith("_dmarc.")]) == 8


def test_a_public_suffix_is_nobodys_organisation() -> None:
    suffix = {("_dmarc.example", "TXT"): ["v=DMARC1; p=reject; psd=y"]}
    other = signed(written(), "stranger.example")
    records = suffix | zone(policy="", signer="stranger.example")
    assert told(other, records)[0] == "none"
    assert told(other, records | zone(signer="stranger.example"))[0] == "fail"


@pytest.mark.parametrize("silent", [f"_dmarc.{DOMAIN}", f"s1._domainkey.{DOMAIN}"])
def test_a_silent_name_server_is_a_temporary_error(silent: str) -> None:
    assert told(signed(written()), zone(), None, frozenset({silent}))[:2] == ("temperror", "temperror")


@pytest.mark.parametrize(
    "raw",
    [
        written().replace(b"From:", b"From: a@bank.example\nFrom:", 1),
        written(sender="a@bank.example, huda@author.example"),
        written(sender="a@bank.example").replace(b"From: a@bank.example", b'From: "'),
        written().replace(b"From:", b"X-From:", 1),
    ],
    ids=["two From fields", "two senders", "no address", "no From"],
)
def test_more_than_one_sender_or_none_proves_nothing(raw: bytes) -> None:
    result = examined(signed(raw) if b"\nFrom:" in b"\n" + raw else raw, PlayedNames(zone()))
    assert (result["verdict"], result["detail"]["domain"]) == ("none", "")


def test_a_signature_over_part_of_the_text_or_by_sha1_does_not_count() -> None:
    assert told(signed(written(), length=True) + b"And more.\n", zone())[2] == ["policy"]
    old = signed(written()).replace(b"a=rsa-sha256", b"a=rsa-sha1", 1)
    assert told(old, zone())[2] == ["policy"]


def test_only_five_signatures_are_verified() -> None:
    raw = written()
    field = signed(raw)[: -len(raw)]
    assert len(told(field * 9 + raw, zone())[2]) == 5


HOST = "mx.harbourpost.example"
PASSED = (
    f"Authentication-Results: {HOST}; dmarc=pass header.from=author.example;\n"
    " spf=pass smtp.mailfrom=author.example; dkim=pass header.d=author.example\n"
)


def with_results(*fields: str) -> bytes:
    return "".join(fields).encode() + written()


@pytest.mark.parametrize(
    ("fields", "verdict", "ignored"),
    [
        ((PASSED,), "pass", []),
        (("Received: from a by b\n", "Return-Path: <a@b>\n", PASSED), "pass", []),
        ((PASSED.replace("dmarc=pass", "dmarc=fail"),), "fail", []),
        ((PASSED.replace(HOST, "evil.example"),), "none", ["evil.example"]),
        (("Authentication-Results: other.example; none\n", "X-Between: 1\n", PASSED), "none", ["other.example", HOST]),
        (("Authentication-Results: other.example; none\n", PASSED), "pass", ["other.example"]),
        ((PASSED.replace("header.from=author", "header.from=bank"),), "none", []),
        (("Authentication-Results: ;;;\n",), "none", ["?"]),
    ],
    ids=["trusted", "below trace", "fails", "stranger", "not topmost", "in the run", "another From", "nonsense"],
)
def test_authentication_results_count_only_from_a_trusted_host(
    fields: tuple[str, ...], verdict: str, ignored: list[str]
) -> None:
    result = examined(with_results(*fields), PlayedNames(), trusted=[HOST])
    assert (result["verdict"], result["detail"]["ignored"]) == (verdict, ignored)


def test_without_trusted_hosts_no_word_counts_and_all_are_written_down() -> None:
    result = examined(with_results(PASSED), PlayedNames(zone()))
    assert (result["verdict"], result["detail"]["by"], result["detail"]["ignored"]) == ("fail", "", [HOST])


def test_a_trusted_host_that_tells_no_dmarc_is_judged_by_the_policy() -> None:
    field = f"Authentication-Results: {HOST}; dkim=pass header.d=author.example\n"
    names = PlayedNames(zone())
    assert examined(with_results(field), names, trusted=[HOST])["verdict"] == "pass"
    assert (f"s1._domainkey.{DOMAIN}", "TXT") not in names.asked


def test_a_chain_of_arc_is_written_down_and_changes_nothing() -> None:
    seal = b"ARC-Seal: i=1; a=rsa-sha256; t=1; cv=none; d=lists.example; s=x; b=AAAA\n"
    result = examined(seal + written(), PlayedNames())
    assert (result["detail"]["arc"], result["verdict"]) == ({"sets": 1, "sealer": "lists.example"}, "none")


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_any_text_is_a_record_or_none(text: str) -> None:
    record = dmarc.parsed(text)
    assert record is None or record["v"] == "DMARC1"


@given(st.binary(max_size=400), st.binary(max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_field_breaks_the_examination(signature: bytes, results: bytes) -> None:
    lines = b"DKIM-Signature: " + signature.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
    lines += b"Authentication-Results: mx; " + results.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
    assert examined(lines + written(), PlayedNames(), trusted=["mx"])["verdict"] in {"pass", "none", "fail"}


@given(st.text(max_size=80))
def test_a_name_that_cannot_exist_is_never_asked_for(name: str) -> None:
    lookups = Lookups()
    with suppress(Pending):
        assert lookups.ask(name, "TXT") == []
    assert all(0 < len(label) < 64 for wanted, _ in lookups.wanted for label in wanted.split("."))
