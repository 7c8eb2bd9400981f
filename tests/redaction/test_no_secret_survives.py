"""Whatever looks like a secret is gone, and what only looks a little like one is still there."""

from __future__ import annotations

import base64
import json
import re
import string
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.redaction import Machine, Redactor, machine
from tests.redaction.secrets import JWT, LOGGED, MACHINE

NOBODY = Machine()
HARMLESS = (
    'time="2026-11-21T07:37:00.157Z" level=info msg="Processing workflow" Phase=Running namespace=s22-task-result-lost',
    'msg="cleaning up pod" action=labelPodCompleted key=s22-task-result-lost/task-result-lost/labelPodCompleted',
    "quay.io/argoproj/argoexec@sha256:acb2f7b300fc7b4a2bd576b9108163b849ab8c473b5b43d42de1f96af3588f54",
    "docker-pullable://alpine@sha256:c2c042d1fd815dbb01c28c62b540feb40cc6ddc143491ebe3ce65fadac4fab3e",
    "uid=b3e94662-0e6d-4d93-9b49-32c5e0694508 GitCommit:c5922a4f863edf7cd888a83d6e2bb9c6af435f57",
    '{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}',
    '{"secret":{"secretName":"my-cert"},"secretKeyRef":{"name":"a","key":"b"}}',
    "automountServiceAccountToken: false",
    "/var/run/argo/argoexec emissary -- sh -c; /tmp/argo/outputs/logs/main.log; /home/argo/x",
    'secrets "argo-sso" not found; the token of the lock was released; vmlinux, vm-controller and argo-vm.2',
    "https://github.com/argoproj/argo-workflows/issues/13373",
    "/apis/argoproj.io/v1alpha1/namespaces/s22/workflows/task-result-lost",
    "containerd://60549ad2843749555e144378ca212a64a19e17d9e4eda0e1b33029762eb78088",
)


@pytest.mark.parametrize(("line", "needle"), LOGGED, ids=lambda value: None)
def test_a_line_of_a_log_loses_its_secret(line: str, needle: str) -> None:
    assert needle in line
    redacted = Redactor(MACHINE).text(f"2026-01-01T00:00:00Z {line}\nnext line\n")
    assert needle not in redacted
    assert redacted.startswith("2026-01-01T00:00:00Z ")


@pytest.mark.parametrize(("line", "needle"), LOGGED, ids=lambda value: None)
def test_it_does_so_within_json_and_within_json_in_json(line: str, needle: str) -> None:
    once = json.dumps({"msg": line})
    redactor = Redactor(MACHINE)
    for text in (once, json.dumps({"object": once})):
        assert re.escape(needle) not in redactor.text(text)
        assert json.dumps(needle)[1:-1] not in redactor.text(text)


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_no_secret_stays(line: str) -> None:
    assert Redactor(MACHINE).text(line) == line


@pytest.mark.parametrize(("line", "needle"), LOGGED, ids=lambda value: None)
def test_redacting_twice_changes_nothing(line: str, needle: str) -> None:
    redactor = Redactor(MACHINE)
    assert redactor.text(redactor.text(line)) == redactor.text(line)


def test_names_in_objects_tell_what_is_secret() -> None:
    pod: dict[str, Any] = {
        "kind": "Pod",
        "spec": {
            "containers": [{"env": [{"name": "DB_PASSWORD", "value": "short"}, {"name": "MODE", "value": "fast"}]}],
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}],
            "volumes": [{"secret": {"secretName": "certs"}}],
        },
        "metadata": {"annotations": {"example.com/api-key": "abc", "example.com/owner": "team"}},
        "arguments": {"parameters": [{"name": "deploy-token", "default": "x1"}, {"name": "key", "value": "items"}]},
        "s3": {"accessKey": "AK", "accessKeySecret": {"name": "cred", "key": "accesskey"}},
    }
    seen = Redactor(NOBODY).tree(pod)
    assert seen["spec"]["containers"][0]["env"] == [
        {"name": "DB_PASSWORD", "value": "[redacted]"},
        {"name": "MODE", "value": "fast"},
    ]
    assert seen["metadata"]["annotations"] == {"example.com/api-key": "[redacted]", "example.com/owner": "team"}
    assert seen["arguments"]["parameters"] == [
        {"name": "deploy-token", "default": "[redacted]"},
        {"name": "key", "value": "items"},
    ]
    assert seen["s3"] == {"accessKey": "[redacted]", "accessKeySecret": {"name": "cred", "key": "accesskey"}}
    assert (seen["spec"]["tolerations"], seen["spec"]["volumes"]) == (
        pod["spec"]["tolerations"],
        pod["spec"]["volumes"],
    )


