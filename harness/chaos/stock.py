"""What is there before an activity begins: watches only tell what comes, and an experiment comes in the middle.

The watches are open before the lists are read, so nothing is missed; what they show again of the time before the lists
is left out, or an old state would pass for the effect of the activity.
"""

import time
from dataclasses import dataclass, field

from harness.chaos.place import Place
from harness.cluster.api import Api
from harness.faults import paths
from harness.faults.context import Missed
from harness.model.events import Resource, Verb
from harness.run.recording import Recording
from harness.run.watching import PATHS, Line


@dataclass(slots=True)
class Stock:
    """`versions`: the resourceVersion of the list of each kind, which is the one clock of the API server's storage. The
    lists are of one namespace; the pods of the controllers are in another."""

    namespace: str = ""
    versions: dict[Resource, int] = field(default_factory=dict)

    def holds(self, line: Line) -> bool:
        """Whether the lists knew this already."""
        meta = line.object["metadata"]
        listed = self.versions.get(line.resource, 0) if meta.get("namespace", "") == self.namespace else 0
        return int(meta["resourceVersion"]) <= listed


def take(api: Api, place: Place, recording: Recording) -> Stock:
    """Records the present state of the workflow, its pods and task results."""
    stock = Stock(namespace=place.namespace)
    if not place.workflow:
        return stock
    for resource in (Resource.WORKFLOW, Resource.POD, Resource.TASK_RESULT):
        listed = api.get(listing(resource, place.namespace))
        stock.versions[resource] = int(listed["metadata"]["resourceVersion"])
        for item in listed["items"]:
            recording.seen(Line(resource=resource, verb=Verb.ADDED, received=time.monotonic(), object=item))
    _demand_workflow(place, recording)
    return stock


def listing(resource: Resource, namespace: str) -> str:
    match resource:
        case Resource.POD:
            return paths.pods(namespace)
        case Resource.TASK_RESULT:
            return paths.task_results(namespace)
        case _:
            return PATHS[resource].replace("/workflows", f"/namespaces/{namespace}/workflows")


def _demand_workflow(place: Place, recording: Recording) -> None:
    if recording.state.workflow is None:
        raise Missed(
            f"there is no workflow {place.workflow} in namespace {place.namespace} of cluster {place.cluster}",
            cure="submit it first, and give its name and namespace as arguments",
        )
