"""A budget may hold an eviction up; whoever deletes the pod meanwhile did it, although the eviction is granted then."""

from typing import Any, cast

import pytest

from harness.cluster.api import Api, ApiError
from harness.faults.eviction import TOO_MANY, Fate, evict


class Budget:
    """Refuses `refusals` evictions; the pod is told to go by somebody else before the last question, or is not."""

    def __init__(self, refusals: int, *, going: bool = False, last: int = 0) -> None:
        self.refusals, self.going, self.last, self.asked = refusals, going, last, 0

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert path.endswith("/pods/p/eviction")
        assert body["deleteOptions"]["preconditions"] == {"uid": "u"}
        self.asked += 1
        if self.asked <= self.refusals:
            raise ApiError("the disruption budget says no", status=TOO_MANY, reason="TooManyRequests")
        if self.last:
            raise ApiError("no such pod", status=self.last, reason="NotFound")
        return {}

    def get(self, path: str) -> dict[str, Any]:
        assert self.asked, "the first question costs no look"
        return {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"} if self.going else {}}


@pytest.mark.parametrize(
    ("budget", "fate"),
    [
        (Budget(0), Fate.EVICTED),
        (Budget(2), Fate.EVICTED),
        (Budget(2, going=True), Fate.GOING),
        (Budget(0, last=404), Fate.GONE),
        (Budget(1, going=True, last=409), Fate.GONE),
    ],
)
def test_what_an_eviction_came_to(budget: Budget, fate: Fate) -> None:
    assert evict(cast("Api", budget), "n", "p", "u", grace=None, patience=5.0) is fate
    assert budget.asked == budget.refusals + 1


def test_one_that_is_refused_for_as_long_as_was_asked_says_so() -> None:
    with pytest.raises(ApiError, match="the disruption budget says no"):
        evict(cast("Api", Budget(99)), "n", "p", "u", grace=3.0, patience=0.3)
