"""YAML events to nodes with their places. PyYAML's own composer recurses, knows no limits, takes the last of two equal
keys in silence and forgets the lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from harness.scenario.marks import Mark
from harness.scenario.scalars import forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST: Final = 60
MOST_NODES: Final = 20_000
COLLECTIONS: Final = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(slots=True)
class Node:
    """One YAML node; `size` counts what it would be without aliases."""

    mark: Mark
    value: Any
    """`str` of a scalar, list of nodes, or list of (key, value) pairs."""
    kind: str
    tag: str = ""
    plain: bool = True
    size: int = 1
    closed: bool = True


class Composer:
    """Events to nodes, with an eye on depth and size all the way, so that a bomb is refused before it is built."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.anchors: dict[str, Node] = {}
        self.open: list[Node] = []
        self.root: Node | None = None
        self.seen = 0

    def compose(self, events: Iterator[yaml.Event]) -> Node:
        for event in events:
            match event:
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self.start(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.end()
                case yaml.ScalarEvent():
                    self.add(self.scalar(event), event.anchor)
                case yaml.AliasEvent():
                    self.add(self.alias(event), None)
                case yaml.DocumentStartEvent() if self.root is not None:
                    raise self.mark(event).refusal("a second document: a scenario file holds exactly one")
        return self.root or Node(Mark(path=self.path), "", "scalar", tag="tag:yaml.org,2002:null")

    def mark(self, event: yaml.Event) -> Mark:
        at = event.start_mark
        return Mark(path=self.path, line=at.line + 1, column=at.column + 1) if at else Mark(path=self.path)

    def start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if event.tag not in COLLECTIONS:
            raise self.mark(event).refusal(forbidden(event.tag))
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
        node = Node(self.mark(event), [], kind, closed=False)
        self.add(node, event.anchor)
        self.open.append(node)
        if len(self.open) > DEEPEST:
            raise node.mark.refusal(f"nested deeper than {DEEPEST} levels")

    def end(self) -> None:
        node = self.open.pop()
        node.closed = True
        if node.kind == "mapping":
            node.value = list(zip(node.value[::2], node.value[1::2], strict=True))
        if self.open:
            self.grow(self.open[-1], node.size)

    def scalar(self, event: yaml.ScalarEvent) -> Node:
        return Node(self.mark(event), event.value, "scalar", tag=event.tag or "", plain=event.implicit[0])

    def alias(self, event: yaml.AliasEvent) -> Node:
        node = self.anchors.get(event.anchor or "")
        if node is None:
            raise self.mark(event).refusal(f"no anchor &{event.anchor}; a text that begins with '*' must be in quotes")
        if not node.closed:
            raise self.mark(event).refusal(f"*{event.anchor} stands inside its own anchor &{event.anchor}")
        return node

    def add(self, node: Node, anchor: str | None) -> None:
        self.seen += 1
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.value.append(node)
        if node.closed:
            self.grow(parent, node.size)
        if self.seen > MOST_NODES:
            raise node.mark.refusal(f"more than {MOST_NODES} values")

    def grow(self, parent: Node, size: int) -> None:
        parent.size += size
        if parent.size > MOST_NODES:
            raise parent.mark.refusal(f"its aliases expand to more than {MOST_NODES} values")
