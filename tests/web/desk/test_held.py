"""Held mail: the tray, what an editor does with it, one by one and ticked, and who sees none of it."""

from sqlalchemy import select

from intake.domain import reasons
from intake.domain.addresses import reply_address
from intake.domain.roles import Role
from intake.newsroom import Newsroom
from intake.storage.messages import InboundMessage, Letter
from intake.storage.queries import held as tray
from intake.storage.submissions import Submission
from intake.workflow.receive import LEFT
from tests import factories
from tests.web.desk.browser import submit_form, token
from tests.web.desk.conftest import SignIn
from tests.web.desk.mailbag import held, mail

STRANGER = "reply from another address"


def dispositions(newsroom: Newsroom) -> list[str]:
    with newsroom.reading() as session:
        return list(session.scalars(select(InboundMessage.disposition).order_by(InboundMessage.id)))


def test_the_tray_says_why_and_shows_the_beginning(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        held(session, newsroom, mail("<b>Question</b>", "May I send you <script>alert(1)</script> a piece?"))
        held(session, newsroom, mail("Damaged"), unreadable="nested too deep")
    page = client.get("/desk/held").text
    assert "or the message itself, could not be read." in page
    assert "The subject does not say “Op-Ed”." in page
    assert "&lt;b&gt;Question&lt;/b&gt;" in page
    assert "May I send you &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert page.index("nested too deep") < page.index("&lt;b&gt;"), "the newest comes first"


def test_a_note_on_mail_left_in_its_mailbox_says_so_in_both_languages(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        held(session, newsroom).why = LEFT
    assert "the mail lies flagged in its mailbox" in client.get("/desk/held").text
    assert "هي باقية في صندوقها وعليها علامة" in client.get("/desk/held?lang=ar").text


def test_a_piece_says_that_a_mail_to_it_waits_in_the_tray(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        piece = factories.received(session, newsroom)
        ref, to = piece.ref, reply_address("oped@harbourpost.example", piece.bylines[0].id, newsroom.key("replies"))
        message = held(session, newsroom, mail("Re: yours", "I am the author, believe me."), to)
        assert (message.disposition, message.submission_id, message.why) == ("held", piece.id, STRANGER)
        number = message.id
    page = client.get(f"/desk/{ref}").text
    said = page[page.index("A mail to this piece waits in the held mail") :]
    assert "comes from another address than the author’s" in said
    assert f'<a href="/desk/message/{number}">Read it and decide</a>' in said
    assert said.count('<span class="state is-wait">held</span>') == 1
    assert "رسالة إلى هذا المقال تنتظر في البريد المعلّق" in client.get(f"/desk/{ref}?lang=ar").text
    submit_form(client, client.get(f"/desk/message/{number}"), "/put-into", {"ref": ref})
    assert "waits in the held mail" not in client.get(f"/desk/{ref}?lang=en").text


def test_an_empty_tray_says_what_will_be_there(sign_in: SignIn) -> None:
    client, _editor = sign_in()
    assert "No mail is held" in client.get("/desk/held").text


def test_taking_in_makes_a_piece_with_a_promise(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        number = held(session, newsroom, mail("My article", factories.text().body_text)).id
    answer = submit_form(client, client.get(f"/desk/message/{number}"), "/take-in")
    assert answer.status_code == 302, answer.text
    with newsroom.reading() as session:
        piece = session.scalars(select(Submission)).one()
        assert answer.location == f"/desk/{piece.ref}"
        assert (piece.status, piece.reply_by is not None) == ("received", True)
        assert "M2" in session.scalars(select(Letter.code)).all()
    assert dispositions(newsroom) == ["taken_in"]
    again = client.post(f"/desk/message/{number}/take-in", data={"csrf_token": token(client, f"/desk/{piece.ref}")})
    assert again.status_code == 409


def test_answering_and_putting_aside(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        first = held(session, newsroom, mail("One")).id
        second = held(session, newsroom, mail("Two")).id
        before = len(session.scalars(select(Letter)).all())
    page = client.get("/desk/held")
    assert submit_form(client, page, f"/message/{first}/answer").location == "/desk/held"
    assert submit_form(client, page, f"/message/{second}/spike").location == "/desk/held"
    assert dispositions(newsroom) == ["answered", "spiked"]
    with newsroom.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == before + 1


def test_the_ticked_ones_are_put_aside_together(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in(desks=("opinion",))
    with newsroom.transaction() as session:
        ours = [held(session, newsroom, mail(f"Number {number}")).id for number in range(3)]
        theirs = held(session, newsroom, mail("سؤال"), recipient="rai@harbourpost.example").id
    page = client.get("/desk/held")
    data = {
        "csrf_token": token(client, "/desk/held"),
        "message": [str(ours[0]), str(ours[2]), str(theirs)],
        "act": "spike",
    }
    answer = client.post("/desk/held", data=data, follow_redirects=True)
    assert "2 messages put aside." in answer.text
    assert "1 was left: dealt with already, or not to be dealt with so." in answer.text
    assert dispositions(newsroom) == ["spiked", "held", "spiked", "held"]
    assert submit_form(client, page, "/desk/held").location == "/desk/held"
    assert "Tick the messages first." in client.get("/desk/held").text


def test_the_ticked_ones_are_taken_in_or_answered_and_what_cannot_be_is_left(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        piece = held(session, newsroom, mail("My article", factories.text().body_text)).id
        question = held(session, newsroom).id
        damaged = held(session, newsroom, mail("Damaged"), unreadable="nested too deep").id
    page = client.get("/desk/held")
    assert page.text.count('name="act"') == 3
    for act, ticked in (("take_in", [piece, damaged]), ("answer", [question, damaged])):
        data = {"csrf_token": token(client, "/desk/held"), "message": [str(one) for one in ticked], "act": act}
        client.post("/desk/held", data=data)
    assert dispositions(newsroom) == ["taken_in", "answered", "quarantine"]
    data = {"csrf_token": token(client, "/desk/held"), "message": [str(damaged)], "act": "publish"}
    assert client.post("/desk/held", data=data).location == "/desk/held"
    assert dispositions(newsroom) == ["taken_in", "answered", "quarantine"]


def test_a_message_is_put_into_a_piece_by_its_reference(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    with newsroom.transaction() as session:
        number = held(session, newsroom).id
        ref = factories.received(session, newsroom).ref
    page = client.get(f"/desk/message/{number}")
    assert "Put it into a piece" in page.text
    data = {"csrf_token": token(client, f"/desk/message/{number}"), "ref": "op-nothing"}
    assert client.post(f"/desk/message/{number}/put-into", data=data).location == f"/desk/message/{number}"
    assert "No desk of yours has a piece with this reference." in client.get(f"/desk/message/{number}").text
    answer = client.post(f"/desk/message/{number}/put-into", data=data | {"ref": f" {ref.lower()} "})
    assert (answer.location, dispositions(newsroom)) == (f"/desk/{ref}", ["joined"])
    assert "May I send you something?" in client.get(f"/desk/{ref}").text


def test_a_reader_sees_the_tray_and_deals_with_nothing(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _reader = sign_in(Role.READER)
    with newsroom.transaction() as session:
        number = held(session, newsroom).id
        ref = factories.received(session, newsroom).ref
    assert "Take in" not in client.get("/desk/held").text.partition("<dialog")[0]  # the sheet of keys names every act
    data = {"csrf_token": token(client, f"/desk/{ref}"), "message": [str(number)], "act": "spike", "ref": ref}
    acts = ("take-in", "put-into", "answer", "spike")
    assert [client.post(f"/desk/message/{number}/{act}", data=data).status_code for act in acts] == [403] * 4
    assert client.post("/desk/held", data=data).status_code == 403
    assert dispositions(newsroom) == ["held"]


def test_another_desks_mail_does_not_exist(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in(desks=("rai",))
    with newsroom.transaction() as session:
        number = held(session, newsroom, mail("Only ours", files=(("a.txt", "text/plain", b"x"),))).id
        ref = factories.received(session, newsroom, "ar").ref
    assert "Only ours" not in client.get("/desk/held").text
    paths = ("", "/raw", "/part/0")
    assert [client.get(f"/desk/message/{number}{path}").status_code for path in paths] == [404, 404, 404]
    data = {"csrf_token": token(client, f"/desk/{ref}"), "ref": ref}
    acts = ("take-in", "put-into", "answer", "spike")
    assert [client.post(f"/desk/message/{number}/{act}", data=data).status_code for act in acts] == [404] * 4


def test_pages_of_the_tray_follow_each_other(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        ids = [held(session, newsroom, mail(f"Number {number}")).id for number in range(tray.PAGE + 2)]
        first, following = tray.tray(session, ("opinion",))
        second, end = tray.tray(session, ("opinion",), following)
    assert [row.id for row in [*first, *second]] == list(reversed(ids))
    assert (len(first), len(second), end) == (tray.PAGE, 2, None)


def test_the_author_of_a_forwarded_piece_is_shown_and_not_taken_over(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    block = (
        "---------- Forwarded message ---------\nFrom: Huda <b>Aziz</b> <huda@writer.example>\nDate: Tue, 3 Mar 2026"
    )
    text = f"See below.\n\n{block}\nSubject: The wall\n\n{factories.text().body_text}"
    with newsroom.transaction() as session:
        waiting = held(session, newsroom, mail("Fwd: An article", text)).id
        piece = held(session, newsroom, mail("Fwd: Op-Ed: The wall", text))
        number = piece.submission_id
    page = client.get(f"/desk/message/{waiting}").text
    assert "Below is who wrote the piece, as the forwarded message says." in page
    assert "huda@writer.example" in page
    assert "<b>Aziz" not in page
    with newsroom.reading() as session:
        submission = session.get_one(Submission, number)
        assert [byline.name for byline in submission.bylines] == ["Nur Author"]
        assert "See below." not in submission.revision.body_text
        ref = submission.ref
    assert "huda@writer.example" in client.get(f"/desk/{ref}").text


def test_an_encrypted_mail_is_held_with_its_reason_and_answered_once(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _editor = sign_in()
    sealed = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
    with newsroom.transaction() as session:
        number = held(session, newsroom, mail("Op-Ed: The wall", sealed)).id
        held(session, newsroom, mail("Op-Ed: The wall again", sealed))
        assert session.scalars(select(Letter.code)).all() == ["M0u"]
    assert "It is encrypted, and we hold no key to it." in client.get(f"/desk/message/{number}").text
    assert client.get(f"/desk/message/{number}/raw").data.count(b"BEGIN PGP MESSAGE") == 1


def test_what_was_left_out_of_an_answer_is_folded_on_its_page_and_in_the_thread(
    sign_in: SignIn, newsroom: Newsroom
) -> None:
    client, _editor = sign_in()
    quote = "On Tue, Mar 3, 2026 at 10:00 AM The Desk <oped@harbourpost.example> wrote:\n\n> Do you <b>agree</b>?"
    raw = b"In-Reply-To: <unknown@post.example>\n" + mail("Re: yours", f"I do.\n\nSent from my iPhone\n\n{quote}\n")
    with newsroom.transaction() as session:
        number = held(session, newsroom, raw).id
        ref = factories.received(session, newsroom).ref
    page = client.get(f"/desk/message/{number}").text
    data = {"csrf_token": token(client, f"/desk/message/{number}"), "ref": ref}
    client.post(f"/desk/message/{number}/put-into", data=data)
    for shown in (page, client.get(f"/desk/{ref}").text):
        before, folded, left_out = shown.partition("<summary>Show what was left out</summary>")
        assert ("I do." in before, "Sent from my iPhone" in before, bool(folded)) == (True, False, True)
        told = [
            left_out.partition("</details>")[0].find(words) for words in (">Footer", ">Sent from", ">Quoted", "agree")
        ]
        assert told == sorted(told)
        assert (min(told) >= 0, "<b>agree" in shown) == (True, False)


def test_why_a_message_is_held_is_told_in_the_pages_language(sign_in: SignIn, newsroom: Newsroom) -> None:
    client, _actor = sign_in()
    with newsroom.transaction() as session:
        number = held(session, newsroom, mail("A question")).id
    for address in ("/desk/held", f"/desk/message/{number}"):
        page = client.get(f"{address}?lang=ar").text
        assert '<span class="muted">(ليس في الموضوع أي كلمة متفق عليها)</span>' in page
        assert reasons.NO_WORD in client.get(f"{address}?lang=en").text
