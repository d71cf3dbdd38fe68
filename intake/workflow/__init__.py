"""Use-cases: one verb, one function, told who acts. They take a session and write only the database; the rim commits."""
