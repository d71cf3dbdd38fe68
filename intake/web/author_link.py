"""The lost link: an author asks for it with address and reference. The answer is the same, right or wrong."""

from typing import Any

from flask import Blueprint, render_template

from intake.web.forms.link import LinkForm
from intake.web.transaction import newsroom, session
from intake.workflow.submit import send_link_again

room = Blueprint("author_link", __name__, url_prefix="/write")


@room.get("/link")
def ask() -> str:
    """Show the form."""
    return render_template("author/link.html", form=LinkForm(formdata=None), asked=False)


@room.post("/link")
def asked() -> Any:
    """Queue the letter when both belong together, and say the same either way."""
    form = LinkForm()
    if not form.validate_on_submit():
        return render_template("author/link.html", form=form, asked=False), 422
    send_link_again(session(), newsroom(), form.ref.data or "", form.email.data or "")
    return render_template("author/link.html", form=form, asked=True)
