"""A module proxy's answers are told apart: cannot be had, try again, or the disk is full. They are recorded ones."""

from __future__ import annotations

import pytest

from harness.build.modules import explain
from harness.model.errors import BuildFailed, DiskFull, HarnessError, RegistryUnreachable, ReleaseUnavailable

MODULE = "github.com/argoproj/argo-workflows/v3"
ANSWERS = {
    "refused": (
        f"{MODULE}@v3.5.3: reading https://proxy.test/{MODULE}/@v/v3.5.3.info: 403 Forbidden\n"
        "\tserver response: This module version is not available.",
        ReleaseUnavailable,
        "the module proxy refuses it",
    ),
    "not known to the checksum database": (
        f"{MODULE}@v3.6.4: verifying go.mod: {MODULE}@v3.6.4/go.mod: reading "
        f"https://proxy.test/sumdb/sums.test/lookup/{MODULE}@v3.6.4: 404 Not Found",
        ReleaseUnavailable,
        "the checksum database does not know it",
    ),
    "not there": (
        f"{MODULE}@v3.99.0: reading https://proxy.test/{MODULE}/@v/v3.99.0.info: 404 Not Found\n"
        "\tserver response: not found: unknown revision v3.99.0",
        ReleaseUnavailable,
        "the module proxy does not have it",
    ),
    "gone": (
        f"{MODULE}@v3.5.1: reading https://proxy.test/{MODULE}/@v/v3.5.1.zip: 410 Gone",
        ReleaseUnavailable,
        "the module proxy does not have it",
    ),
    "changed": (
        f"verifying {MODULE}@v3.5.1: checksum mismatch\n\tdownloaded: h1:a\n\tsums.test: h1:b\n\nSECURITY ERROR",
        ReleaseUnavailable,
        "its checksum is not the recorded one",
    ),
    "connection refused": (
        'k8s.io/kubernetes@v1.2.3: Get "https://127.0.0.1:9/k8s.io/kubernetes/@v/v1.2.3.info": '
        "dial tcp 127.0.0.1:9: connect: connection refused",
        RegistryUnreachable,
        "could not be reached",
    ),
    "no name": (
        'k8s.io/kubernetes@v1.2.3: Get "https://nosuch.invalid/k8s.io/kubernetes/@v/v1.2.3.info": '
        "dial tcp: lookup nosuch.invalid on 10.0.0.1:53: no such host",
        RegistryUnreachable,
        "could not be reached",
    ),
    "overloaded": (
        f"{MODULE}@v3.5.10: reading https://proxy.test/{MODULE}/@v/v3.5.10.info: 503 Service Unavailable",
        RegistryUnreachable,
        "could not be reached",
    ),
    "broken off": (
        f'{MODULE}@v3.5.10: Get "https://proxy.test/{MODULE}/@v/v3.5.10.zip": unexpected EOF',
        RegistryUnreachable,
        "could not be reached",
    ),
    "full disk": ("write /cache/go/mod/x.zip: no space left on device", DiskFull, "is full"),
    "archive broken off": (
        f"{MODULE}@v3.5.10: reading https://proxy.test/{MODULE}/@v/v3.5.10.zip: unexpected EOF",
        RegistryUnreachable,
        "could not be reached",
    ),
    "does not parse": ("cmd/argo/main.go:9:2: syntax error: unexpected EOF", BuildFailed, "could not be built"),
    "lacks a tool": ('exec: "gcc": executable file not found in $PATH', BuildFailed, "could not be built"),
    "does not compile": ("cmd/argo/main.go:3:1: syntax error", BuildFailed, "could not be built"),
}


@pytest.mark.parametrize(("said", "kind", "why"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_explained_in_one_line(said: str, kind: type[HarnessError], why: str) -> None:
    error = explain(said, what="Argo v3.5.10")
    assert type(error) is kind
    assert why in str(error)
    assert "\n" not in str(error)
    assert "https://" not in str(error)
    assert error.exit_code == 4
