"""The nouns of the harness: immutable, free of I/O, known to every other layer."""
