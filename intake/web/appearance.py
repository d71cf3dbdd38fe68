"""Light, dark or as the device says: the switch that works by links, without JavaScript."""

from datetime import timedelta
from functools import lru_cache

from flask import Flask, Response, request
from flask_babel import gettext

from intake.web.language import Choice, current, here

APPEARANCES = ("", "light", "dark")
YEAR = timedelta(days=365)


def init_appearance(app: Flask) -> None:
    """Give templates ``theme`` and ``theme_links``, and keep a choice made by ``?theme=`` for a year."""
    app.context_processor(lambda: {"theme": chosen()})
    app.jinja_env.globals["theme_links"] = theme_links
    app.after_request(_keep)


def chosen() -> str:
    """Return "light", "dark", or "" for the device's own."""
    return known(request.args.get("theme", request.cookies.get("theme", "")))


def known(asked: str) -> str:
    """Return the appearance that was asked for; the device's own for a word that is none."""
    return asked if asked in APPEARANCES else ""


def theme_links() -> list[Choice]:
    """Return one link for each appearance, to the page that is open."""
    names, now = _names(current()), chosen()
    return [Choice(code, names[code], here(theme=code), code == now) for code in APPEARANCES]


@lru_cache(maxsize=16)
def _names(_language: str) -> dict[str, str]:
    """Return the names in the page's language; each page has these links."""
    return {"": gettext("Device"), "light": gettext("Light"), "dark": gettext("Dark")}


def _keep(response: Response) -> Response:
    """Remember the choice; a script may read it, so that the switch needs no page load."""
    asked = request.args.get("theme")
    if asked in APPEARANCES:
        response.set_cookie("theme", asked, max_age=YEAR if asked else 0, samesite="Lax", secure=request.is_secure)
    return response
