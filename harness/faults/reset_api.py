"""Resets the connection on which the controller waits for an answer: what the kernel does when the other end is gone.

A user meets it when an API server or the load balancer before it is replaced; whether the request was carried out
before that, the controller cannot know.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import ResetApi

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: ResetApi) -> str:
    return proxied.stand(context, action, Deed.RESET, carried_out=action.carried_out)
