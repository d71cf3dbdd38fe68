"""Mail: bytes in, judgements out. No database, no network, no letter: what a message says and seems to be."""
