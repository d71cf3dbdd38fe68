import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.message import part, read
from intake.inbox.sealed import opened, without_armour
from tests.inbox.letters import PARAGRAPHS, PIECE, docx, judged, mail, multipart

TEXT = f"Content-Type: text/plain; charset=utf-8\n\n{PIECE}"
P7M = (
    "Content-Transfer-Encoding: base64\nContent-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\n"
    "Content-Disposition: attachment; filename=smime.p7m\n\n"
)


def signed(entity: bytes) -> bytes:
    """Return an opaque signed S/MIME envelope."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Salma")])
    now = datetime(2026, 3, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(entity).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def enveloped(content: bytes, kind: str = "signed-data") -> bytes:
    whole = mail(base64.encodebytes(content), extra=(P7M % kind).replace("\n\n", "\n"))
    return whole.replace(b"Content-Type: text/plain; charset=utf-8\n\n", b"\n")


def test_what_an_opaque_signature_wraps_is_read() -> None:
    word = "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=piece.docx\n\n"
    parts = f"--b\n{TEXT}\n--b\n{word}{base64.encodebytes(docx(PARAGRAPHS)).decode()}\n--b--\n"
    envelope = signed(f"Content-Type: multipart/mixed; boundary=b\n\n{parts}".encode())
    raw = enveloped(envelope)
    found = judged(raw)
    assert (found["disposition"], found["sealed"], found["source"]) == ("submit", "", "piece.docx")
    assert [file["filename"] for file in found["attachments"]] == ["piece.docx"]
    assert [(file["filename"], file["media_type"]) for file in found["inner_files"]] == [
        ("smime.p7m", "application/pkcs7-mime")
    ]
    assert base64.b64decode(part(raw, 1)["data"]) == envelope


def test_a_streamed_envelope_of_unknown_length_is_read() -> None:
    def streamed(tag: bytes, *inner: bytes) -> bytes:
        return tag + b"\x80" + b"".join(inner) + b"\x00\x00"

    def octets(content: bytes) -> bytes:
        return b"\x04\x82" + len(content).to_bytes(2, "big") + content

    oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    halves = octets(TEXT.encode()[:300]), octets(TEXT.encode()[300:])
    content = streamed(b"\x30", oid + b"\x01", streamed(b"\xa0", streamed(b"\x24", *halves)))
    whole = streamed(
        b"\x30", oid + b"\x02", streamed(b"\xa0", streamed(b"\x30", b"\x02\x01\x01\x31\x00", content, b"\x31\x00"))
    )
    assert opened(whole) == TEXT.encode()


@pytest.mark.parametrize("kind", ["enveloped-data", "authEnveloped-data"])
def test_encrypted_s_mime_is_held_and_kept(kind: str) -> None:
    found = judged(enveloped(b"\x30\x82\x01\x00not for us", kind))
    assert (found["disposition"], found["sealed"], found["answerable"]) == ("sealed", "S/MIME", True)
    assert found["hits"][0] == "sealed: it is encrypted (S/MIME), and we hold no key"
    assert [(file["filename"], file["role"]) for file in found["attachments"]] == [("smime.p7m", "other")]


def test_encrypted_s_mime_is_known_by_its_name() -> None:
    raw = multipart("Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=smime.p7m\n\n0x")
    assert judged(raw)["sealed"] == "S/MIME"


PGP = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n"


def test_encrypted_pgp_is_held_and_kept() -> None:
    version = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n"
    data = f"Content-Type: application/octet-stream; name=encrypted.asc\n\n{PGP}"
    found = judged(multipart(version, data, kind="encrypted"))
    assert (found["disposition"], found["sealed"]) == ("sealed", "PGP")
    assert [file["filename"] for file in found["attachments"]] == ["", "encrypted.asc"]
    assert judged(mail(f"Hello,\n\n{PGP}"))["disposition"] == "sealed"
    assert judged(mail(f"{PIECE}\n\n{PGP}"))["disposition"] == "submit"


def test_a_signature_is_neither_text_nor_attachment_but_listed() -> None:
    seal = "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\nx\n"
    found = judged(multipart(TEXT, seal, kind="signed"))
    assert (found["disposition"], found["attachments"], found["sealed"]) == ("submit", [], "")
    assert [(file["filename"], file["media_type"], file["role"]) for file in found["inner_files"]] == [
        ("signature.asc", "application/pgp-signature", "other")
    ]
    assert "PGP" not in found["text"]


def test_clear_signed_text_stands_without_its_armour() -> None:
    lead, seal = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n", "-----BEGIN PGP SIGNATURE-----\n\nx\n"
    text = f"Before.\n{lead}\n- --dash\nGrain.\n{seal}-----END PGP SIGNATURE-----\nAfter.\n"
    assert without_armour(text) == "Before.\n--dash\nGrain.\nAfter.\n"
    cut = text.replace("-----END", "")
    assert without_armour(cut) == cut


@given(st.integers(0, 900), st.binary(min_size=1, max_size=6))
def test_a_damaged_envelope_is_read_or_told(at: int, noise: bytes) -> None:
    damaged = ENVELOPE[:at] + noise + ENVELOPE[at + len(noise) :]
    message = read(enveloped(damaged))
    assert message.sealed == "S/MIME" or message.inner_files[0].data == damaged


ENVELOPE = signed(TEXT.encode())
INVITATION = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Op-Ed meeting\nEND:VEVENT\nEND:VCALENDAR\n"


def test_an_invitation_is_held_and_no_piece() -> None:
    entry = f"Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n{INVITATION}"
    found = judged(multipart(TEXT, entry, kind="alternative"))
    assert (found["disposition"], found["hits"][0]) == (
        "calendar",
        "invitation: a calendar entry (request) without a document",
    )
    assert [file["media_type"] for file in found["attachments"]] == ["text/calendar"]
    assert judged(mail(INVITATION, content_type="text/calendar; method=request"))["disposition"] == "calendar"


def test_a_calendar_file_beside_a_piece_is_a_file() -> None:
    entry = (
        f"Content-Type: text/calendar; method=REQUEST\nContent-Disposition: attachment; filename=a.ics\n\n{INVITATION}"
    )
    assert judged(multipart(TEXT, entry))["disposition"] == "submit"
