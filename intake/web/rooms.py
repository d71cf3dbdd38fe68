"""Every blueprint of the site, registered in one place. It holds no view."""

from flask import Flask

from intake.web import author_acts, author_form, author_link, author_page


def init(app: Flask) -> None:
    """Register every room of views."""
    for blueprint in (author_form.room, author_link.room, author_page.room, author_acts.room):
        app.register_blueprint(blueprint)
