"""Of the controller's log only what it should never say of this cell is recorded."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from harness.run.evidence import suspicious_lines

if TYPE_CHECKING:
    from harness.run.site import Site

LOG = """\
2026-11-21T05:51:55Z level=info msg="Processing workflow" namespace=s1-mine workflow=wf
2026-11-21T05:51:56Z level=error msg="Recovered from panic" namespace=s1-mine r="nil" workflow=wf
2026-11-21T05:51:57Z level=error msg="Recovered from panic" namespace=s2-other r="nil" workflow=wf
2026-11-21T05:51:58Z panic: runtime error: index out of range
2026-11-21T05:51:59Z level=error msg="node is already fulfilled" namespace=s1-mine nodeName=wf
"""


def site() -> Site:
    def text(path: str, **query: Any) -> str:
        assert path == "/api/v1/namespaces/argo/pods/controller-1/log"
        assert query["sinceSeconds"] == 12
        return LOG

    fake = SimpleNamespace(controller_pods=lambda: ("controller-1",), api=SimpleNamespace(text=text))
    return cast("Site", fake)


def test_lines_of_this_namespace_and_of_none() -> None:
    found = suspicious_lines(site(), "s1-mine", 12.3)
    assert [line[17:19] for line in found] == ["56", "58", "59"]
