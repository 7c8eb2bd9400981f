"""Lint knows what nodes there can be: a valid selector is never refused."""

from __future__ import annotations

from typing import Any

from harness.scenario.lint.facts import facts

BOX = {"container": {"image": "alpine:3.18"}}


def known(**spec: Any) -> Any:
    return facts({"spec": {"entrypoint": "a", "templates": [{"name": "a", **BOX}], **spec}})


def test_a_retry_strategy_of_the_workflow_gives_every_template_attempts() -> None:
    found = known(retryStrategy={"limit": 2}).templates["a"]
    assert (found.retries, found.limit) == (True, 2)


def test_steps_and_containers_of_a_template_that_stands_in_a_task_are_known() -> None:
    inner = {"steps": [[{"name": "deep", "inline": {"containerSet": {"containers": [{"name": "member"}]}}}]]}
    found = known(templates=[{"name": "a", "dag": {"tasks": [{"name": "outer", "inline": inner}]}}])
    assert found.can_show("deep")
    assert found.can_show("member")
    assert not found.can_show("none")


def test_an_item_may_have_several_lines() -> None:
    templates = [{"name": "a", "steps": [[{"name": "b", "inline": BOX, "withItems": ["a\nb"]}]]}]
    assert known(templates=templates).can_show("b(0:a\nb)")
