"""The reader's site: front page, articles, archive, feeds, and what opinion means here. It needs no account.

A page is made anew or answered with 304 after one indexed look-up; nothing is kept in the process, so that a removal
shows at once. Addresses that machines read come from the settings, never from the request.
"""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.http import is_resource_modified
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from intake.domain.desk import Desk
from intake.domain.piece import from_json
from intake.domain.text import slug
from intake.publishing.feeds import Channel, Entry, rss
from intake.publishing.page import printed_notice, script_json, structured_data
from intake.storage.queries import site as query
from intake.web.appearance import chosen
from intake.web.language import current, direction, speak
from intake.web.transaction import newsroom, session
from intake.web.unchanged import tag_of
from intake.web.wellformed import row_number

pages = Blueprint("site", __name__)


class DeskConverter(BaseConverter):
    """A desk of the installation by its slug; any other word is no address of the site."""

    def to_python(self, value: str) -> Desk:
        """Return the desk."""
        return newsroom().desk(value)

    def to_url(self, value: Desk) -> str:
        """Return the desk's slug."""
        return quote(value.slug)


@pages.record_once
def _converters(state: BlueprintSetupState) -> None:
    slugs = (re.escape(desk.slug) for desk in state.app.extensions["newsroom"].desks.every)
    known = {"regex": f"(?:{'|'.join(slugs)})"}
    state.app.url_map.converters["desk"] = type("KnownDesk", (DeskConverter,), known)


@pages.get("/")
def home() -> BaseResponse:
    """Show the front page of the desk that speaks the visitor's language, else of the first."""
    desks = newsroom().desks.every
    response = front(next((desk for desk in desks if desk.language == current()), desks[0]))
    response.vary.add("Accept-Language")
    return response


@pages.get("/<desk:desk>/")
def front(desk: Desk) -> BaseResponse:
    """Show a desk's newest pieces."""

    def page() -> str:
        listing = query.newest(session(), desk.slug, _before())
        return _shown("site/front.html", listing=listing, **_frame(desk))

    return _of_desk(desk, page)


@pages.get("/archive/<desk:desk>")
def archive(desk: Desk) -> BaseResponse:
    """Lead to the month of a desk's newest piece."""
    newest = query.newest(session(), desk.slug, size=1).entries
    at = (newest[0].published_at if newest else newsroom().now()).astimezone(desk.calendar.zone)
    return redirect(url_for("site.month", desk=desk, year=at.year, month=at.month))


@pages.get("/archive/<desk:desk>/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
def month(desk: Desk, year: int, month: int) -> BaseResponse:
    """Show what a desk published in a month of its own calendar."""
    if not (1 <= month <= 12 and 1970 <= year < 9999):
        abort(404)
    zone = desk.calendar.zone
    start = datetime(year, month, 1, tzinfo=zone)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)

    def page() -> str:
        listing = query.between(session(), desk.slug, start, end, _before())
        earlier, later = (at and at.astimezone(zone) for at in query.neighbours(session(), desk.slug, start, end))
        context = {"listing": listing, "start": start, "earlier": earlier, "later": later}
        return _shown("site/month.html", **context, **_frame(desk))

    return _of_desk(desk, page)


@pages.get("/archive/<desk:desk>/by/<author>")
def by_author(desk: Desk, author: str) -> BaseResponse:
    """Show everything that stands under one printed name on a desk."""

    def page() -> str:
        name, listing = query.by_author(session(), desk.slug, author, _before())
        if not name:
            abort(404)
        return _shown("site/author.html", name=name, listing=listing, **_frame(desk))

    return _of_desk(desk, page)


@pages.get("/about-opinion")
def about_here() -> BaseResponse:
    """Lead to what opinion means here, in the visitor's language."""
    desks = newsroom().desks.every
    desk = next((desk for desk in desks if desk.language == current()), desks[0])
    response = redirect(url_for("site.about", desk=desk))
    response.vary.add("Accept-Language")
    return response


@pages.get("/<desk:desk>/about-opinion")
def about(desk: Desk) -> BaseResponse:
    """Say what opinion means here, how it is chosen and how it is corrected."""
    return _conditional((desk.slug, "about"), None, desk.language, lambda: _about_page(desk))


def _about_page(desk: Desk) -> str:
    return _shown("site/about.html", **_frame(desk))


@pages.get("/rss.xml")
def feed_here() -> BaseResponse:
    """Lead to the first desk's feed."""
    return redirect(url_for("site.feed", desk=newsroom().desks.every[0]))


@pages.get("/<desk:desk>/rss.xml")
def feed(desk: Desk) -> BaseResponse:
    """Return a desk's newest pieces as RSS, each with its label and its one explainer."""

    def document() -> Response:
        return Response(_rss(desk), content_type="application/rss+xml; charset=utf-8")

    return _of_desk(desk, document)


