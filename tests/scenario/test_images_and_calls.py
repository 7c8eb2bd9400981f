"""What would only come out after a minute on a cluster: an image that is not there, a template that is not."""

from pathlib import Path

import pytest

from harness.run.gate import context
from harness.scenario.lint import check

SCENARIO = """name: one
title: one
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: all
    templates:
      - name: all
        steps: [[{{name: a, template: {template}}}]]
      - name: say
        container: {{image: "{image}"{policy}, command: [echo, hi]}}
expect: {{workflow: {{phase: Succeeded}}}}
"""


def problems(folder: Path, provider: str = "local", **words: str) -> list[str]:
    path = folder / "one.yaml"
    path.write_text(SCENARIO.format(**{"template": "say", "image": "alpine:3.18", "policy": ""} | words))
    return [f"{problem.line}: {problem.message}" for problem in check((path,), context(provider)).errors]


@pytest.mark.parametrize("image", ["alpine:3.18", "docker.io/library/alpine:3.18", "{{inputs.parameters.image}}"])
def test_an_image_that_is_there(tmp_path: Path, image: str) -> None:
    assert problems(tmp_path, image=image) == []


@pytest.mark.parametrize("image", ["python:3.12", "busybox:1.36", "registry.example/alpine:3.18"])
def test_an_image_that_is_not_there(tmp_path: Path, image: str) -> None:
    (told,) = problems(tmp_path, image=image)
    assert told.startswith("12: the embedded cluster has no image")
    assert "alpine:3.18" in told


@pytest.mark.parametrize("image", ["alpine", "busybox:latest"])
def test_the_latest_image_must_not_be_pulled(tmp_path: Path, image: str) -> None:
    (told,) = problems(tmp_path, image=image)
    assert "imagePullPolicy: IfNotPresent" in told
    assert problems(tmp_path, image=image, policy=", imagePullPolicy: IfNotPresent") == []


def test_elsewhere_any_image_can_be_pulled(tmp_path: Path) -> None:
    assert problems(tmp_path, provider="existing", image="python:3.12") == []


def test_a_step_that_calls_no_template(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, template="sya")
    assert told.startswith("10: no template 'sya'")
    assert "say" in told
