"""What is written once is never changed: triggers on the audit, disclaimer versions and revisions.

Revision: 0004, after 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FROZEN = {"audit_entry": "", "disclaimer_version": "", "revision": "headline, standfirst, body_html, body_text"}
"""Each table with the columns that no UPDATE may touch; none named means the whole row, and no DELETE either."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table, columns in FROZEN.items():
        for act in ("UPDATE",) if columns else ("UPDATE", "DELETE"):
            _refuse(table, act, f" OF {columns}" if columns else "")


def _refuse(table: str, act: str, columns: str) -> None:
    name = f"{table}_no_{act.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act}{columns} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act}{columns} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
        )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, columns in FROZEN.items():
        for act in ("update",) if columns else ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}" + (f" ON {table}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION refuse_change()")
