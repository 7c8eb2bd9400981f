"""A history for faults of cluster nodes and of the controller: what is seen of these, and what was read back."""

from typing import Any

from harness.model.events import ReadBack, Resource, Verb
from harness.model.header import ControllerSettings
from harness.model.objects import MEMORY_PRESSURE
from harness.oracles.proofs import Proof, prove
from harness.scenario.types import Step
from harness.scenario.verbs import Do
from tests.oracles.build import FAST, Tape, header, node, spec

LEASE = {"LEADER_ELECTION_LEASE_DURATION": "4s", "LEADER_ELECTION_RETRY_PERIOD": "1s"}
LEADER = {"pod": "workflow-controller-c1", "pod_uid": "c1", "container": "workflow-controller", "container_id": "c1-1"}
VICTIM = {"pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "host": "node-1"}


class Ground(Tape):
    """`made` is the step that was fired; the controller c1 leads, and the pod u1 runs on node-1."""

    def __init__(self, verb: str, **parameters: Any) -> None:
        group = "do" if verb.replace("-", "_") in Do.model_fields else "inject"
        raw = {"when": {"workflow": {"phase": "Running"}}, group: {verb: parameters}}
        self.made = Step.model_validate(raw)
        super().__init__(header(spec(method=[raw]), settings=ControllerSettings(env=FAST | LEASE)))
        self.host().workflow("Running", node("main", "Running")).pod("u1")
        self.controller("c1").lease(holder="workflow-controller-c1")

    @property
    def proof(self) -> Proof | None:
        return prove(self.made, 0, self.state)

    def gone(self, uid: str) -> "Ground":
        return self.controller(uid, deleting=True, verb=Verb.DELETED)

    def led_by(self, uid: str, dt: float = 0.1) -> "Ground":
        self.lease(dt, holder=f"workflow-controller-{uid}")
        return self

    def fired(self, **target: str) -> "Ground":
        self.fire(0, "", **target)
        return self

    def read(self, subject: str, before: str, after: str, step: int = 0) -> "Ground":
        self.add(ReadBack(**self._stamps(0.01), step=step, subject=subject, before=before, after=after))
        return self

    def tainted(self, *taints: str, dt: float = 0.1) -> "Ground":
        listed = [{"key": taint.split(":")[0], "effect": taint.split(":")[1]} for taint in taints]
        status = {"conditions": [{"type": "Ready", "status": "True"}]}
        self.see(Resource.NODE, {"metadata": {"name": "node-1"}, "spec": {"taints": listed}, "status": status}, dt=dt)
        return self

    def pressed(self, *, taint: bool = True) -> "Ground":
        """The node says that it is short of memory."""
        taints = [{"key": MEMORY_PRESSURE, "effect": "NoSchedule"}] if taint else []
        told = [{"type": "Ready", "status": "True"}, {"type": "MemoryPressure", "status": "True"}]
        raw = {"metadata": {"name": "node-1"}, "spec": {"taints": taints}, "status": {"conditions": told}}
        self.see(Resource.NODE, raw)
        return self

    def evicted(self, message: str, uid: str = "u1") -> "Ground":
        """By the kubelet, which writes it into the status of the pod as it was."""
        trace = self.state.pods[uid]
        raws = [raw for raw in self.raws if raw and raw["metadata"].get("uid") == uid]
        raw = raws[-1] | {"status": raws[-1]["status"] | {"phase": "Failed", "reason": "Evicted", "message": message}}
        assert trace.gone is None
        self.see(Resource.POD, raw)
        return self

    def without_node(self) -> "Ground":
        self.see(Resource.NODE, {"metadata": {"name": "node-1"}}, Verb.DELETED)
        return self
