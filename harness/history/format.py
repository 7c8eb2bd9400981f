"""The lines of a history: one JSON object each, versioned, documented field by field in docs/history.md."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from harness.history.errors import BadHistory
from harness.history.fields import Fields, WrongField
from harness.history.parse import parse
from harness.history.raw import mapping, text
from harness.model.api import Deed
from harness.model.events import (
    AnyEntry,
    ApiTouched,
    Command,
    ControllerLog,
    Ended,
    EndReason,
    Gap,
    KernelKill,
    MachineLoad,
    NodePower,
    Noted,
    Nudged,
    ReadBack,
    Resource,
    Seen,
    Stage,
    StepChanged,
    Target,
    Verb,
)
from harness.model.header import (
    ARGO_NAMESPACE,
    FORMAT,
    VERSION,
    Calibration,
    Cgroup,
    ControllerSettings,
    Header,
    ScenarioRecord,
)

KINDS: Final[Mapping[type[AnyEntry], str]] = {
    Seen: "watch",
    Gap: "gap",
    StepChanged: "step",
    KernelKill: "kernel-kill",
    NodePower: "power",
    ReadBack: "read-back",
    ApiTouched: "api",
    Command: "command",
    Nudged: "nudge",
    ControllerLog: "controller-log",
    MachineLoad: "machine",
    Ended: "end",
    Noted: "note",
}


def encode(entry: AnyEntry, raw: Mapping[str, Any] | None = None) -> str:
    """One line, without its newline. `raw` is the object of a watch entry as the API gave it, already stripped."""
    if not isinstance(entry, Seen):
        line = _stamps(entry)
        return dump(line | {key: value for key, value in asdict(entry).items() if key not in line})
    if raw is None:
        raise ValueError("a watch entry is written with the raw object it was read from")
    return encode_watch(entry, text(mapping(raw, "metadata"), "name"), {"object": raw})


def encode_watch(entry: Seen, name: str, content: Mapping[str, Any]) -> str:
    """`content` is the `object` itself, or the `diff` to the one of the entry `base`."""
    watch = {"resource": entry.resource, "verb": entry.verb, "version": entry.version, "name": name}
    return dump({**_stamps(entry), **watch, **content})


def _stamps(entry: AnyEntry) -> dict[str, Any]:
    stamps = {"seq": entry.seq, "t": round(entry.t, 6), "wall": round(entry.wall, 6)}
    return {**stamps, "kind": KINDS[type(entry)]}


def decode(line: str, number: int, path: str = "") -> AnyEntry:
    """The entry of a line. Raises BadHistory with the path and the number given."""
    return entry_of(read_object(line, number, path), number, path)


def entry_of(raw: dict[str, Any], number: int, path: str = "") -> AnyEntry:
    try:
        return _entry(Fields(raw))
    except WrongField as error:
        raise BadHistory(path, number, str(error)) from None
    except RecursionError:
        raise BadHistory(path, number, "nested too deeply") from None


def read_object(line: str, number: int, path: str = "") -> dict[str, Any]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadHistory(path, number, f"not JSON ({error})") from None
    if not isinstance(raw, dict):
        raise BadHistory(path, number, f"not a JSON object but {type(raw).__name__}")
    return raw


def dump(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def encode_header(header: Header) -> str:
    fields = asdict(header)
    first = {"format": fields.pop("format"), "version": fields.pop("version")}
    return dump({**first, **fields})


def decode_header(line: str, path: str = "") -> Header:
    raw = read_object(line, 1, path)
    if raw.get("format") != FORMAT:
        raise BadHistory(path, 1, f'not a history: its first line has no "format": "{FORMAT}"')
    if raw.get("version") != VERSION or isinstance(raw.get("version"), bool):
        raise BadHistory(path, 1, f"format version {raw.get('version')!r}, this harness reads version {VERSION}")
    try:
        return _header(Fields(raw))
    except WrongField as error:
        raise BadHistory(path, 1, str(error)) from None


def _header(fields: Fields) -> Header:
    settings = Fields(fields.object("settings"))
    return Header(
        harness=fields.text("harness"),
        scenario=_scenario(Fields(fields.object("scenario"))),
        argo=fields.text("argo"),
        kubernetes=fields.text("kubernetes"),
        provider=fields.text("provider"),
        cgroup=fields.choice("cgroup", Cgroup),
        settings=ControllerSettings(
            env=settings.table("env"),
            args=settings.texts("args"),
            config=settings.maybe("config", settings.table) or {},
        ),
        namespace=fields.text("namespace"),
        workflow=fields.text("workflow"),
        builds=fields.table("builds"),
        started=fields.number("started"),
        nodes=fields.texts("nodes"),
        run=fields.maybe("run", fields.count) or 1,
        calibration=_calibration(Fields(fields.maybe("calibration", fields.object) or {})),
        argo_namespace=fields.maybe("argo_namespace", fields.text) or ARGO_NAMESPACE,
        reused=fields.maybe("reused", fields.flag) or False,
    )


def _scenario(fields: Fields) -> ScenarioRecord:
    return ScenarioRecord(
        name=fields.text("name"),
        sha256=fields.text("sha256"),
        spec=fields.object("spec"),
        file=fields.maybe("file", fields.text) or "",
        lines=fields.maybe("lines", fields.counts) or {},
    )


def _calibration(fields: Fields) -> Calibration:
    names = ("pod_start", "watch_lag", "steal", "busy", "load", "spin")
    return Calibration(cores=fields.maybe("cores", fields.whole), **{n: fields.maybe(n, fields.number) for n in names})


def _entry(f: Fields) -> AnyEntry:
    seq, t, wall = f.whole("seq"), f.number("t"), f.number("wall")
    match kind := f.text("kind"):
        case "watch":
            return _seen(f, seq, t, wall)
        case "step":
            return _step(f, seq, t, wall)
        case "gap":
            return Gap(seq=seq, t=t, wall=wall, resource=f.choice("resource", Resource), why=f.text("why"))
        case "kernel-kill":
            return KernelKill(
                seq=seq, t=t, wall=wall, container_id=f.text("container_id"), pid=f.whole("pid"),
                task=f.text("task"), line=f.text("line"),
            )  # fmt: skip
        case "power":
            return NodePower(
                seq=seq, t=t, wall=wall, host=f.text("host"), on=f.flag("on"), processes=f.whole("processes")
            )
        case "command":
            return Command(
                seq=seq, t=t, wall=wall, step=f.whole("step"), argv=f.texts("argv"), exit_code=f.whole("exit_code"),
                output=f.text("output"), seconds=f.number("seconds"),
            )  # fmt: skip
        case "read-back":
            return ReadBack(
                seq=seq, t=t, wall=wall, step=f.whole("step"), subject=f.text("subject"), before=f.text("before"),
                after=f.text("after"),
            )  # fmt: skip
        case "api":
            return _touched(f, seq, t, wall)
        case "nudge":
            return Nudged(seq=seq, t=t, wall=wall, accepted=f.flag("accepted"), detail=f.text("detail"))
        case "controller-log":
            return ControllerLog(seq=seq, t=t, wall=wall, lines=f.texts("lines"), asked=f.flag("asked"))
        case "machine":
            return _machine(f, seq, t, wall)
        case "end":
            return Ended(seq=seq, t=t, wall=wall, reason=f.choice("reason", EndReason), detail=f.text("detail"))
        case "note":
            return Noted(seq=seq, t=t, wall=wall, text=f.text("text"))
        case _:
            raise WrongField(f"unknown kind {kind!r}, known are {', '.join(KINDS.values())}")


def _machine(f: Fields, seq: int, t: float, wall: float) -> MachineLoad:
    shares = {name: f.number(name) for name in ("seconds", "busy", "steal", "load", "stall")}
    pressure = f.maybe("pressure", f.number)
    return MachineLoad(seq=seq, t=t, wall=wall, cores=f.whole("cores"), pressure=pressure, **shares)


def _touched(f: Fields, seq: int, t: float, wall: float) -> ApiTouched:
    return ApiTouched(
        seq=seq, t=t, wall=wall, step=f.whole("step"), deed=f.choice("deed", Deed), number=f.whole("number"),
        client=f.text("client"), verb=f.text("verb"), resource=f.text("resource"), path=f.text("path"),
        status=f.whole("status"), seconds=f.number("seconds"), detail=f.text("detail"),
    )  # fmt: skip


def _seen(f: Fields, seq: int, t: float, wall: float) -> Seen:
    resource = f.choice("resource", Resource)
    return Seen(
        seq=seq,
        t=t,
        wall=wall,
        resource=resource,
        verb=f.choice("verb", Verb),
        version=f.text("version"),
        object=parse(resource, f.object("object")),
    )


def _step(f: Fields, seq: int, t: float, wall: float) -> StepChanged:
    return StepChanged(
        seq=seq,
        t=t,
        wall=wall,
        step=f.whole("step"),
        verb=f.text("verb"),
        stage=f.choice("stage", Stage),
        target=f.maybe("target", lambda key: _target(Fields(f.object(key)))),
        cause=f.maybe("cause", f.whole),
        detail=f.text("detail"),
    )


def _target(f: Fields) -> Target:
    return Target(**{name: f.text(name) for name in Target.__dataclass_fields__})
