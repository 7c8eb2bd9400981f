"""One redactor for all that leaves: a secret that one file gives away is gone from every other, too."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from harness.report.redaction.rules import HARMLESS, REDACTED, RULES, SECRET_NAME, secret_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.report.redaction.machine import Machine

SHORTEST: Final = 6
"""Characters of a secret that is searched for everywhere: a shorter one would hit innocent words."""
_CACHED: Final = 2_000
_NAMES: Final = frozenset(
    {"name", "namespace", "uid", "id", "templateName", "template", "displayName", "phase", "type", "image", "kind",
     "entrypoint", "nodeName", "reason"}
)  # fmt: skip
"""Keys of texts that are no secret, even if a variable called TOKEN has the same."""
_MACHINE_IDS: Final = frozenset({"machineID", "systemUUID", "bootID"})
_INNER: Final = re.compile(r"(/tmp|/root|/var/tmp)/([\w.@~-]+)")


class Redactor:
    """`text` for anything in lines, `tree` for objects, where names tell what is a secret."""

    def __init__(self, machine: Machine, secrets: Iterable[str] = (), own: Iterable[str] = ()) -> None:
        self._machine = machine
        self._own = frozenset(own)
        forms = {form for secret in secrets for form in _forms(secret)}
        ordered = sorted(forms, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._known: dict[str, str] = {}

    @classmethod
    def knowing(cls, machine: Machine, trees: Iterable[Any], workflow: Any = None) -> Redactor:
        """With every secret that the objects give away by its name; paths in `/tmp` that the workflow uses stay."""
        secrets: set[str] = set()
        names: set[str] = set()
        for tree in trees:
            for found, is_secret in _values(tree):
                (secrets if is_secret else names).add(found)
        hidden = {text for text in secrets - names if len(text) >= SHORTEST and text.lower() not in HARMLESS}
        spec = workflow.get("spec") if isinstance(workflow, dict) else None
        return cls(machine, hidden, {match[2] for text in _plain(spec) for match in _INNER.finditer(text)})

    def text(self, text: str) -> str:
        if len(text) > _CACHED:
            return self._redact(text)
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._redact(text)
        return found

    def tree(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case list() | tuple():
                return [self.tree(item) for item in value]
            case dict():
                return self._object(value)
        return value

    def _object(self, record: dict[str, Any]) -> dict[str, Any]:
        hidden = _hidden_keys(record)
        return {self.text(key): _blank(item) if key in hidden else self.tree(item) for key, item in record.items()}

    def _redact(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub(REDACTED, text)
        for rule in RULES:
            text = rule.apply(text)
        return self._machine.hide(text, self._own)


def _blank(value: Any) -> Any:
    """Of the same shape, so that whoever reads the object still can."""
    match value:
        case str():
            return value if value.lower() in HARMLESS else REDACTED
        case dict():
            return {key: _blank(item) for key, item in value.items()}
        case list():
            return [_blank(item) for item in value]
    return value


def _hidden_keys(record: dict[str, Any]) -> set[str]:
    hidden = {
        key for key, item in record.items() if isinstance(item, str) and (secret_field(key) or key in _MACHINE_IDS)
    }
    name = record.get("name")
    if isinstance(name, str) and SECRET_NAME.search(name):
        hidden |= {key for key in ("value", "default") if isinstance(record.get(key), str)}
    if record.get("kind") == "Secret":
        hidden |= {key for key in ("data", "stringData") if isinstance(record.get(key), dict)}
    return hidden


def _values(tree: Any, parent: str = "") -> Iterator[tuple[str, bool]]:
    """Texts that are secret (True), and texts that are names (False)."""
    match tree:
        case dict():
            hidden = _hidden_keys(tree) - _MACHINE_IDS
            for key, item in tree.items():
                if key in hidden:
                    yield from ((text, True) for text in _secret_texts(item, decode=key == "data"))
                else:
                    yield from _values(item, key)
        case list() | tuple():
            for item in tree:
                yield from _values(item, parent)
        case str() if parent in _NAMES:
            yield tree, False


def _secret_texts(value: Any, *, decode: bool) -> Iterator[str]:
    for text in _plain(value):
        yield text
        if decode:
            try:
                yield base64.b64decode(text, validate=True).decode()
            except (binascii.Error, ValueError):
                continue


def _plain(value: Any) -> Iterator[str]:
    """Every text in it but the environment of containers, where a path may be anybody's."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                if key != "env":
                    yield from _plain(item)
        case list() | tuple():
            for item in value:
                yield from _plain(item)


def _forms(secret: str) -> Iterator[str]:
    """As it is, as JSON has it, as an address has it, and in base64."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    yield base64.b64encode(secret.encode(errors="replace")).decode().rstrip("=")
