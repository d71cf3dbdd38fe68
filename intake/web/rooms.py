"""Every blueprint of the site, registered in one place. It holds no view."""

from flask import Flask

from intake.web import (
    account_pages,
    author_acts,
    author_form,
    author_link,
    author_page,
    health,
    metrics,
    people,
    site,
    webhooks,
)
from intake.web.desk import desk

BLUEPRINTS = (
    health.room,
    metrics.room,
    webhooks.room,
    site.pages,
    author_form.room,
    author_link.room,
    author_page.room,
    author_acts.room,
    account_pages.pages,
    people.pages,
    desk,
)


def init(app: Flask) -> None:
    """Register every room of views."""
    for room in BLUEPRINTS:
        app.register_blueprint(room)
