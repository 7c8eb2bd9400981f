"""Writes the facts that come in into the history, each when it can be told to be the cell's."""

from harness.model.events import Resource
from harness.run.inbox import ApiWasTouched, CommandRan, Fact, PowerSwitched, WasRead
from harness.run.recording import Recording
from harness.run.site import KernelKillSeen
from harness.run.watching import Line, Lost


class Transcript:
    """Used from the cell's own thread only."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._kills: list[KernelKillSeen] = []

    def take(self, fact: Fact) -> None:
        match fact:
            case Line():
                self._recording.seen(fact)
                if fact.resource is Resource.POD:
                    self._record_kills()
            case Lost():
                self._recording.gap(fact)
            case KernelKillSeen():
                self._kills.append(fact)
                self._record_kills()
            case CommandRan():
                self._recording.command(fact.step, fact.argv, fact.exit_code, fact.output, fact.seconds)
            case WasRead():
                self._recording.read_back(fact.step, fact.subject, fact.before, fact.after)
            case ApiWasTouched():
                self._recording.api_touched(fact.step, fact.touch)
            case PowerSwitched():
                self._recording.node_power(fact.host, on=fact.on, processes=fact.processes)

    def _record_kills(self) -> None:
        """A kill is recorded once the container is known to be ours: the kernel is faster than the kubelet's status."""
        if not self._kills:
            return
        ours = {c.id for trace in self._recording.state.pods.values() for c in trace.pod.containers if c.id}
        for seen in [kill for kill in self._kills if kill.kill.container_id in ours]:
            kill = seen.kill
            self._recording.kernel_kill(seen.received, kill.container_id, kill.pid, kill.task, kill.line)
            self._kills.remove(seen)
