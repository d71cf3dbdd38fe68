"""The web application as tests start it: passwords are hashed cheaply, pages compiled once, one sandbox serves all."""

import tempfile

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from intake.newsroom import Newsroom
from intake.web.app import create_app
from tests.one_reader import READER

_COMPILED = tempfile.TemporaryDirectory(prefix="intake-pages-")


def quick_app(newsroom: Newsroom) -> Flask:
    """Return the application of a newsroom; argon2 does its least, and templates are compiled once a test run."""
    app = create_app(newsroom)
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    app.extensions["security"].pwd_context.update(**cheap)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_COMPILED.name)
    app.extensions["reader"] = READER
    return app
