"""The people of the installation: one's own profile, and, for administrators, everybody's account and roles."""

from flask import Blueprint

from intake.web.accounts import current_actor

pages = Blueprint("people", __name__, url_prefix="/desk")


@pages.get("/profile")
def profile() -> str:
    """Show one's own name, language and keys."""
    return current_actor().name
