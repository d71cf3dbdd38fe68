import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.domain.letter import OutboundMail, as_html
from intake.postoffice import WIRE, PostOffice, Relay, TransportError, written
from tests.played_relay import PlayedRelay, self_signed

TEXT = "وصلنا مقال «الماء في طرابلس». " * 60 + "\n\nhttps://oped.example.org/a/" + "k" * 80 + "\n.\nEnd\n"
LETTER = OutboundMail(
    to_address="amal@example.com",
    to_name="أمل الكاتبة، بنت",
    from_address="oped@example.org",
    from_name="The Harbour, opinion",
    reply_to="oped+r-7-abcdefghijklmnop@example.org",
    subject="وصلنا مقالك – الرد قبل الخميس 26 نوفمبر الساعة 17:00 بتوقيت طرابلس [OP-12]",
    text=TEXT,
    html=as_html(TEXT, "ar", "عنوان"),
    message_id="<0123456789abcdef.oped@example.org>",
    language="ar",
    date=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    in_reply_to="<" + "x" * 90 + "@mail.example.com>",
    references=("<first@mail.example.com>", "<" + "x" * 90 + "@mail.example.com>"),
    auto_submitted=True,
)


@pytest.fixture
def relay() -> Iterator[PlayedRelay]:
    with PlayedRelay().listening() as played:
        yield played


def office(played: PlayedRelay, **changes: object) -> PostOffice:
    plain = Relay("127.0.0.1", played.port, "none", timeout=5)
    return PostOffice(replace(plain, **changes), Path("/nowhere"))  # type: ignore[arg-type]  # names of Relay's fields


def refusal(post: PostOffice, mail: OutboundMail = LETTER) -> TransportError:
    with pytest.raises(TransportError) as caught:
        post.send(mail)
    return caught.value


def test_a_letter_arrives_as_written(relay: PlayedRelay) -> None:
    office(relay).send(LETTER)

    [taken] = relay.taken
    message = taken.message
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == TEXT
    assert page.get_content().replace("\r\n", "\n") == LETTER.html
    assert message.get_content_type() == "multipart/alternative"
    assert message["Subject"] == LETTER.subject
    assert message["To"].addresses[0].display_name == LETTER.to_name
    assert message["To"].addresses[0].addr_spec == LETTER.to_address
    assert message["From"].addresses[0].addr_spec == LETTER.from_address
    assert message["Reply-To"].addresses[0].addr_spec == LETTER.reply_to
    assert message["Date"].datetime == LETTER.date
    assert message["Content-Language"] == "ar"
    assert message.defects == []


def test_the_wire_carries_short_ascii_lines_only(relay: PlayedRelay) -> None:
    office(relay).send(LETTER)

    raw = relay.taken[0].raw
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n") if b"xxx" not in line) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"List-" not in raw


def test_long_message_ids_thread_as_they_are(relay: PlayedRelay) -> None:
    office(relay).send(LETTER)

    raw = relay.taken[0].raw.decode("ascii")
    assert f"Message-ID: {LETTER.message_id}\r\n" in raw
    assert f"In-Reply-To: {LETTER.in_reply_to}\r\n" in raw
    assert f"References: {LETTER.references[0]}\r\n {LETTER.in_reply_to}\r\n" in raw


def test_a_strangers_malformed_id_does_not_keep_our_letter(relay: PlayedRelay) -> None:
    office(relay).send(replace(LETTER, in_reply_to="<é>", references=("no id", "<good@example.com>")))

    message = relay.taken[0].message
    assert (message["In-Reply-To"], message["References"]) == (None, "<good@example.com>")


@pytest.mark.parametrize(
    ("automatic", "answered", "marked", "envelope"),
    [
        (True, "<a@b.example>", ("auto-replied", "All"), ""),
        (True, "", ("auto-generated", "All"), LETTER.reply_to),
        (False, "<a@b.example>", (None, None), LETTER.reply_to),
    ],
)
def test_machines_are_told_not_to_answer(
    relay: PlayedRelay, automatic: bool, answered: str, marked: tuple[str | None, str | None], envelope: str
) -> None:
    office(relay).send(replace(LETTER, auto_submitted=automatic, in_reply_to=answered, references=()))

    [taken] = relay.taken
    assert (taken.message["Auto-Submitted"], taken.message["X-Auto-Response-Suppress"]) == marked
    assert (taken.sender, taken.recipients) == (envelope, ["amal@example.com"])


