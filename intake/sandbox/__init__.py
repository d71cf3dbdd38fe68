"""One function, one child process, hard limits: where hostile bytes are read. It knows no mail and no documents."""

from intake.sandbox.reader import CAUSES, Reader

__all__ = ["CAUSES", "Reader"]
