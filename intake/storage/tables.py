"""Every table, imported in one place, so that metadata is whole for migrations. It defines no table."""

from intake.storage import audit, bounces, evidence, messages, people, publications, search, submissions
from intake.storage.database import Base

__all__ = [
    "BLOB_COLUMNS",
    "audit",
    "bounces",
    "evidence",
    "messages",
    "metadata",
    "people",
    "publications",
    "search",
    "submissions",
]

metadata = Base.metadata

BLOB_COLUMNS = tuple(column for table in metadata.sorted_tables for column in table.columns if column.info.get("blob"))
"""Every column that names a blob."""
