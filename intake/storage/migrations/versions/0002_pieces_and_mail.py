"""The first schema: pieces on their way.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from intake.storage.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")

TABLES = (
    "submission",
    "byline",
    "gate_override",
    "inbound_message",
    "revision",
    "attachment",
    "letter",
    "thread_entry",
)
"""In the order they are made; taken away in the other."""


def upgrade() -> None:
    _submission()
    _submission_orders()
    _byline()
    _gate_override()
    _inbound_message()
    _revision()
    _attachment()
    _letter()
    _thread_entry()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _submission() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("genre", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("reply_by", UtcDateTime(timezone=True), nullable=True),
        sa.Column("no_promise", sa.String(length=20), nullable=True),
        sa.Column("clock_left", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("extension_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("publish_by", UtcDateTime(timezone=True), nullable=True),
        sa.Column("publish_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("offered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("came_from", sa.String(length=16), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("claimant_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=20), nullable=True),
        sa.Column("suspected", sa.String(length=40), nullable=True),
        sa.Column("undo", JSON, nullable=True),
        sa.Column("undo_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("headline", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("why_now", sa.String(length=280), nullable=False),
        sa.Column("useless_after", sa.Date(), nullable=True),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("allegation", sa.Boolean(), nullable=True),
        sa.Column("allegation_evidence", sa.String(length=1000), nullable=False),
        sa.Column("allegation_asked", sa.Boolean(), nullable=True),
        sa.Column("allegation_signer_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        *_submission_rules(),
        sa.ForeignKeyConstraint(
            ["allegation_signer_id"], ["person.id"], name=op.f("fk_submission_allegation_signer_id_person")
        ),
        sa.ForeignKeyConstraint(["claimant_id"], ["person.id"], name=op.f("fk_submission_claimant_id_person")),
        sa.ForeignKeyConstraint(["merged_into"], ["submission.id"], name=op.f("fk_submission_merged_into_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("form_key", name=op.f("uq_submission_form_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_submission_ref")),
    )


def _submission_rules() -> tuple[sa.CheckConstraint, ...]:
    """Return what must never be true of a piece."""
    return (
        sa.CheckConstraint(
            "status <> 'declined' OR decline_reason IS NOT NULL", name=op.f("ck_submission_decline_has_reason")
        ),
        sa.CheckConstraint(
            "status <> 'scheduled' OR publish_at IS NOT NULL", name=op.f("ck_submission_scheduled_has_time")
        ),
        sa.CheckConstraint(
            "status IN ('unconfirmed','received','in_review','needs_author','offered','accepted','approval','approved','scheduled','published','declined','released','withdrawn','merged','spiked','removed','purged')",
            name=op.f("ck_submission_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_review','received') OR reply_by IS NOT NULL OR no_promise IS NOT NULL",
            name=op.f("ck_submission_one_promise"),
        ),
    )


def _submission_orders() -> None:
    """Create the indexes behind each order of the queue."""
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_language", ["desk", "status", "language", "id"], unique=False)
        batch_op.create_index("ix_submission_newest", ["desk", "status", "id"], unique=False)
        batch_op.create_index("ix_submission_queue", ["desk", "status", "reply_by", "id"], unique=False)


def _byline() -> None:
    op.create_table(
        "byline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("other_spelling", sa.String(length=120), nullable=False),
        sa.Column("pseudonym_reason", sa.String(length=500), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("contact_otherwise", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("organisation", sa.String(length=160), nullable=False),
        sa.Column("role_page", sa.String(length=500), nullable=False),
        sa.Column("bio", sa.String(length=600), nullable=False),
        sa.Column("earlier_works", JSON, nullable=False),
        sa.Column("interests", JSON, nullable=True),
        sa.Column("disclosure", sa.String(length=200), nullable=False),
        sa.Column("ai_use", sa.String(length=10), nullable=True),
        sa.Column("ai_tool", sa.String(length=120), nullable=False),
        sa.Column("exclusivity", sa.String(length=10), nullable=True),
        sa.Column("exclusivity_where", sa.String(length=500), nullable=False),
        sa.Column("terms_version", sa.String(length=20), nullable=True),
        sa.Column("terms_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_how", sa.String(length=20), nullable=True),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_byline_author_id_author")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_byline_submission_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_byline")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_byline_link_hash")),
        sa.UniqueConstraint("submission_id", "position", name=op.f("uq_byline_submission_id")),
    )
    with op.batch_alter_table("byline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_byline_author_id"), ["author_id"], unique=False)


def _gate_override() -> None:
    op.create_table(
        "gate_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gate_override_person_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_gate_override_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_override")),
        sa.UniqueConstraint("submission_id", "line", name=op.f("uq_gate_override_submission_id")),
    )
    with op.batch_alter_table("gate_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gate_override_submission_id"), ["submission_id"], unique=False)


def _inbound_message() -> None:
    op.create_table(
        "inbound_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spool_key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mail_from", sa.String(length=320), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("desk", sa.String(length=60), nullable=False),
        sa.Column("raw", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("from_name", sa.String(length=200), nullable=False),
        sa.Column("from_address", sa.String(length=320), nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("hits", JSON, nullable=False),
        sa.Column("misses", JSON, nullable=False),
        sa.Column("defects", JSON, nullable=False),
        sa.Column("reading", JSON, nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("filed_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "disposition IN ('filed','held','joined','answered','taken_in','spiked','quarantine','dropped')",
            name=op.f("ck_inbound_message_disposition"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_inbound_message_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_message")),
        sa.UniqueConstraint("digest", "mail_from", "recipient", name=op.f("uq_inbound_message_digest")),
        sa.UniqueConstraint("spool_key", name=op.f("uq_inbound_message_spool_key")),
    )
    with op.batch_alter_table("inbound_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_message_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_message_submission_id"), ["submission_id"], unique=False)
        batch_op.create_index("ix_inbound_message_tray", ["desk", "disposition", "id"], unique=False)


def _revision() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("headline", sa.String(length=300), nullable=False),
        sa.Column("standfirst", sa.String(length=300), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("made_by IN ('author','editor')", name=op.f("ck_revision_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_revision_person_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_revision_submission_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_revision_submission_id")),
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["inbound_message.id"],
            name=op.f("fk_attachment_message_id_inbound_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_attachment_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_submission_id"), ["submission_id"], unique=False)


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("byline_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("desk", sa.String(length=60), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("to_address", sa.String(length=320), nullable=False),
        sa.Column("to_name", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("in_reply_to", sa.String(length=500), nullable=False),
        sa.Column("link_url", sa.String(length=500), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.CheckConstraint("status IN ('queued','sent','kept','cancelled','failed')", name=op.f("ck_letter_status")),
        sa.ForeignKeyConstraint(
            ["byline_id"], ["byline.id"], name=op.f("fk_letter_byline_id_byline"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_letter_submission_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_due", ["status", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_submission_id"), ["submission_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_to_address"), ["to_address"], unique=False)


def _thread_entry() -> None:
    op.create_table(
        "thread_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("byline_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('question','answer','message','note','recommendation','changes')",
            name=op.f("ck_thread_entry_kind"),
        ),
        sa.ForeignKeyConstraint(["byline_id"], ["byline.id"], name=op.f("fk_thread_entry_byline_id_byline")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["inbound_message.id"], name=op.f("fk_thread_entry_message_id_inbound_message")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thread_entry_person_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_thread_entry_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_entry")),
    )
    with op.batch_alter_table("thread_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thread_entry_submission_id"), ["submission_id"], unique=False)
