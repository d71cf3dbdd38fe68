"""Use-cases: one verb, one function, told who acts. They write only the database; the rim commits."""
