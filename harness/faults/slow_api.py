"""Lets the controller wait for the API server: each of its requests is held before it is passed on.

A user meets it as a control plane under load, or one that is far away: the client library's own timeouts and the lease
that the controller renews depend on how long an answer takes.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import SlowApi

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: SlowApi) -> str:
    return proxied.stand(context, action, Deed.SLOW, delay=action.delay)
