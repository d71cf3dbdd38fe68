"""Files of mail: what is found in them, how the lost envelope is guessed, and that they are only read."""

import os
from pathlib import Path

import pytest

from intake.ingress import archives
from intake.ingress.archives import Found, Part

MOST = 1000
MAIL = b"From: huda@author.example\r\nSubject: caf\xe9\r\n\r\ntext \x00\xff\nFrom me\n"
POSTMARK = b"From eve@author.example Tue Nov 24 10:00:00 2026\n"


def found(*paths: Path) -> list[tuple[str, str, bytes, str]]:
    every = [one for part in archives.listed(paths).parts for one in archives.mails(part, MOST)]
    return [(Path(one.where).name, one.kind, one.raw, one.problem or ("too large" * one.too_large)) for one in every]


def maildir(folder: Path, **files: bytes) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        place, _, rest = name.partition("_")
        (folder / place / rest).write_bytes(raw)
    return folder


def test_a_maildir_gives_new_and_cur_and_is_not_touched(tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", new_2=MAIL + b"2", cur_1=MAIL, tmp_3=b"half", **{"cur_.keep": b""})
    before = {path: path.stat().st_mtime_ns for path in box.rglob("*")}
    assert found(box) == [("1", "maildir", MAIL, ""), ("2", "maildir", MAIL + b"2", "")]
    assert archives.listed([box]).left_out == 1
    assert {path: path.stat().st_mtime_ns for path in box.rglob("*")} == before


def test_a_mail_that_a_mail_program_moves_meanwhile_is_found(tmp_path: Path) -> None:
    box = maildir(tmp_path / "box", new_17=MAIL, cur_18=MAIL)
    listing = archives.listed([box])
    (box / "new" / "17").rename(box / "cur" / "17:2,S")
    (box / "cur" / "18").unlink()
    told = [(one.raw, one.problem) for part in listing.parts for one in archives.mails(part, MOST)]
    assert sorted(told) == [(b"", "No such file or directory"), (MAIL, "")]


def test_a_folder_gives_every_eml_below_it_and_counts_the_others(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "one.EML").write_bytes(MAIL)
    (tmp_path / "two.eml").write_bytes(b"\xef\xbb\xbf" + MAIL)
    (tmp_path / "picture.jpg").write_bytes(b"x")
    assert found(tmp_path) == [("one.EML", "file", MAIL, ""), ("two.eml", "file", b"\xef\xbb\xbf" + MAIL, "")]
    assert archives.listed([tmp_path]).left_out == 1


def test_a_file_is_an_mbox_by_its_first_line_and_a_message_otherwise(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(POSTMARK + MAIL.replace(b"From me", b">From me") + b"\n" + POSTMARK + b"X: y\n\nz\n")
    (tmp_path / "one.eml").write_bytes(MAIL)
    assert found(tmp_path / "box", tmp_path / "one.eml") == [
        ("box, message 1", "mbox", MAIL, ""),
        ("box, message 2", "mbox", b"X: y\n\nz\n", ""),
        ("one.eml", "file", MAIL, ""),
    ]


def test_what_is_no_mail_is_told_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "b.eml").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "c.eml").write_bytes(b"X: " + b"y" * MOST)
    (tmp_path / "d.eml").symlink_to(tmp_path / "gone")
    (tmp_path / "e.eml").write_bytes(MAIL)
    (tmp_path / "box").write_bytes(POSTMARK + b"\n" + POSTMARK + b"X: " + b"y" * MOST + b"\n\n" + POSTMARK + MAIL)
    os.mkfifo(tmp_path / "pipe")
    every = (tmp_path, tmp_path / "box", tmp_path / "pipe", tmp_path / "d.eml")
    assert found(*every) == [
        ("a.eml", "file", b"", "is empty"),
        ("b.eml", "file", b"", "is no message: it does not begin with a header line"),
        ("c.eml", "file", b"", "too large"),
        ("e.eml", "file", MAIL, ""),
        ("box, message 1", "mbox", b"", "is empty"),
        ("box, message 2", "mbox", b"", "too large"),
        ("box, message 3", "mbox", MAIL, ""),
        ("pipe", "file", b"", "is no regular file"),
    ]
    assert archives.listed(every).problems == ((tmp_path / "d.eml", "No such file or directory"),)


@pytest.mark.parametrize("name", ["empty", "maildir"])
def test_a_folder_without_mail_is_a_problem(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    maildir(folder) if name == "maildir" else folder.mkdir()
    [(path, why)] = archives.listed([folder]).problems
    assert (path, why.startswith("holds no mail")) == (folder, True)


@pytest.mark.parametrize(
    ("raw", "postmark", "expected"),
    [
        (b"Return-Path: <a@b.example>\nFrom: x@y.example\n\n", "p@q.example", "a@b.example"),
        (b"return-path : a@b.example\r\n\r\n", "", "a@b.example"),
        (b"Return-Path: <>\nFrom: x@y.example\n\n", "p@q.example", ""),
        (b"From: x@y.example\n\n", "p@q.example", "p@q.example"),
        (b"From: x@y.example\n\n", "MAILER-DAEMON", "x@y.example"),
        (b"From: =?utf-8?q?H?=\r\n\t<x@y.example>\r\nTo: z\r\n\r\n", "-", "x@y.example"),
        (b'From: "a, b" <x@y.example>, <z@y.example>\n\n', "", "x@y.example"),
        (b"From: nobody\n\nReturn-Path: <in@the.body>\n", "", ""),
        (b"\n\nFrom: in@the.body\n", "", ""),
        (b"From: \x00x@y.example\xc2\x85\n\n", "", "x@y.example"),
        (b"Return-Path: \xff\n\n", "", "�"),
        (b"x" * 2_000_000, "", ""),
    ],
)
def test_the_sender_is_the_envelopes_where_it_is_written_down(raw: bytes, postmark: str, expected: str) -> None:
    assert archives.sender(Found("", "mbox", raw, 0, postmark)) == expected


def test_the_recipient_is_the_desks_own_address_that_the_mail_went_to() -> None:
    def ours(address: str) -> bool:
        return address.startswith("oped")

    for name in (b"Delivered-To", b"x-original-to"):
        assert archives.recipient(name + b": <oped+r7@paper.example>\n\n", ours, "oped@x") == "oped+r7@paper.example"
        assert archives.recipient(name + b": other@paper.example\n\n", ours, "oped@x") == "oped@x"
    assert archives.recipient(b"To: oped+r7@paper.example\n\n", ours, "oped@x") == "oped@x"


def test_a_file_that_cannot_be_opened_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.eml").symlink_to(tmp_path / "a.eml")
    told = [one.problem for one in archives.mails(Part(tmp_path / "a.eml", False, 0), MOST)]
    assert told == ["Too many levels of symbolic links"]
