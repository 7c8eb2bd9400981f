"""Which workflow nodes, pods and task results a selector of a scenario means.

A Retry node shares its template with its attempts; it is meant only where `type` or `displayName` says so, or else
"every node of template main" would always count one that has no pod.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import PodTrace, ResultTrace
from harness.model.phases import Phase
from harness.model.pods import Pod
from harness.model.workflow import Node
from harness.scenario.conditions import NodeSelector


def wraps(selector: NodeSelector, node: Node) -> bool:
    """It is the Retry node around the attempts that are meant."""
    return node.type == "Retry" and selector.type is None and selector.display_name is None


def matches(selector: NodeSelector, node: Node) -> bool:
    return not wraps(selector, node) and all(
        wanted is None or wanted == seen
        for wanted, seen in (
            (selector.template, node.template),
            (selector.display_name, node.display_name),
            (selector.type, node.type),
            (selector.retry, node.retry),
            (selector.on_exit, node.on_exit),
            (selector.hook, node.hook),
        )
    )


def matches_pod(selector: NodeSelector, pod: Pod, node: Node | None) -> bool:
    """A pod counts as its node; while the node is not known yet, by what Argo wrote onto the pod."""
    return matches(selector, node if node is not None else foretold(pod))


def foretold(pod: Pod) -> Node:
    """The node of a pod before the workflow shows it."""
    return Node(
        id=pod.node_id,
        name=pod.node_name,
        display_name=pod.node_name,
        type="Pod",
        template=pod.template,
        phase=Phase.UNKNOWN,
    )


def node_of(state: State, node_id: str) -> Node | None:
    trace = state.nodes.get(node_id)
    return trace.last if trace is not None and trace.versions else None


def nodes(selector: NodeSelector, state: State) -> Iterator[Node]:
    """Nodes that exist now, those that run pods first: they are what a fault aims at."""
    found = [node for trace in state.nodes.values() if (node := trace.now) is not None and matches(selector, node)]
    yield from sorted(found, key=lambda node: node.type != "Pod")


def pods(selector: NodeSelector, state: State) -> Iterator[PodTrace]:
    """Every pod there ever was for the matching nodes."""
    for trace in state.pods.values():
        if matches_pod(selector, trace.pod, node_of(state, trace.pod.node_id)):
            yield trace


def task_results(selector: NodeSelector, state: State) -> Iterator[ResultTrace]:
    """Every task result there ever was for the matching nodes; its name is the id of its node."""
    by_node = {trace.pod.node_id: trace.pod for trace in state.pods.values()}
    for trace in state.task_results.values():
        node, pod = node_of(state, trace.result.name), by_node.get(trace.result.name)
        if (node is not None and matches(selector, node)) or (pod is not None and matches_pod(selector, pod, node)):
            yield trace


def describe(selector: NodeSelector) -> str:
    """The selector in the words of the scenario: `template main, retry 0`."""
    own = NodeSelector.model_fields
    given = [(field.alias or name, getattr(selector, name)) for name, field in own.items()]
    return ", ".join(f"{name} {_word(value)}" for name, value in given if value is not None) or "any node"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
