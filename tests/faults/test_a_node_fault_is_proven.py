"""A fault of a cluster node or of the control plane lands when it was read back, and the cluster shows it."""

import pytest

from harness.model.events import Stage
from harness.run import outages
from harness.scenario.types import Scenario
from tests.faults.hosts_and_controllers import VICTIM, Ground


def test_a_cordon_is_proven_by_a_node_that_was_schedulable_before() -> None:
    tape = Ground("cordon").fired(**VICTIM)
    assert tape.proof is None
    tape.host(cordoned=True)
    assert tape.proof is not None


def test_a_node_that_was_cordoned_before_and_another_node_prove_nothing() -> None:
    tape = Ground("cordon")
    tape.host(cordoned=True)
    tape.fired(**VICTIM).host(ready="False", cordoned=True)
    assert tape.proof is None
    tape = Ground("cordon").fired(**VICTIM)
    tape.host("node-2", cordoned=True)
    assert tape.proof is None


def test_a_cut_needs_the_cable_and_the_lost_node() -> None:
    tape = Ground("cut-network").fired(**VICTIM).read("network of node-1", "connected", "cut")
    assert tape.proof is None
    tape.host(ready="Unknown")
    assert tape.proof is not None


def test_a_node_that_is_lost_with_its_cable_in_place_was_not_cut_off() -> None:
    tape = Ground("cut-network").fired(**VICTIM).read("network of node-1", "connected", "connected")
    tape.host(ready="Unknown")
    assert tape.proof is None


def test_a_node_that_says_itself_that_it_is_not_ready_is_not_cut_off() -> None:
    tape = Ground("cut-network").fired(**VICTIM).read("network of node-1", "connected", "cut")
    tape.host(ready="False")
    assert tape.proof is None


def test_a_frozen_node_is_read_back_and_lost() -> None:
    tape = Ground("freeze-node").fired(**VICTIM).read("node node-1", "running", "frozen")
    assert tape.proof is None
    tape.host(ready="Unknown")
    assert tape.proof is not None


@pytest.mark.parametrize(("before", "after"), [("running", "running"), ("frozen", "frozen")])
def test_a_node_that_was_not_frozen_by_this_proves_nothing(before: str, after: str) -> None:
    tape = Ground("freeze-node").fired(**VICTIM).read("node node-1", before, after)
    tape.host(ready="Unknown")
    assert tape.proof is None


def test_a_node_that_was_lost_before_cannot_be_lost_by_this() -> None:
    tape = Ground("stop-kubelet")
    tape.host(ready="Unknown")
    tape.fired(**VICTIM).read("kubelet of node-1", "running", "stopped").host(ready="Unknown", cordoned=True)
    assert tape.proof is None


@pytest.mark.parametrize(("how", "after"), [("freeze", "stopped"), ("kill", "gone")])
def test_a_kubelet_is_stopped_the_way_that_was_asked_for(how: str, after: str) -> None:
    tape = Ground("stop-kubelet", how=how).fired(**VICTIM).read("kubelet of node-1", "running", after)
    tape.host(ready="Unknown")
    assert tape.proof is not None


@pytest.mark.parametrize(("how", "after"), [("freeze", "gone"), ("kill", "stopped"), ("freeze", "running")])
def test_a_kubelet_in_another_state_was_not_stopped(how: str, after: str) -> None:
    tape = Ground("stop-kubelet", how=how).fired(**VICTIM).read("kubelet of node-1", "running", after)
    tape.host(ready="Unknown")
    assert tape.proof is None


def test_the_runtime_of_this_node_must_be_stopped() -> None:
    tape = Ground("stop-runtime").fired(**VICTIM).read("containerd of node-2", "running", "stopped")
    assert tape.proof is None
    assert tape.read("containerd of node-1", "running", "stopped").proof is not None


def test_a_reboot_needs_an_empty_node_in_between_and_a_ready_one_after() -> None:
    tape = Ground("reboot").fired(**VICTIM)
    tape.power(on=False).power(on=True, processes=3)
    assert tape.proof is None
    tape.host(dt=2)
    assert tape.proof is not None


