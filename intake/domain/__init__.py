"""The rules of the desk in plain Python: no framework, no database, no clock of its own."""