def test_a_repeat_carries_the_same_message_id(relay: PlayedRelay) -> None:
    office(relay).send(LETTER)
    office(relay).send(LETTER)

    assert [taken.message["Message-ID"] for taken in relay.taken] == [LETTER.message_id] * 2


def test_several_letters_share_one_connection(relay: PlayedRelay) -> None:
    mails = [replace(LETTER, message_id=f"<{number}@example.org>") for number in range(3)]
    outcomes = list(office(relay).send_all(mails))

    assert [(outcome.mail, outcome.error) for outcome in outcomes] == [(mail, None) for mail in mails]
    assert len(relay.taken) == 3
    assert relay.connections == 1


def test_a_cut_connection_is_opened_again_and_nothing_doubled() -> None:
    with PlayedRelay(hang_up_after=1).listening() as relay:
        sent = 0
        for outcome in office(relay).send_all([LETTER, LETTER, LETTER]):
            assert outcome.error is None
            sent += 1
            time.sleep(0.2)

        assert (sent, len(relay.taken), relay.connections) == (3, 3, 3)


@pytest.mark.parametrize(
    ("answers", "permanent"),
    [
        ({"at_recipient": "550 5.1.1 No such person"}, True),
        ({"at_recipient": "553 5.1.3 Bad address"}, True),
        ({"at_recipient": "452 4.2.2 Mailbox full"}, False),
        ({"at_recipient": "421 4.3.2 Closing"}, False),
        ({"at_data": "554 5.7.1 Not taken"}, True),
        ({"at_data": "451 4.3.0 Try later"}, False),
        ({"at_sender": "550 5.7.1 We do not know you"}, False),
        ({"at_sender": "451 4.7.1 Greylisted"}, False),
    ],
)
def test_refusals_for_good_and_for_now_are_told_apart(answers: dict[str, str], permanent: bool) -> None:
    with PlayedRelay(**answers).listening() as relay:  # type: ignore[arg-type]  # the three answers are texts
        error = refusal(office(relay))

        assert error.permanent is permanent
        assert error.cause == next(iter(answers.values()))
        assert relay.taken == []


def test_one_refusal_does_not_stop_the_next_letter(relay: PlayedRelay) -> None:
    outcomes = []
    relay.at_recipient = "550 5.1.1 No such person"
    for outcome in office(relay).send_all([LETTER, LETTER]):
        outcomes.append(outcome.error is None)
        relay.at_recipient = "250 OK"

    assert (outcomes, relay.connections) == ([False, True], 1)


def test_nobody_listening_is_a_temporary_failure_tried_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcomes = list(PostOffice(Relay("127.0.0.1", port, "none"), Path("/nowhere")).send_all([LETTER, LETTER]))

    first, second = (outcome.error for outcome in outcomes)
    assert first is not None
    assert first is second
    assert (first.permanent, "refused" in first.cause) == (False, True)


def test_a_silent_relay_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        started = time.monotonic()
        error = refusal(PostOffice(Relay("127.0.0.1", hole.getsockname()[1], "none", timeout=1), Path("/nowhere")))
        waited = time.monotonic() - started

    assert (error.permanent, 0.9 < waited < 3) == (False, True)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_refused_unless_we_trust_it(tmp_path: Path, security: str) -> None:
    context, cafile = self_signed(tmp_path)
    with PlayedRelay().listening(context, at_once=security == "tls") as relay:
        error = refusal(office(relay, security=security))
        assert (error.permanent, "certificate verify failed" in error.cause) == (False, True)
        assert relay.taken == []

        office(relay, security=security, cafile=cafile).send(LETTER)
        assert len(relay.taken) == 1


def test_a_relay_without_starttls_gets_nothing(relay: PlayedRelay) -> None:
    error = refusal(office(relay, security="starttls"))

    assert (error.permanent, relay.taken) == (False, [])


