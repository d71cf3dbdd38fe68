"""Upkeep of an installation: backup, restore, the checks that prove them, and the check-up that ``doctor`` prints."""
