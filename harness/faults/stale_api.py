"""Answers gets and lists of the controller with what was true some time ago, and makes it list.

A user meets it with several API servers of which one lags: a client that is sent to it by a load balancer goes back in
time (kubernetes/kubernetes#59848).
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import StaleApi

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: StaleApi) -> str:
    return proxied.stand(context, action, Deed.STALE, delay=action.age)
