"""Node power: the harness found no process of the node left (or started it), and afterwards the cluster noticed.

What it notices of a node without power is silence: the node controller marks it as Unknown. A node that says itself
that it is not Ready has a kubelet that talks, and so has power.
"""

from harness.history.state import State
from harness.history.traces import HostView, StepTrace, Version
from harness.model.events import NodePower
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import PowerOff, PowerOn, Reboot


def prove_off(verb: PowerOff, trace: StepTrace, state: State) -> Proof | None:
    switched = _switched(trace, state, on=False)
    if switched is None or switched.processes != 0:
        return None
    noticed = _lost(switched, state) if _was_ready(switched, state) else None
    text = f"{switched.host} has no process left and is not Ready any more"
    return None if noticed is None else Proof(seq=noticed, text=text)


def prove_on(verb: PowerOn, trace: StepTrace, state: State) -> Proof | None:
    switched = _switched(trace, state, on=True)
    if switched is None or not _was_off(switched, state):
        return None
    noticed = _afterwards(switched, state)
    return None if noticed is None else Proof(seq=noticed, text=f"{switched.host} was started and is Ready")


def prove_reboot(verb: Reboot, trace: StepTrace, state: State) -> Proof | None:
    """It may be back before the cluster has noticed, so that it was empty in between is the harness's own finding."""
    off, on = _switched(trace, state, on=False), _switched(trace, state, on=True)
    if off is None or on is None or off.processes != 0 or on.seq < off.seq or not _was_ready(off, state):
        return None
    noticed = _afterwards(on, state)
    text = f"{on.host} had no process left, was started again and is Ready"
    return None if noticed is None else Proof(seq=noticed, text=text)


def _switched(trace: StepTrace, state: State, *, on: bool) -> NodePower | None:
    since, target = span(trace)
    mine = (power for power in state.power if power.host == target.host and power.seq > since)
    return next((power for power in mine if power.on is on), None)


def _was_off(switched: NodePower, state: State) -> bool:
    """Switched off before in this history, or not Ready from its beginning: one that is on cannot be switched on."""
    before = [power for power in state.power if power.host == switched.host and power.seq < switched.seq]
    return not before[-1].on if before else not _was_ready(switched, state)


def _was_ready(switched: NodePower, state: State) -> bool:
    """A node that was lost already cannot be lost by this."""
    trace = state.hosts.get(switched.host)
    before = [version for version in trace.versions if version.at.seq < switched.seq] if trace else []
    return bool(before) and _ready(before[-1])


def _lost(switched: NodePower, state: State) -> int | None:
    """The first entry after the switch that shows the node lost, while nobody has switched it on again."""
    trace = state.hosts.get(switched.host)
    later = (version for version in trace.versions if version.at.seq > switched.seq) if trace else ()
    lost = next((version.at.seq for version in later if hosts.lost(version.value)), None)
    ons = (power.seq for power in state.power if power.host == switched.host and power.on and power.seq > switched.seq)
    return None if lost is None or any(on < lost for on in ons) else lost


def _afterwards(switched: NodePower, state: State) -> int | None:
    """The entry after the switch that shows the node Ready, by the word of a kubelet that spoke after it: what else
    changes a Node shows its last word once more. Stamps are cut to seconds."""
    trace = state.hosts.get(switched.host)
    later = (beat for beat in trace.beats if beat.at.seq > switched.seq) if trace else ()
    return next((beat.at.seq for beat in later if beat.value >= int(switched.wall)), None)


def _ready(version: Version[HostView]) -> bool:
    return version.value.exists and version.value.node.ready == "True"
