"""From a filled form to what the workflow is handed, and from a stored piece back. No rule is checked here."""

from dataclasses import asdict
from typing import Any

from intake.domain.body import text_of
from intake.domain.proposal import AuthorDetails, Facts, Source, Statement, Text
from intake.domain.text import count_words
from intake.manuscripts import from_plain
from intake.storage.submissions import Byline, Revision, Submission
from intake.web.forms.declaration import QUESTIONS

UNREADABLE = "\ufffd"


def text_of_form(form: Any) -> Text:
    """Return the piece's words: pasted text becomes a canonical body."""
    html = from_plain(form.body.data)
    text = text_of(html)
    return Text(form.headline.data, form.standfirst.data, html, text, count_words(text))


def facts_of_form(form: Any) -> Facts:
    """Return the facts; a source line that is empty is none."""
    accused = form.allegation.data == "yes"
    return Facts(
        why_now=form.why_now.data,
        useless_after=form.useless_after.data,
        sources=tuple(
            Source(entry.form.claim.data, entry.form.link.data)
            for entry in form.sources
            if entry.form.claim.data and entry.form.link.data
        ),
        allegation=accused,
        evidence=form.evidence.data if accused else "",
        asked=form.asked.data == "yes" if accused else None,
    )


def details_of_form(form: Any, address: str, locale: str) -> AuthorDetails:
    """Return who the author is, with the address the piece came from or comes from now."""
    named = {key: getattr(form, key).data for key in ("name", "other_spelling", "pseudonym", "city", "country", "bio")}
    return AuthorDetails(
        address=address,
        locale=locale,
        pseudonym_reason=form.pseudonym_reason.data if form.pseudonym.data else "",
        phone="" if form.no_call.data else form.phone.data,
        contact_otherwise=form.contact_otherwise.data,
        role=form.role.data,
        organisation=form.organisation.data,
        role_page=form.role_page.data,
        earlier_works=tuple(work.data for work in form.earlier_works if work.data),
        **named,
    )


def details_of(byline: Byline) -> AuthorDetails:
    """Return who the author is as it stands on a byline; a sealed name and phone stay sealed, so they are empty."""
    pen_name = byline.pseudonym_reason is not None
    return AuthorDetails(
        name="" if pen_name else byline.name,
        address=byline.author.address,
        locale=byline.locale,
        other_spelling=byline.other_spelling,
        pseudonym=byline.name if pen_name else "",
        pseudonym_reason=byline.pseudonym_reason or "",
        phone=byline.phone,
        contact_otherwise=byline.contact_otherwise,
        city=byline.city,
        country=byline.country,
        role=byline.role,
        organisation=byline.organisation,
        role_page=byline.role_page,
        bio=byline.bio,
        earlier_works=tuple(byline.earlier_works),
    )


def statement_of_form(form: Any) -> Statement:
    """Return what the author declares."""
    asked = {key: getattr(form, field).form for field, key in QUESTIONS.items()}
    interests = {
        key: (sub.answer.data == "yes", sub.text.data if sub.answer.data == "yes" else "") for key, sub in asked.items()
    }
    elsewhere = form.exclusivity.data != "only"
    return Statement(
        interests=interests,
        disclosure=form.disclosure.data,
        ai_use=form.ai_use.data,
        ai_tool=form.ai_tool.data if form.ai_use.data != "none" else "",
        exclusivity=form.exclusivity.data,
        exclusivity_where=form.exclusivity_where.data if elsewhere else "",
        terms_version=form.terms_version.data,
    )


def stored(submission: Submission, byline: Byline) -> dict[str, Any]:
    """Return what a form about a stored piece opens with: every answer given so far."""
    known = details_of(byline)
    about: dict[str, Any] = asdict(known) | {"earlier_works": list(known.earlier_works)}
    # The reason given with a pen name outlives the number: whoever could not be called then is asked the same way.
    about["no_call"] = bool(known.contact_otherwise and not known.phone)
    facts = {
        "why_now": submission.why_now,
        "useless_after": submission.useless_after,
        "sources": submission.sources or None,
        "allegation": _yes_no(submission.allegation),
        "evidence": submission.allegation_evidence,
        "asked": _yes_no(submission.allegation_asked),
    }
    return about | facts | _declared(byline)


def _declared(byline: Byline) -> dict[str, Any]:
    given = byline.interests or {}
    interests = {
        field: {"answer": _yes_no(given[key]["yes"]), "text": given[key]["text"]}
        for field, key in QUESTIONS.items()
        if key in given
    }
    return interests | {
        "disclosure": byline.disclosure,
        "ai_use": byline.ai_use,
        "ai_tool": byline.ai_tool,
        "exclusivity": byline.exclusivity,
        "exclusivity_where": byline.exclusivity_where,
    }


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def pasteable(revision: Revision) -> dict[str, str]:
    """Return a text as it can be pasted: without links and bold, and without signs no form may hold."""
    body = text_of(revision.body_html).replace(UNREADABLE, "")
    return {"headline": revision.headline, "standfirst": revision.standfirst, "body": body}
