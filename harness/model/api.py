"""What can be done to a request on its way between a client and the API server."""

from enum import StrEnum


class Deed(StrEnum):
    """The last two are never ordered, they are what came of it: the client of a watch that had lost something, or was
    ended, has listed anew, and watches again."""

    SLOW = "slow"
    REFUSE = "refuse"
    RESET = "reset"
    CLOSE = "close"
    DELAY = "delay"
    DROP = "drop"
    EXPIRE = "expire"
    STALE = "stale"
    RELISTED = "relisted"
    RESUMED = "resumed"
