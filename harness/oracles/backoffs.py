"""How long Argo waits before an attempt: the judges of hangs and of hasty retries must not count differently."""

from harness.model.workflow import Backoff


def wait_before(backoff: Backoff, attempt: int) -> float | None:
    """Seconds between the end of the attempt before and the start of `attempt` (1 is the first retry)."""
    if backoff.duration is None:
        return None
    # More than a few dozen doublings is for ever, and would overflow.
    wait = backoff.duration * (backoff.factor if backoff.factor > 0 else 1.0) ** min(attempt - 1, 64)
    return min(wait, backoff.cap) if backoff.cap else wait
