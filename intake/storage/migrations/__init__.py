"""Alembic migrations, run by ``intake.storage.schema``: one set for SQLite and PostgreSQL."""
