"""The module that builds Kubernetes names what Kubernetes itself leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from harness.build import kubernetes
from harness.build.modules import Module
from harness.model.errors import UsageError
from harness.model.release import Release

if TYPE_CHECKING:
    from pathlib import Path

UPSTREAM = """module k8s.io/kubernetes

go 1.24.0

godebug default=go1.24

require (
	github.com/pkg/errors v0.9.1
	k8s.io/api v0.0.0
	k8s.io/kubectl v0.0.0
	k8s.io/utils v0.0.0-20241104100929-3ea5e8cea738
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
)
"""


def test_staging_modules_are_pinned_to_the_release(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text(UPSTREAM)
    module = Module(
        path="k8s.io/kubernetes", version="v1.33.13", folder=tmp_path, go=Version("1.24.0"), commit="unknown"
    )
    assert kubernetes._go_mod(Release.parse("v1.33.13"), module).splitlines()[1:] == [
        "go 1.24.0",
        "godebug default=go1.24",
        "require k8s.io/kubernetes v1.33.13",
        "replace k8s.io/api => k8s.io/api v0.33.13",
        "replace k8s.io/kubectl => k8s.io/kubectl v0.33.13",
    ]


def test_the_binaries_know_their_version() -> None:
    variables = kubernetes._versions(Release.parse("v1.29.6"))
    assert variables["k8s.io/component-base/version.gitVersion"] == "v1.29.6"
    assert variables["k8s.io/client-go/pkg/version.gitMinor"] == "29"


def test_what_is_not_a_version_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'1\.33' is not a release"):
        kubernetes.find("1.33")


def test_known_releases_are_in_order() -> None:
    assert list(kubernetes.KNOWN) == sorted(kubernetes.KNOWN, key=Release.parse)
    assert kubernetes.DEFAULT in kubernetes.KNOWN
