"""The queue page: which pieces, in which order, behind which filters. All filters are links."""

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from intake.domain.stems import QUERY, phrases
from intake.domain.text import one_line
from intake.storage.queries import queue
from intake.storage.queries.queue import Group, Mark, Page, Wanted
from intake.web.accounts import current_actor
from intake.web.desk.access import readable_desks
from intake.web.language import language_name
from intake.web.transaction import newsroom, session


@dataclass(frozen=True, slots=True)
class Link:
    """One filter: the page it leads to, whether it is on, and how many pieces it holds."""

    href: str
    label: str
    current: bool
    count: str = ""


def show() -> str:
    """Show the queue. Arguments: state, desk, language, claim (mine, unclaimed), overdue, q (words), after."""
    wanted = _wanted()
    after = Mark.read(request.args.get("after", ""))
    # Words of which nothing is left to look for find nothing, rather than everything.
    page = Page((), None) if _sought() and not wanted.words else queue.page(session(), wanted, after)
    following = _address(after=str(page.following)) if page.following else ""
    return render_template(
        "desk/queue.html",
        rows=page.rows,
        following=following,
        first=_address(after="") if after else "",
        views=_views(wanted),
        narrower=_narrower(),
        group=wanted.group,
        filtered=bool(request.args),
        sought=_sought(),
        sought_most=QUERY,
        kept={key: request.args[key] for key in ("desk", "language") if request.args.get(key)},
        unsought=_address(q=""),
    )


def _wanted() -> Wanted:
    asked, desks = request.args, readable_desks()
    group, claim, words = asked.get("state", ""), asked.get("claim", ""), phrases(_sought())
    return Wanted(
        desks=tuple(desk for desk in desks if asked.get("desk", "") in ("", desk)),
        person_id=current_actor().id,
        group=Group(group) if group in list(Group) else (Group.ALL if _sought() else Group.READ),
        language=asked.get("language", ""),
        claim=claim if claim in ("mine", "unclaimed") else "",  # type: ignore[arg-type]  # one of the literals
        overdue_at=newsroom().now() if asked.get("overdue") else None,
        words=words,
    )


def _sought() -> str:
    """Return the words that are looked for, as they were typed; nothing when nothing is."""
    return one_line(request.args.get("q", "")[:QUERY])


def _address(**changed: str) -> str:
    """Return the queue's address with some arguments of the open one replaced; an empty one is left out."""
    asked = {
        key: request.args[key] for key in ("state", "desk", "language", "claim", "overdue", "q") if key in request.args
    }
    kept: dict[str, Any] = {key: value for key, value in (asked | changed).items() if value}
    return url_for("desk.queue", **kept)


def _views(wanted: Wanted) -> list[Link]:
    """Return the links of the first line: what an editor looks at in turn, with how many pieces wait there."""
    plain = replace(wanted, group=Group.READ, claim="", overdue_at=None, words=())
    views: list[tuple[str, str, dict[str, str], Wanted]] = [
        ("read", _("To read"), {}, plain),
        ("unclaimed", _("Unclaimed"), {"claim": "unclaimed"}, replace(plain, claim="unclaimed")),
        ("overdue", _("Overdue"), {"overdue": "1"}, replace(plain, overdue_at=newsroom().now())),
        ("mine", _("Mine"), {"state": "open", "claim": "mine"}, replace(plain, group=Group.OPEN, claim="mine")),
        *((group.value, name, {"state": group.value}, replace(plain, group=group)) for group, name in _groups()),
    ]
    counted = queue.counts(session(), {key: each for key, _name, _asked, each in views})
    now = {key: request.args[key] for key in ("state", "claim", "overdue") if request.args.get(key)}
    return [
        Link(
            _address(**{"state": "", "claim": "", "overdue": "", "q": ""} | asked),
            name,
            asked == now and not _sought(),
            counted[key],
        )
        for key, name, asked, _each in views
    ]


def _groups() -> list[tuple[Group, str]]:
    return [
        (Group.AUTHOR, _("With the author")),
        (Group.ACCEPTED, _("Accepted")),
        (Group.PUBLISHED, _("Published")),
        (Group.CLOSED, _("Closed")),
        (Group.UNCONFIRMED, _("Unconfirmed")),
        (Group.SPAM, _("Spam")),
    ]


def _narrower() -> list[list[Link]]:
    """Return the links that narrow any view: by desk and by language; nothing where there is one choice."""
    desks = [newsroom().desk(slug) for slug in readable_desks()]
    languages = sorted({desk.language for desk in newsroom().desks.every}, reverse=True)
    lines = [
        [("desk", "", _("All desks")), *(("desk", desk.slug, desk.name) for desk in desks)],
        [("language", "", _("All languages")), *(("language", code, language_name(code)) for code in languages)],
    ]
    return [
        [Link(_address(**{key: value}), name, request.args.get(key, "") == value) for key, value, name in line]
        for line in lines
        if len(line) > 2
    ]
