"""Tells a watch of the controller that its version is too old (410), so that it lists everything anew.

A user meets it after etcd was compacted while the client was away or slow, and whenever an API server starts anew.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import ExpireWatch

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: ExpireWatch) -> str:
    return proxied.stand(context, action, Deed.EXPIRE)
