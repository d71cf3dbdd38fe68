"""The ways in. Each one only hands raw mail to the spool: nothing is parsed and no database is touched."""
