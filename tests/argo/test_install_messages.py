"""What a controller that did not start is quoted with."""

from __future__ import annotations

from harness.argo.install import telling

_USAGE = ["Usage:", "  workflow-controller [flags]", *(f"      --flag-{n} string" for n in range(20)), "", "Use --help"]
_REFUSAL = "Error: unknown flag: --no-such-flag"


def test_the_refusal_is_quoted_whichever_stream_was_logged_first() -> None:
    assert _REFUSAL in telling([_REFUSAL, *_USAGE])
    assert _REFUSAL in telling([*_USAGE, _REFUSAL])


def test_a_log_that_complains_of_nothing_is_quoted_from_its_end() -> None:
    assert telling(_USAGE) == _USAGE[-5:]
    assert telling(["a"]) == ["a"]


def test_many_complaints_do_not_fill_the_message() -> None:
    assert len(telling([f"level=error msg={n}" for n in range(90)])) == 10