def _rss(desk: Desk) -> bytes:
    channel = Channel(
        title=f"{desk.publication} – {desk.name}",
        link=_absolute(url_for("site.front", desk=desk)),
        feed_url=_absolute(url_for("site.feed", desk=desk)),
        description=_("Opinion articles in %(publication)s", publication=desk.publication),
        language=desk.language,
        disclosure_lead=_("Disclosure:"),
    )
    found = query.for_feed(session(), desk.slug)
    return rss(channel, [Entry(from_json(p.piece), _absolute(quote(p.path)), p.published_at) for p in found])


@pages.get("/articles/<int(max=2147483647):number>/", strict_slashes=False)
@pages.get("/articles/<int(max=2147483647):number>/<path:words>")
def article(number: int, words: str = "") -> BaseResponse:
    """Show a published piece under its one address, or the note that stands where it was removed (410)."""
    with newsroom().database.looking() as connection:
        found = query.article(connection, number)
        if found is None:
            abort(404)
        if found.removed_at:
            return make_response(_removed_page(found), 410)
        if found.path != f"/articles/{number}/{words}":
            return redirect(quote(found.path), 301)
        return _conditional(
            (found.hash,), found.changed_at, "", lambda: _article_page(found, query.around(connection, number))
        )


def _article_page(publication: query.Printed, around: query.Around) -> str:
    speak(publication.language)
    piece = from_json(publication.piece)
    url = _absolute(quote(publication.path))
    desk = _desk_of(publication)
    frame = _frame(desk, piece.publication)
    principles = _absolute(str(frame["about"]))
    data = structured_data(
        piece,
        url=url,
        image=None,
        published=publication.published_at,
        modified=max(publication.changed_at, publication.published_at),
        publisher_url=_absolute(str(frame["site_home"])),
        publishing_principles=principles,
        logo=None,
    )
    context = {
        "publication_row": publication,
        "piece": piece,
        "notice": printed_notice(piece),
        "structured": script_json(data),
        "canonical": url,
        "authors": around.authors,
        "corrections": around.corrections,
    }
    return _shown("site/article.html", **context, **frame)


def _removed_page(publication: query.Printed) -> str:
    speak(publication.language)
    desk = _desk_of(publication)
    frame = _frame(desk, publication.publication_name)
    return _shown("site/removed.html", removed=publication, **frame)


def _desk_of(publication: query.Printed) -> Desk | None:
    return next((desk for desk in newsroom().desks.every if desk.slug == publication.desk), None)


def _frame(desk: Desk | None, name: str = "") -> dict[str, object]:
    """Return what stands round every page of the site. A piece may outlive its desk: then there is only its name."""
    if desk is None:
        return {"publication": name, "site_home": "/", "site_desk": None, "about": "/about-opinion"}
    made: dict[str, dict[str, object]] = current_app.extensions.setdefault("site_frames", {})
    if desk.slug not in made:
        made[desk.slug] = _made_frame(desk)
    return made[desk.slug] | {"publication": name or desk.publication}


def _made_frame(desk: Desk) -> dict[str, object]:
    """Return what is the same on every page of a desk as long as the process lives: it comes from the settings."""
    ways = current_app.url_map.bind("")  # of no request, whose host and prefix must not stay
    others = [other for other in newsroom().desks.every if other.slug != desk.slug]
    return {
        "site_home": ways.build("site.front", {"desk": desk}),
        "site_desk": desk,
        "feed": ways.build("site.feed", {"desk": desk}),
        "archive": ways.build("site.archive", {"desk": desk}),
        "about": ways.build("site.about", {"desk": desk}),
        "other_desks": [(ways.build("site.front", {"desk": other}), other) for other in others],
        "slug": slug,
    }


def _shown(template: str, **context: object) -> str:
    """Return a page of the site, without what the framework gives to templates: it would look for an account."""
    language = current()
    page = current_app.jinja_env.get_template(template)
    return page.render(locale=language, direction=direction(language), theme=chosen(), **context)


def _absolute(path: str) -> str:
    return newsroom().settings.base_url.rstrip("/") + path


def _before() -> int | None:
    asked = request.args.get("before", type=row_number)
    return min(asked, 2**31 - 1) if asked is not None and asked > 0 else None


def _of_desk(desk: Desk, make: Callable[[], str | Response]) -> BaseResponse:
    """Answer with a page that changes whenever anything on the desk does."""
    changed = query.last_change(session(), desk.slug)
    stamp = changed.isoformat() if changed else ""
    return _conditional((desk.slug, stamp, request.full_path), changed, desk.language, make)


def _conditional(
    parts: tuple[str, ...], changed: datetime | None, language: str, make: Callable[[], str | Response]
) -> BaseResponse:
    """Answer 304 to a visitor who has this very page, else make it. The visitor's light or dark is part of it."""
    tag = tag_of(chosen(), parts, changed)
    if is_resource_modified(request.environ, etag=tag, last_modified=changed):
        if language:
            speak(language)
        response = make_response(make())
    else:
        response = Response(status=304)
    response.set_etag(tag)
    response.last_modified = changed
    return response
