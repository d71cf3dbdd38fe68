"""Op-Ed Intake: an op-ed desk in a box. The map of the rooms is in README.md."""

__version__ = "0.1.0"
