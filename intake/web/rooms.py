"""Every blueprint of the site, registered in one place. It holds no view."""

from flask import Flask

from intake.web.desk import desk

BLUEPRINTS = (desk,)


def init(app: Flask) -> None:
    """Register every room of views."""
    for room in BLUEPRINTS:
        app.register_blueprint(room)
