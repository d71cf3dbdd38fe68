"""What pages read: one file for each page that shows it, plain functions from a session.

They write nothing.
"""
