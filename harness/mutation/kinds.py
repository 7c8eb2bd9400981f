"""The general breaks by name, each with the reason why some of its mutants survive."""

from typing import Final

from harness.mutation import general
from harness.mutation.general import General

_COALESCED: Final = (
    "A watch shows versions, not changes, and may leave any of them out. What remains is a history that Argo and "
    "Kubernetes could have made, and nothing that was expected depends on the version that is missing."
)

GENERAL: Final = (
    General("an event is dropped", general.dropped, _COALESCED),
    General("two versions of the workflow change places", general.swapped),
    General(
        "a node's phase is flipped in one version",
        general.phase_flipped_once,
        "A Running node that is Error one version before it really ends as Error differs from the truth by a moment.",
    ),
    General(
        "a node's phase is flipped from one version on",
        general.phase_flipped_for_good,
        "The node ends a few versions earlier and otherwise as it did, or, where a later attempt makes it good or a "
        "manual retry resets it, otherwise than it did; its end is not what the scenario expects something of.",
    ),
    General("the workflow ends otherwise", general.workflow_ends_otherwise),
    General(
        "finishedAt of a node moves in one version",
        general.finish_moved,
        "In the last version that shows the node nothing later contradicts it; a manual retry may change it as well.",
    ),
    General(
        "a node is missing in one version",
        general.node_dropped,
        "Where it is missing from the version that would show it first, nothing before tells of it; and a manual retry "
        "may remove nodes.",
    ),
    General("a pod that is over runs again", general.pod_resurrected),
    General("a watch is cut, with a gap", general.watch_cut, _COALESCED),
    General("a watch is cut in silence", general.watch_silent, _COALESCED),
    General(
        "the recording ends early",
        general.ended_early,
        "The workflow had ended and everything that was expected had come; nothing that came later contradicts it.",
    ),
    General("the end is dropped", general.end_dropped),
    General("a landing is dropped", general.landing_dropped),
    General("a fault misses its moment", general.landing_failed),
    General("the whole method is dropped", general.method_dropped),
    General("the run is interrupted or fails", general.interrupted),
    General("all messages of nodes are lost", general.message_lost, "The scenario expects no message."),
)

EQUIVALENT: Final = (
    General("an event comes twice", general.doubled),
    General("the whole history comes later", general.later),
)
"""What changes nothing: none of these may change a verdict, or the judges would cry wolf."""
