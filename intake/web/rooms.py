"""Every blueprint of the site, registered in one place. It holds no view."""

from flask import Flask

from intake.web import account_pages, people, site

BLUEPRINTS = (account_pages.pages, people.pages, site.pages)


def init(app: Flask) -> None:
    """Register every room of views."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
