"""Every table, imported in one place, so that metadata is whole for migrations. It defines nothing."""

from intake.storage import audit, evidence, messages, people, publications, search, submissions
from intake.storage.database import Base

__all__ = ["audit", "evidence", "messages", "metadata", "people", "publications", "search", "submissions"]

metadata = Base.metadata
