"""Holds the events of a watch of the controller, whole and in their order: its copy of the world lags behind.

A user meets it as a watch cache that lags, or a controller that is too busy to take in what it is told.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import DelayWatch

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: DelayWatch) -> str:
    return proxied.stand(context, action, Deed.DELAY, delay=action.delay)
