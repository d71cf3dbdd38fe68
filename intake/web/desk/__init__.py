"""The editors' desk under /desk: this file is its table of contents.

The views stand in the files beside it and know nothing of the blueprint; each asks ``access`` for its piece.
"""

from flask import Blueprint

from intake.domain.errors import StaleVersion
from intake.web.desk import access, acts, decide, piece, queue, stale

desk = Blueprint("desk", __name__, url_prefix="/desk")

desk.before_request(access.sign_in_first)
desk.context_processor(access.frame)
desk.add_app_template_filter(access.veiled, "veil")
desk.register_error_handler(StaleVersion, stale.page)

desk.get("/", endpoint="queue")(queue.show)
desk.get("/<ref>", endpoint="piece")(piece.show)
desk.get("/<ref>/decide", endpoint="decide")(decide.decide)
desk.post("/<ref>/decide", endpoint="decide_now")(decide.decide)
desk.get("/<ref>/letter", endpoint="draft")(decide.draft)
desk.post("/<ref>/seal", endpoint="seal")(piece.open_seal)
_acts = ",".join(f"'{name}'" for name in acts.ACTS)
desk.post(f"/<ref>/<any({_acts}):act>", endpoint="act")(acts.carry_out)
