"""What a workflow says of all its templates holds for each that says nothing of its own."""

from __future__ import annotations

from harness.history.templates import parse_templates

BOX = {"name": "a", "container": {"image": "alpine:3.18"}}


def test_a_retry_strategy_of_the_workflow_is_that_of_its_templates() -> None:
    """`RetryStrategy for all templates in the workflow`, says Argo of `spec.retryStrategy`."""
    found = parse_templates({"retryStrategy": {"limit": 1}, "templates": [BOX]}, {})
    assert (found["a"].has_retry, found["a"].retry_limit) == (True, 1)


def test_what_a_template_or_the_defaults_say_comes_first() -> None:
    spec = {"retryStrategy": {"limit": 1}, "templateDefaults": {"retryStrategy": {"limit": 2}}, "templates": [BOX]}
    assert parse_templates(spec, {})["a"].retry_limit == 2
    spec["templates"] = [BOX | {"retryStrategy": {"limit": 3}}]
    assert parse_templates(spec, {})["a"].retry_limit == 3


def test_without_any_there_is_none() -> None:
    assert not parse_templates({"templates": [BOX]}, {})["a"].has_retry
