"""Reads for pages, one file a page: a session in, rows out. They change nothing."""
