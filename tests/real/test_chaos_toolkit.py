"""Real `chaos run` experiments on a cluster that stays: an action succeeds only with a proof, else it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.argo.install import prepare_namespace
from harness.cluster.local import leftovers
from harness.cluster.local.cluster import LocalCluster
from harness.faults import paths
from harness.run.submission import submit
from tests.real.breaking import AWAY_FROM_CONTROLLER
from tests.real.test_cluster_leaves_nothing import NOTHING, traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.cluster.api import Api

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
NAME = "test-chaos"
NAMESPACE = "chaos"
RELEASE = "v3.7.15"
PODS = paths.pods(NAMESPACE)
WORKFLOWS = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}/workflows"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    exit_code: int
    journal: Raw
    output: str

    def only(self, part: str = "run") -> Raw:
        (activity,) = self.journal[part]
        return dict(activity)

    def proof(self, part: str = "run") -> str:
        """Of the one activity of that part, which must have succeeded."""
        activity = self.only(part)
        assert activity["status"] == "succeeded", activity
        return str(activity["output"]["proof"])

    def failures(self) -> list[str]:
        """Of the method, in which nothing may have succeeded."""
        assert {(each["status"], each["output"]) for each in self.journal["run"]} == {("failed", None)}, self.output
        return [str(each["exception"][-1]).strip() for each in self.journal["run"]]


@dataclass(frozen=True, slots=True)
class Lab:
    api: Api
    folder: Path

    def await_one(self, path: str, wanted: Callable[[Raw], bool], **query: str) -> Raw:
        listed = self.api.get(path, **query)
        for item in filter(wanted, listed["items"]):
            return dict(item)
        events = self.api.watch(path, resource_version=listed["metadata"]["resourceVersion"], timeout=30, **query)
        try:
            for event in events:
                if event.type in ("ADDED", "MODIFIED") and wanted(event.object):
                    return dict(event.object)
        finally:
            events.close()
        pytest.fail(f"nothing of {path} {query} came to be as wanted within 30 s")

    def await_pod(self, workflow: str, wanted: Callable[[Raw], bool]) -> Raw:
        return self.await_one(PODS, wanted, labelSelector=f"workflows.argoproj.io/workflow={workflow}")

    def running(self, name: str, script: str = "sleep 300", **template: Any) -> Raw:
        """The pod of a new workflow, all of its containers at work."""
        begin(self.api, name, script, **template)
        return self.await_pod(name, at_work)

    def chaos(self, *method: Raw, rollbacks: tuple[Raw, ...] = (), **configuration: Any) -> Outcome:
        experiment = {
            "title": "a test",
            "description": "of the actions",
            "configuration": {"shakedown_cluster": NAME, **configuration},
            "controls": [{"name": "strict", "provider": {"type": "python", "module": "harness.chaos.strict"}}],
            "method": list(method),
            "rollbacks": list(rollbacks),
        }
        (self.folder / "experiment.yaml").write_text(yaml.safe_dump(experiment), encoding="utf-8")
        program = str(Path(sys.executable).with_name("chaos"))
        argv = (program, "--no-version-check", "--no-log-file", "run", "experiment.yaml")
        done = subprocess.run(
            argv, cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=90, check=False
        )
        journal = json.loads((self.folder / "journal.json").read_text(encoding="utf-8"))
        return Outcome(exit_code=done.returncode, journal=journal, output=done.stdout + done.stderr)


def begin(api: Api, name: str, script: str, resources: Raw | None = None, **template: Any) -> None:
    container = {"image": "alpine:3.18", "command": ["sh", "-c"], "args": [script], "resources": resources or {}}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "container": container, **template}]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(api, {**kind, "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec})


def at_work(pod: Raw) -> bool:
    states = [status["state"] for status in pod.get("status", {}).get("containerStatuses", [])]
    return len(states) == 2 and all("running" in state for state in states)


def phase_is(phase: str) -> Callable[[Raw], bool]:
    return lambda item: bool(item.get("status", {}).get("phase") == phase)


def action(func: str, **arguments: Any) -> Raw:
    provider = {"type": "python", "module": "harness.chaos.actions", "func": func, "arguments": arguments}
    return {"type": "action", "name": func, "provider": provider}


def on(workflow: str, func: str, **arguments: Any) -> Raw:
    return action(func, workflow=workflow, namespace=NAMESPACE, **arguments)


def shakedown(*words: str) -> str:
    argv = (sys.executable, "-m", "harness.cli", *words)
    done = subprocess.run(argv, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    links = frozenset(path.name for path in Path("/sys/class/net").iterdir())
    try:
        shakedown("cluster", "up", NAME, "--argo", RELEASE)
        attached = LocalCluster.attach(NAME)
        prepare_namespace(attached.api, NAMESPACE)
        # these two end by themselves while the first tests run
        begin(attached.api, "ended", "exit 0")
        begin(attached.api, "again", "sleep 1; exit 3")
        yield attached
        attached.api.close()
    finally:
        if NAME in leftovers.clusters():
            shakedown("cluster", "down", NAME)
    assert traces(NAME, links) == NOTHING
    assert NAME not in leftovers.clusters()


@pytest.fixture
def lab(cluster: LocalCluster, tmp_path: Path) -> Lab:
    return Lab(cluster.api, tmp_path)


def test_a_killed_wait_container_is_proven_by_its_exit(lab: Lab) -> None:
    uid = lab.running("kill")["metadata"]["uid"]
    done = lab.chaos(on("kill", "kill_process", pod="kill", container="wait"))
    assert done.proof() == "container wait of pod kill ended with exit 137 after SIGKILL"
    assert (done.exit_code, done.journal["status"]) == (0, "completed")
    assert done.only()["output"]["target"][0]["pod_uid"] == uid
    assert done.only()["output"]["did"].startswith("SIGKILL to pid ")
    statuses = lab.api.get(f"{PODS}/kill")["status"]["containerStatuses"]
    assert {each["name"]: each["state"].get("terminated", {}).get("exitCode") for each in statuses}["wait"] == 137


def test_a_pod_deleted_by_force_is_proven_by_its_uid(lab: Lab) -> None:
    uid = lab.running("force")["metadata"]["uid"]
    done = lab.chaos(on("force", "delete_pod", template="main", force=True))
    assert done.proof() == f"pod force ({uid}) was deleted"
    assert (done.exit_code, done.journal["status"]) == (0, "completed")
    assert uid not in {pod["metadata"]["uid"] for pod in lab.api.get(PODS)["items"]}


def test_a_retry_and_then_a_stop_are_proven_by_the_workflow(lab: Lab) -> None:
    lab.await_one(WORKFLOWS, phase_is("Failed"), fieldSelector="metadata.name=again")
    done = lab.chaos(on("again", "retry"), on("again", "stop"))
    retried, stopped = done.journal["run"]
    assert (retried["status"], stopped["status"]) == ("succeeded", "succeeded"), done.output
    assert retried["output"]["proof"] == "argo retry succeeded and the workflow is Running again"
    assert stopped["output"]["proof"] == "argo stop succeeded and spec.shutdown is Stop"
    assert (done.exit_code, done.journal["status"]) == (0, "completed")
    assert lab.api.get(f"{WORKFLOWS}/again")["spec"]["shutdown"] == "Stop"


def test_what_else_an_operator_does_is_proven_too(lab: Lab) -> None:
    lab.running("operated")
    method = [on("operated", func) for func in ("suspend", "resume", "relabel_task_result", "terminate")]
    done = lab.chaos(*method)
    assert {each["status"] for each in done.journal["run"]} == {"succeeded"}, done.output
    assert [each["output"]["proof"] for each in done.journal["run"]] == [
        "argo suspend succeeded and spec.suspend is set",
        "argo resume succeeded and nothing that was suspended is so any more",
        "the label of task result operated became true",
        "argo terminate succeeded and spec.shutdown is Terminate",
    ]
    assert (done.exit_code, done.journal["status"]) == (0, "completed")


def test_an_oom_kill_is_proven_by_the_kernel(lab: Lab) -> None:
    memory = {"limits": {"memory": "32Mi"}}
    lab.running("hungry", "sleep 4; exec tail /dev/zero", resources=memory)
    done = lab.chaos(on("hungry", "oom"))
    assert re.fullmatch(
        r"the kernel killed \S+ \(pid \d+\) of container main, which ended OOMKilled with exit 137", done.proof()
    )
    assert (done.exit_code, done.journal["status"]) == (0, "completed")


def test_a_pod_that_has_ended_already_fails_the_experiment(lab: Lab) -> None:
    lab.await_one(WORKFLOWS, phase_is("Succeeded"), fieldSelector="metadata.name=ended")
    pod = lab.api.get(f"{PODS}/ended")
    kill = on("ended", "kill_process", pod="ended", container="main")
    done = lab.chaos(kill, on("ended", "delete_pod", pod="ended", force=True), on("ended", "stop"))
    assert [said.rpartition("ActivityFailed: ")[2] for said in done.failures()] == [
        "container main had ended with exit 0 before the call",
        "pod ended was Succeeded before the call",
        "workflow ended had ended (Succeeded) before the call",
    ]
    assert (done.exit_code, done.journal["status"]) == (1, "failed")
    assert lab.api.get(f"{PODS}/ended")["metadata"]["uid"] == pod["metadata"]["uid"]


def test_a_call_that_nothing_proves_fails_the_experiment(lab: Lab) -> None:
    """The signal is really sent, and the container really ignores it."""
    lab.running("deaf", "trap '' TERM; sleep 300")
    done = lab.chaos(on("deaf", "kill_process", signal="TERM"), shakedown_proof_within=1.5)
    (said,) = done.failures()
    assert "kill-process was accepted (SIGTERM to pid " in said
    assert "but nothing proved it within 1.5 s; last seen: workflow deaf Running, pod deaf Running" in said
    assert (done.exit_code, done.journal["status"]) == (1, "failed")


def test_a_drain_is_proven_and_rolled_back(lab: Lab) -> None:
    pod = lab.running("drained", affinity=AWAY_FROM_CONTROLLER)
    host, uid = pod["spec"]["nodeName"], pod["metadata"]["uid"]
    done = lab.chaos(on("drained", "drain", grace="1s"), rollbacks=(action("uncordon"),))
    assert done.proof() == f"{host} is unschedulable and drained was evicted from it"
    assert done.proof("rollbacks") == f"{host} is schedulable again"
    assert (done.exit_code, done.journal["status"]) == (0, "completed")
    assert uid not in {each["metadata"]["uid"] for each in lab.api.get(PODS)["items"]}
    assert not lab.api.get(paths.node(host))["spec"].get("unschedulable")


def test_a_node_without_power_is_proven_and_switched_on_again(lab: Lab, cluster: LocalCluster) -> None:
    host = lab.running("unlit", affinity=AWAY_FROM_CONTROLLER)["spec"]["nodeName"]
    done = lab.chaos(on("unlit", "power_off"), rollbacks=(action("power_on"),))
    assert done.proof() == f"{host} has no process left and is not Ready any more"
    assert done.proof("rollbacks") == f"{host} was started and is Ready"
    assert (done.exit_code, done.journal["status"]) == (0, "completed")
    assert cluster.powered(host)
