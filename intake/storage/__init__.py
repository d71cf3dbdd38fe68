"""The database and the files. It keeps what the rules decided; it decides nothing itself."""
