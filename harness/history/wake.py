"""What an entry was news of. A million entries are judged in seconds only if most of them wake nobody."""

from enum import StrEnum, auto


class Wake(StrEnum):
    """What somebody may want to be shown.

    `workflow` is a new version of the workflow under test: `nodes` one in which nodes changed, `new_node` one with
    nodes that were not there before, `undone` one in which a node is gone, or had ended and has another phase,
    `completed` one with its label `completed` set. `rival` is any version of another workflow, `new_pod` the first one
    of a pod.
    """

    WORKFLOW = auto()
    NODES = auto()
    NEW_NODE = auto()
    UNDONE = auto()
    COMPLETED = auto()
    RIVAL = auto()
    POD = auto()
    NEW_POD = auto()
    CONTROLLER_LOG = auto()
