"""Keeps what a reader needs besides the history: logs, before the namespace goes."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from harness.cluster.api import Api
from harness.model.errors import HarnessError
from harness.oracles.invariants.controller_log import SUSPICIOUS
from harness.run.site import Site
from harness.run.watching import ARGO_NAMESPACE

LOG_LINES = 2000
SUSPICIOUS_LINES = 20
LINE_LENGTH = 500


def controller_log(site: Site, namespace: str, since: float, folder: Path) -> Path | None:
    """The lines of the controllers' logs that speak of this cell's namespace."""
    lines: list[str] = []
    for pod in site.controller_pods():
        with contextlib.suppress(HarnessError):
            lines += [line for line in _controller_lines(site, pod, since) if namespace in line]
    return keep(folder / "controller.log", "\n".join(lines))


def suspicious_lines(site: Site, namespace: str, since: float) -> tuple[str, ...]:
    """What the controllers should never have said of this cell; a line that names no namespace may be about it, too."""
    lines = [line for pod in site.controller_pods() for line in _controller_lines(site, pod, since)]
    wrong = [line for line in lines if SUSPICIOUS.search(line)]
    ours = [line[:LINE_LENGTH] for line in wrong if namespace in line or "namespace=" not in line]
    return tuple(ours[:SUSPICIOUS_LINES])


def _controller_lines(site: Site, pod: str, since: float) -> list[str]:
    path = f"/api/v1/namespaces/{ARGO_NAMESPACE}/pods/{pod}/log"
    return site.api.text(path, sinceSeconds=max(1, round(since)), timestamps="true").splitlines()


def pod_logs(api: Api, namespace: str, folder: Path) -> tuple[Path, ...]:
    kept = []
    for pod, container in containers(api, namespace):
        with contextlib.suppress(HarnessError):
            text = api.text(
                f"/api/v1/namespaces/{namespace}/pods/{pod}/log",
                container=container,
                tailLines=LOG_LINES,
                timestamps="true",
            )
            kept.append(keep(folder / "logs" / f"{pod}.{container}.log", text))
    return tuple(path for path in kept if path is not None)


def containers(api: Api, namespace: str) -> Iterator[tuple[str, str]]:
    for pod in api.get(f"/api/v1/namespaces/{namespace}/pods")["items"]:
        for status in pod.get("status", {}).get("containerStatuses", []):
            yield pod["metadata"]["name"], status["name"]


def keep(path: Path, text: str) -> Path | None:
    if not text.strip():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
