"""Answers requests of the controller in the API server's place: a conflict (409), too many requests (429, with the time
to wait), or an internal error (500), before the API server has heard of it or after it has carried it out.

A user meets a 409 when two write one object at a time, a 429 from priority and fairness, a 500 when etcd changes its
leader or a webhook fails.
"""

from harness.faults import proxied
from harness.faults.context import Context
from harness.model.api import Deed
from harness.scenario.verbs import RefuseApi

remember, heal = proxied.remember, proxied.heal


def inject(context: Context, action: RefuseApi) -> str:
    return proxied.stand(
        context,
        action,
        Deed.REFUSE,
        status=action.status,
        retry_after=action.retry_after if action.status == 429 else 0,
        carried_out=action.carried_out,
    )
