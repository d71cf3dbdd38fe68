"""Mail: bytes in, judgements out. No database, no network, no letter: only what a message says and what it seems to be."""