def test_a_password_stays_out_of_sight() -> None:
    assert "hunter2" not in repr(Relay("127.0.0.1", password="hunter2"))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Hello\r\nBcc: other@example.com"},
        {"subject": "Hello\x00"},
        {"subject": "Hello\ud800"},
        {"to_name": "Amal\nBcc: other@example.com"},
        {"to_address": "amal@example.com\r\nRCPT TO:<other@example.com>"},
        {"to_address": "amal@example.com, other@example.com"},
        {"to_address": "كاتب@example.com"},
        {"to_address": ""},
        {"from_address": "oped@example.org>\r\n"},
        {"from_name": "Desk\x7f"},
        {"reply_to": "oped@example.org\rX: y"},
        {"in_reply_to": "<a@b>\r\nX-Injected: yes"},
        {"references": ("<a@b>", "<c@d>\nX-Injected: yes")},
        {"message_id": "none"},
        {"message_id": "<a@b>\r\n"},
        {"language": "ar\nX: y"},
    ],
)
def test_what_could_forge_a_header_is_refused_for_good(
    relay: PlayedRelay, tmp_path: Path, change: dict[str, str]
) -> None:
    mail = replace(LETTER, **change)  # type: ignore[arg-type]  # fields of OutboundMail, one of them a tuple

    assert refusal(office(relay), mail).permanent is True
    assert refusal(PostOffice(None, tmp_path), mail).permanent is True
    assert (relay.taken, list(tmp_path.iterdir())) == ([], [])


def test_a_domain_beyond_ascii_is_written_in_ascii(relay: PlayedRelay) -> None:
    office(relay).send(replace(LETTER, to_address="Amal@مثال.com"))

    assert relay.taken[0].recipients == ["Amal@xn--mgbh0fb.com"]


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)


@settings(max_examples=60, deadline=None)
@given(subject=PRINTABLE, name=PRINTABLE, text=PRINTABLE)
def test_any_words_go_out_and_add_no_header(subject: str, name: str, text: str) -> None:
    plain = replace(LETTER, subject="S", to_name="N", text="T")
    raw = written(replace(plain, subject=subject, to_name=name, text=text), WIRE, "quoted-printable")
    expected = written(plain, WIRE, "quoted-printable")

    message = message_from_bytes(raw, policy=policy.default)
    assert message.keys() == message_from_bytes(expected, policy=policy.default).keys()
    assert [address.addr_spec for address in message["To"].addresses] == [LETTER.to_address]
    assert raw.isascii()


def test_without_a_relay_letters_are_kept_and_can_be_read(tmp_path: Path) -> None:
    post = PostOffice(None, tmp_path / "kept")
    assert post.kept_letters() == []

    post.send(LETTER)
    post.send(LETTER)
    post.send(replace(LETTER, message_id="<../../up@example.org>", subject="Second"))

    newest, oldest = post.kept_letters()
    assert [newest.name, oldest.name] == ["_.._up@example.org.eml", "0123456789abcdef.oped@example.org.eml"]
    assert (newest.subject, oldest.subject) == ("Second", LETTER.subject)
    assert (oldest.text, oldest.to) == (TEXT, f"{LETTER.to_name} <{LETTER.to_address}>")
    assert post.kept_letters(limit=1) == [newest]
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "kept").iterdir()} == {0o600}


def test_a_kept_letter_reads_in_any_editor(tmp_path: Path) -> None:
    PostOffice(None, tmp_path).send(LETTER)

    [file] = tmp_path.iterdir()
    lines = file.read_text(encoding="utf-8").split("\n")
    assert "https://oped.example.org/a/" + "k" * 80 in lines
    assert "Subject: وصلنا مقالك" in file.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_keeps_the_letter_waiting(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file, not a folder", encoding="utf-8")

    assert refusal(PostOffice(None, tmp_path / "kept")).permanent is False


def test_flask_mail_leaves_the_process_as_it_was() -> None:
    script = """
import json
from email import charset
from email.mime.text import MIMEText
before = [charset.CHARSETS.copy(), charset.ALIASES.copy(), charset.CODEC_MAP.copy()]
coded = MIMEText("سلام", "plain", "utf-8")["Content-Transfer-Encoding"]
import intake.postoffice
after = [charset.CHARSETS, charset.ALIASES, charset.CODEC_MAP]
print(json.dumps([before == after, coded == MIMEText("سلام", "plain", "utf-8")["Content-Transfer-Encoding"]]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [True, True]
