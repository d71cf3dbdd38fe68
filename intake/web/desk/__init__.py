"""The editors' desk under /desk: this file is its table of contents.

The views stand in the files beside it and know nothing of the blueprint; each asks ``access`` for its piece.
"""

from flask import Blueprint

from intake.domain.errors import StaleVersion
from intake.web.desk import access, acts, decide, downloads, held, outbox, piece, printing, proofs, queue, stale, text

desk = Blueprint("desk", __name__, url_prefix="/desk")

MESSAGE = "/message/<int(max=2147483647):message_id>"

desk.before_request(access.sign_in_first)
desk.context_processor(access.frame)
desk.add_app_template_filter(access.veiled, "veil")
desk.context_processor(lambda: {"print_state": proofs.standing, "misnamed": downloads.misnamed})
desk.register_error_handler(StaleVersion, stale.page)

desk.get("/", endpoint="queue")(queue.show)
desk.get("/<ref>", endpoint="piece")(piece.show)
desk.get("/<ref>/decide", endpoint="decide")(decide.decide)
desk.post("/<ref>/decide", endpoint="decide_now")(decide.decide)
desk.get("/<ref>/letter", endpoint="draft")(decide.draft)
desk.post("/<ref>/seal", endpoint="seal")(piece.open_seal)
_acts = ",".join(f"'{name}'" for name in acts.ACTS)
desk.post(f"/<ref>/<any({_acts}):act>", endpoint="act")(acts.carry_out)

# From an accepted piece to a printed one.
desk.get("/<ref>/edit", endpoint="edit")(text.open_editor)
desk.post("/<ref>/edit", endpoint="save_text")(text.save)
desk.post("/<ref>/take-over", endpoint="take_over")(text.take_over)
desk.get("/<ref>/revisions", endpoint="revisions")(text.revisions)
desk.get("/<ref>/lines", endpoint="lines")(text.open_lines)
desk.post("/<ref>/lines", endpoint="save_lines")(text.save_lines)
desk.post("/<ref>/genre", endpoint="genre")(text.save_genre)
desk.get("/<ref>/proof", endpoint="proof")(proofs.show)
desk.post("/<ref>/proof/send", endpoint="send_proof")(proofs.send)
desk.post("/<ref>/proof/recall", endpoint="recall")(proofs.recall)
desk.post("/<ref>/proof/approve", endpoint="approve")(proofs.approve)
desk.post("/<ref>/proof/override", endpoint="override")(proofs.override)
desk.get("/<ref>/publish", endpoint="publish")(printing.show)
desk.post("/<ref>/publish", endpoint="publish_now")(printing.publish_now)
desk.post("/<ref>/publish/schedule", endpoint="schedule")(printing.schedule)
desk.post("/<ref>/publish/unschedule", endpoint="unschedule")(printing.unschedule)
desk.get("/<ref>/correct", endpoint="correct")(printing.open_correction)
desk.post("/<ref>/correct", endpoint="save_correction")(printing.correct)
for _act in printing.NOTED:
    desk.get(f"/<ref>/{_act}", endpoint=_act, defaults={"act": _act})(printing.open_note)
    desk.post(f"/<ref>/{_act}", endpoint=f"{_act}_now", defaults={"act": _act})(printing.note)

# Mail, both ways.
desk.get("/held", endpoint="held")(held.tray)
desk.post("/held", endpoint="settle_ticked")(held.settle_ticked)
desk.get(MESSAGE, endpoint="message")(held.show)
desk.post(f"{MESSAGE}/take-in", endpoint="take_in")(held.take_in)
desk.post(f"{MESSAGE}/put-into", endpoint="put_into")(held.put_into)
desk.post(f"{MESSAGE}/answer", endpoint="answer_held")(held.answer)
desk.post(f"{MESSAGE}/spike", endpoint="spike_held")(held.spike)
desk.get(f"{MESSAGE}/raw", endpoint="raw_message")(downloads.raw)
desk.get(f"{MESSAGE}/part/<int(max=2147483647):position>", endpoint="message_part")(downloads.part)
desk.get("/letters", endpoint="outbox")(outbox.show)
desk.get("/letters/<int(max=2147483647):letter_id>", endpoint="letter")(outbox.letter)
desk.post("/letters/<int(max=2147483647):letter_id>/again", endpoint="try_again")(outbox.try_again)
desk.get("/letters/<int(max=2147483647):letter_id>/kept", endpoint="kept_letter")(outbox.kept)
