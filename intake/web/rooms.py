"""Every blueprint of the site, registered in one place. It holds no view."""

from flask import Flask

BLUEPRINTS: tuple[str, ...] = ()


def init(app: Flask) -> None:
    """Register every room of views."""
