"""What pages read: one file for each page, plain functions from a session to values. They write nothing."""
