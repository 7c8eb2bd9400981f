"""Loses whole events of a watch of the controller, which goes on as if nothing had been.

The API server promises that this cannot happen; bugs in its watch cache and in informers have made it happen all the
same, and only a list makes the client whole. The heal makes it list: it says 410 in the watch, and waits for the list.
"""

from harness.cluster.apifaults import ANY
from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import DropWatch

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: DropWatch) -> str:
    return proxied.stand(context, action, Deed.DROP, event=ANY if action.event == "any" else action.event)
