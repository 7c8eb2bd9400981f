"""A run as it goes: a board at a terminal, a line now and then in a log file; a fold of what the run tells."""