def test_a_secret_object_loses_all_its_data_and_they_are_searched_for_elsewhere() -> None:
    hidden = base64.b64encode(b"opensesame").decode()
    secret = {"kind": "Secret", "metadata": {"name": "s"}, "data": {"any": hidden}, "stringData": {"other": "treasure"}}
    redactor = Redactor.knowing(NOBODY, [secret])
    told = json.dumps(redactor.tree(secret)) + redactor.text(f"main said: opensesame, treasure and {hidden}")
    assert not any(word in told for word in ("opensesame", "treasure", hidden))


def test_what_a_variable_gives_away_is_gone_wherever_it_is_said() -> None:
    spec = {"env": [{"name": "API_TOKEN", "value": 'quote"and/slash'}, {"name": "DB_PASS", "value": "main-pod-1"}]}
    redactor = Redactor.knowing(NOBODY, [spec, {"metadata": {"name": "main-pod-1"}}])
    for form in ('quote"and/slash', json.dumps('quote"and/slash'), "quote%22and%2Fslash"):
        assert "slash" not in redactor.text(f"I was given {form} just now")
    encoded = base64.b64encode(b'quote"and/slash').decode()
    assert encoded not in redactor.text(f"in base64: {encoded}")
    # a secret that is called as a pod is one that everybody can read off the pods
    assert redactor.text("pod main-pod-1 started") == "pod main-pod-1 started"


def test_paths_that_the_workflow_names_are_not_the_machines() -> None:
    workflow = {"spec": {"templates": [{"outputs": {"path": "/tmp/result.txt"}, "env": [{"value": "/tmp/mine"}]}]}}
    redactor = Redactor.knowing(MACHINE, [workflow], workflow)
    assert redactor.text("saving /tmp/result.txt") == "saving /tmp/result.txt"
    assert redactor.text("saving /tmp/mine and /tmp/other") == "saving [temp]/mine and [temp]/other"


def test_this_machine_is_known_by_its_names_and_places() -> None:
    here = machine.here()
    for name in set(here.hosts) - {"localhost"}:
        assert name not in here.hide(f"connect to {name}: refused").split()
    for place, _ in here.places:
        assert f"{place}/deep/inside" not in here.hide(f"open {place}/deep/inside")


SECRETS = st.text(alphabet=string.ascii_letters + string.digits + "_-", min_size=8, max_size=40).filter(
    lambda text: not text.lower().startswith(("true", "false", "null", "nil", "none", "redacted", "user", "host"))
)
PLACES = st.sampled_from(
    (
        "password={}", "token: {}", '"clientSecret":"{}"', "Authorization: Bearer {}", "bearer {}", "https://u:{}@h/x",
        "--password {}", "API_KEY={}", 'env=[{{\\"name\\":\\"X_TOKEN\\",\\"value\\":\\"{}\\"}}]', "secret='{}'",
        "authorization={}", "https://{}@host.example/", "passwd = {}", "aws_secret_access_key={}", '"token":"{}"',
    )
)  # fmt: skip
AROUND = st.text(alphabet=string.ascii_letters + string.digits + ' \n,;:="{}[]/.-', max_size=30)


@given(secret=SECRETS, place=PLACES, before=AROUND, after=AROUND)
def test_no_planted_secret_survives(secret: str, place: str, before: str, after: str) -> None:
    text = f"{before} {place.format(secret)} {after}"
    if (before + after).count(secret):
        return
    assert secret not in Redactor(MACHINE).text(text)


@given(secret=SECRETS, around=st.lists(AROUND, max_size=4))
def test_no_known_secret_survives_anywhere(secret: str, around: list[str]) -> None:
    redactor = Redactor.knowing(NOBODY, [{"env": [{"name": "THE_PASSWORD", "value": secret}]}])
    assert secret not in redactor.text(secret.join(["", *around, ""]))


@given(st.recursive(st.text(max_size=30), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)))
def test_any_object_keeps_its_shape(value: object) -> None:
    redacted = Redactor(MACHINE).tree(value)
    assert type(redacted) is type(value)
    assert json.loads(json.dumps(redacted)) == redacted


def test_a_token_is_a_token_without_any_word_before_it() -> None:
    assert Redactor(NOBODY).text(JWT) == "[redacted]"


ENDLESS = (
    "x",
    "ab/CD09+",
    "eyJ",
    "a://",
    "A_KEY",
    "\\",
    '"name":"',
    "-----BEGIN A-----",
    "token ",
    "secret",
    "/home/",
    "=",
)


@pytest.mark.parametrize("piece", ENDLESS)
def test_no_log_makes_it_take_for_ever(piece: str) -> None:
    """A log is hostile input, too. What grows with the square of its size takes minutes here."""
    started = time.thread_time()
    Redactor(MACHINE).text(piece * (200_000 // len(piece)))
    assert time.thread_time() - started < 10