def test_what_a_node_said_before_it_was_started_again_is_no_sign_of_it() -> None:
    """An uncordon shows the last word of its kubelet once more."""
    tape = Ground("reboot").fired(**VICTIM)
    tape.power(on=False).power(on=True, processes=3)
    tape.host(cordoned=True, dt=2, silent=3).host(dt=1, silent=4)
    assert tape.proof is None
    tape.host(ready="Unknown", dt=10, silent=14)
    assert tape.proof is None
    tape.host(dt=1)
    assert tape.proof is not None


def test_a_node_that_kept_a_process_or_stayed_off_was_not_rebooted() -> None:
    tape = Ground("reboot").fired(**VICTIM)
    tape.power(on=False, processes=2).power(on=True, processes=3).host()
    assert tape.proof is None
    tape = Ground("reboot").fired(**VICTIM)
    tape.power(on=False).host()
    assert tape.proof is None


def test_a_deleted_node_is_proven_by_its_deletion_after_the_call() -> None:
    tape = Ground("delete-node").fired(**VICTIM)
    assert tape.proof is None
    assert tape.without_node().proof is not None
    gone = Ground("delete-node").without_node().fired(**VICTIM)
    assert gone.without_node().proof is None


def test_a_taint_needs_the_taint_and_the_pod_told_to_go() -> None:
    tape = Ground("taint-node").fired(**VICTIM).tainted("shakedown/taint:NoExecute")
    assert tape.proof is None
    tape.pod("u1", deleting=True, disrupted="DeletionByTaintManager")
    assert tape.proof is not None


@pytest.mark.parametrize("disrupted", ["", "EvictionByEvictionAPI"])
def test_a_pod_that_somebody_else_deletes_beside_the_taint_proves_nothing(disrupted: str) -> None:
    tape = Ground("taint-node").fired(**VICTIM).tainted("shakedown/taint:NoExecute")
    tape.pod("u1", deleting=True, disrupted=disrupted)
    assert tape.proof is None


def test_a_pod_that_goes_without_the_taint_and_a_taint_from_before_prove_nothing() -> None:
    tape = Ground("taint-node").fired(**VICTIM).tainted("other/taint:NoExecute")
    tape.pod("u1", deleting=True, disrupted="DeletionByTaintManager")
    assert tape.proof is None
    tape = Ground("taint-node").tainted("shakedown/taint:NoExecute").fired(**VICTIM)
    tape.pod("u1", deleting=True, disrupted="DeletionByTaintManager")
    assert tape.proof is None


def test_a_pod_that_had_ended_was_not_evicted_by_the_taint() -> None:
    tape = Ground("taint-node").fired(**VICTIM).tainted("shakedown/taint:NoExecute")
    tape.pod("u1", "Succeeded", main=0).pod("u1", "Succeeded", main=0, deleting=True)
    assert tape.proof is None


def test_a_taint_without_effect_on_pods_needs_none() -> None:
    tape = Ground("taint-node", effect="NoSchedule").fired(**VICTIM).tainted("shakedown/taint:NoSchedule")
    assert tape.proof is not None


def test_a_restart_of_the_api_server_needs_another_process() -> None:
    tape = Ground("restart-apiserver").fired().read("kube-apiserver", "running", "gone")
    assert tape.proof is None
    assert tape.read("kube-apiserver process", "pid 8", "pid 8").proof is None
    assert tape.read("kube-apiserver process", "pid 8", "pid None").proof is None
    assert tape.read("kube-apiserver process", "pid 8", "pid 99").proof is not None


@pytest.mark.parametrize(("verb", "name"), [("freeze-apiserver", "kube-apiserver"), ("freeze-etcd", "etcd")])
def test_a_freeze_is_proven_by_the_kernels_word_on_that_process(verb: str, name: str) -> None:
    tape = Ground(verb).fired().read("kube-scheduler", "running", "stopped").read(name, "running", "running")
    assert tape.proof is None
    assert tape.read(name, "running", "stopped").proof is not None


def scenario(tape: Ground) -> Scenario:
    return Scenario.model_validate(tape.header.scenario.spec)


