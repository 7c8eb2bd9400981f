"""A release's images, made of its own binaries: there is no registry, so a cluster is given them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.cluster.local import images

if TYPE_CHECKING:
    from pathlib import Path

    from harness.argo.build import ArgoBuild
    from harness.build.progress import Progress
    from harness.model.release import Release


def argo_images(build: ArgoBuild, progress: Progress) -> Path:
    """The archive with the images of a release."""
    return images.ensure_argo(
        str(build.release),
        controller=build.controller,
        argoexec=build.argoexec,
        cli=build.cli,
        build_id=build.id,
        progress=progress,
    )


def controller(release: Release) -> str:
    """The image of the release's controller, as the manifests call it."""
    return f"quay.io/argoproj/workflow-controller:{release}"


def image_names(release: Release) -> tuple[str, ...]:
    """All that the official install of a release runs."""
    return tuple(f"quay.io/argoproj/{image}:{release}" for image in ("argoexec", "workflow-controller", "argocli"))
