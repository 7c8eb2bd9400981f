"""Ends a watch of the controller in good order: the stream gets its last chunk and the connection stays.

Every API server does that after some minutes, and a proxy between may do it sooner; nothing is lost, since the client
goes on from the version that it saw last.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import CloseWatch

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: CloseWatch) -> str:
    return proxied.stand(context, action, Deed.CLOSE)
