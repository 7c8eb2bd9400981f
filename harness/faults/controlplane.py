"""Faults of the API server and of etcd behind it: stopped with SIGSTOP, or killed and started again at once.

Frozen, it keeps its connections and answers nobody, as on a machine that hangs; with etcd frozen the API server lives,
and can neither read nor write. Restarted, it breaks every watch and refuses connections for a few seconds. Users meet
these on every control plane with one server, and all that Argo does goes through it.
"""

import time
from typing import Final

from harness.cluster.api import ApiError
from harness.faults import components
from harness.faults.context import Context
from harness.model.errors import GaveUpWaiting
from harness.scenario.verbs import FreezeApiserver, FreezeEtcd, RestartApiserver

APISERVER: Final = "kube-apiserver"
ETCD: Final = "etcd"
PATIENCE: Final = 60.0
_LOOK: Final = 0.05
"""Seconds between looks at an API server that does not answer yet: before it does, there is nothing to watch."""


def restart(context: Context, action: RestartApiserver) -> str:
    before = context.cluster.component(APISERVER)
    done = components.stop(context, APISERVER, None, "kill")
    context.cluster.start_component(APISERVER)
    after = context.cluster.component(APISERVER)
    context.journal.read_back(f"{APISERVER} process", before=f"pid {before.pid}", after=f"pid {after.pid}")
    return f"{done}, started again"


def freeze(context: Context, action: FreezeApiserver | FreezeEtcd) -> str:
    return components.stop(context, _name(action), None, "freeze")


def heal(context: Context, action: RestartApiserver | FreezeApiserver | FreezeEtcd) -> str:
    done = components.resume(context, _name(action), None)
    await_answers(context)
    return f"{done}, and the API server is ready"


def await_answers(context: Context) -> None:
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        try:
            if b"".join(context.cluster.api.stream("/readyz", patience=1.0)) == b"ok":
                return
        except ApiError as error:
            last = str(error)
        time.sleep(_LOOK)
    raise GaveUpWaiting(f"the API server was not ready {PATIENCE:g} s after it was healed; last seen: {last or '-'}")


def _name(action: RestartApiserver | FreezeApiserver | FreezeEtcd) -> str:
    return ETCD if isinstance(action, FreezeEtcd) else APISERVER