def test_an_outage_is_expected_from_the_call_until_a_while_after_it_was_undone() -> None:
    tape = Ground("freeze-etcd")
    assert outages.expected(scenario(tape), tape.state, tape.t) == frozenset()
    tape.fired()
    assert outages.expected(scenario(tape), tape.state, tape.t) == {"etcd", "kube-apiserver"}
    tape.step(Stage.LANDED, detail="frozen").step(Stage.HEALED, dt=60)
    assert outages.expected(scenario(tape), tape.state, tape.t + 5)
    assert not outages.expected(scenario(tape), tape.state, tape.t + outages.RETURN + 1)


def test_an_outage_that_nobody_ordered_or_that_did_not_happen_is_not_expected() -> None:
    tape = Ground("kill-controller").fired()
    assert not outages.expected(scenario(tape), tape.state, tape.t)
    tape = Ground("restart-apiserver")
    tape.step(Stage.ARMED).step(Stage.TRIGGERED, workflow="wf").step(Stage.REFUSED, detail="no")
    assert not outages.expected(scenario(tape), tape.state, tape.t)


PRESSED = "node.kubernetes.io/memory-pressure:NoSchedule"
LOW = "The node was low on resource: memory. Threshold quantity: 25273Mi, available: 9Gi."
TURNED_AWAY = "Pod was rejected: The node had condition: [MemoryPressure]. "


@pytest.mark.parametrize("message", [LOW, TURNED_AWAY])
def test_memory_pressure_needs_the_condition_its_taint_and_the_pod_that_the_kubelet_evicted_for_it(
    message: str,
) -> None:
    tape = Ground("starve-memory").pressed().fired(**VICTIM)
    assert tape.evicted(message).proof is None, "it was short of memory before"
    tape = Ground("starve-memory").fired(**VICTIM).pressed()
    assert tape.proof is None
    proof = tape.evicted(message).proof
    assert proof is not None
    assert f"evicted pod-u1: {message.strip()}" in proof.text


def test_pressure_without_its_taint_or_an_eviction_without_pressure_proves_nothing() -> None:
    assert Ground("starve-memory").fired(**VICTIM).pressed(taint=False).evicted(LOW).proof is None
    assert Ground("starve-memory").fired(**VICTIM).evicted(LOW).proof is None


@pytest.mark.parametrize(
    "message", ["The node was low on resource: ephemeral-storage. ", "Pod was rejected: OutOfmemory"]
)
def test_a_pod_that_was_evicted_for_something_else_is_no_victim_of_the_memory(message: str) -> None:
    assert Ground("starve-memory").fired(**VICTIM).pressed().evicted(message).proof is None


def test_a_pod_that_had_ended_before_was_not_evicted() -> None:
    tape = Ground("starve-memory").fired(**VICTIM).pressed()
    tape.pod("u1", "Succeeded", main=0)
    assert tape.evicted(LOW).proof is None


def test_who_else_was_evicted_is_told() -> None:
    tape = Ground("starve-memory").fired(**VICTIM).pressed()
    tape.pod("u2", key="other").pod("u3", key="elsewhere", host="node-2")
    for uid in ("u2", "u3"):
        tape.evicted(LOW, uid)
    assert tape.proof is None, "the target runs on"
    proof = tape.evicted(LOW).proof
    assert proof is not None
    assert ("pod-u2" in proof.text, "pod-u3" in proof.text) == (True, False)


@pytest.mark.parametrize(
    ("verb", "subject", "before", "after"),
    [("cut-network", "network of node-1", "connected", "cut"), ("freeze-node", "node node-1", "running", "frozen")],
)
def test_a_node_that_was_lost_and_found_before_it_was_read_back_is_not_lost_by_this(
    verb: str, subject: str, before: str, after: str
) -> None:
    tape = Ground(verb).fired(**VICTIM)
    tape.host(ready="Unknown").host(ready="True")
    tape.read(subject, before, after)
    assert tape.proof is None
    tape.host(ready="Unknown")
    assert tape.proof is not None


def test_a_node_that_is_on_cannot_be_switched_on() -> None:
    tape = Ground("power-on").fired(**VICTIM)
    tape.power(on=True, processes=3).host()
    assert tape.proof is None


def test_a_node_that_is_on_again_before_it_was_lost_was_not_switched_off_for_the_cluster() -> None:
    tape = Ground("power-off").fired(**VICTIM)
    tape.power(on=False).power(on=True, processes=3).host(ready="Unknown")
    assert tape.proof is None
