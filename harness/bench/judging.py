"""How fast stored histories are judged, on one core, with every invariant on; in processor seconds of one process.

Several figures, since all are true: entries that are in memory already (folding, invariants, stuck, expectations), of a
history of a usual length again and again and of one that is very long; and from the file (decompressing, JSON,
differences, parsing, and then the same).
"""

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from harness.bench.figures import Figure, Sense
from harness.history.format import dump
from harness.history.parse import parse
from harness.history.reader import Recording, read
from harness.model.events import AnyEntry, Gap, Resource, Seen
from harness.mutation.corpus import CORPUS, judged, samples
from harness.oracles.judge import judge

EVENTS: Final = 1_000_000
FROM_FILE: Final = 100_000
"""Entries that are judged from the file, and in one history; ten times as many take a minute to make."""
RECORDED: Final = "drain-v3.7.15-1.jsonl.gz"
"""A history of a usual length with every kind of object in it."""
MEMORY: Final = 300.0
LONG: Final = "retry-without-max-duration-v3.7.15-1.jsonl.gz"
"""The one that is lengthened: no fault in it, whose proof would look at the pods of all laps."""


def measure(folder: Path = CORPUS) -> tuple[Figure, ...]:
    recording = read(folder / RECORDED)
    return (
        Figure(
            name="events-judged-in-memory",
            unit="1/s",
            values=(in_memory(recording, EVENTS),),
            asked=150_000.0,
            sense=Sense.AT_LEAST,
        ),
        Figure(name="events-judged-in-one-history", unit="1/s", values=(at_once(read(folder / LONG), FROM_FILE),)),
        Figure(name="events-judged-from-file", unit="1/s", values=(from_file(recording, FROM_FILE),)),
        Figure(name="whole-corpus-judged", unit="s", values=tuple(whole_corpus(folder) for _ in range(3)), asked=3.0),
        Figure(name="memory-for-one-history", unit="MB", values=(apart(folder / LONG),), asked=MEMORY),
    )


def in_memory(recording: Recording, events: int) -> float:
    """Entries per second: the same history judged from its first entry to its verdict, again and again."""
    entries = list(recording.entries())
    rounds = -(-events // len(entries))
    gc.collect()
    started = time.process_time()
    for _ in range(rounds):
        judge(recording.header, entries)
    return rounds * len(entries) / (time.process_time() - started)


def at_once(recording: Recording, events: int) -> float:
    """The same for one history of so many entries: what a judge remembers must not make it slower."""
    entries = list(lengthened(recording, events))
    gc.collect()
    started = time.process_time()
    judge(recording.header, entries)
    return events / (time.process_time() - started)


def from_file(recording: Recording, events: int) -> float:
    count, started = 0, time.process_time()
    while count < events:
        entries = list(recording.entries())
        judge(recording.header, entries)
        count += len(entries)
    return count / (time.process_time() - started)


def whole_corpus(folder: Path) -> float:
    started = time.process_time()
    for sample in samples(folder):
        judged(folder / sample.file)
    return time.process_time() - started


def apart(path: Path, events: int = EVENTS) -> float:
    """Megabytes that a fresh process needs at most to judge one history of so many events as a stream."""
    command = [sys.executable, "-m", "harness.bench.judging", str(path), str(events)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def lengthened(recording: Recording, events: int) -> Iterator[AnyEntry]:
    """One history of so many events: the recorded one happens again and again to the same workflow, with new pods and a
    gap in between, and is parsed anew every time. Every lap changes every node, so no real history makes a judge
    remember as much."""
    *body, (end, _) = [(entry, line.get("object")) for entry, line in recording.raw_entries()]
    stored = [(entry, dump(raw) if raw else "") for entry, raw in body]
    span = end.t + 1.0
    per_lap = len(body) + 1
    for seq in range(1, events):
        lap, at = divmod(seq - 1, per_lap)
        if at == len(body):
            t = (lap + 1) * span
            yield Gap(seq=seq, t=t, wall=end.wall + t - end.t, resource=Resource.WORKFLOW, why="a lap is over")
        else:
            yield _moved(*stored[at], seq, lap, lap * span)
    last = span * (events // per_lap + 2)
    yield replace(end, seq=events, t=last, wall=end.wall + last - end.t)


def _moved(entry: AnyEntry, stored: str, seq: int, lap: int, by: float) -> AnyEntry:
    later = replace(entry, seq=seq, t=round(entry.t + by, 6), wall=round(entry.wall + by, 6))
    if not isinstance(later, Seen):
        return later
    raw = json.loads(stored)
    if later.resource is Resource.POD:
        raw["metadata"]["uid"] += f"-{lap}"
    version = str(int(later.version) + lap * 10**9)
    return replace(later, version=version, object=parse(later.resource, raw))


def stream(path: Path, events: int) -> float:
    recording = read(path)
    judge(recording.header, lengthened(recording, events))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    print(stream(Path(sys.argv[1]), int(sys.argv[2])))
