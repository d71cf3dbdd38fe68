"""Where things are kept: the spool, the blobs and the database. Import what you need: this file loads nothing."""
