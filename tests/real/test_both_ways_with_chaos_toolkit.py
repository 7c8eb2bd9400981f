"""Scenarios that Chaos Toolkit runs, actions of its extensions that scenarios run, and clusters that are only handed
over: all on one real cluster, which for the last part is known by its kubeconfig alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from harness.chaos.exporting import experiment
from harness.chaos.place import opened, place
from harness.cluster import kubeconfig
from harness.cluster.local.cluster import LocalCluster
from harness.faults import paths, permissions
from harness.model.verdicts import Verdict
from harness.run import undoing
from harness.scenario.load import load
from harness.scenario.verbs import DeletePod
from tests.real import breaking
from tests.real.handing_over import handed_over
from tests.real.test_chaos_toolkit import ENVIRONMENT, ROOT, shakedown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.nightly]
NAME = "test-both-ways"
SEED = ROOT / "scenarios" / "seeds" / "task-result-lost.yaml"
CORDON = ROOT / "scenarios" / "faults" / "cordon.yaml"
KEPT = """
name: kept-from-landing
title: An action that finds nothing to terminate has not landed
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    templates:
      - name: main
        container: {image: alpine:3.18, command: [sleep, "60"]}
method:
  - when: {pod: {template: main, phase: Running}}
    proof-within: 2s
    inject:
      chaos-toolkit:
        action: chaosk8s.pod.actions:terminate_pods
        arguments: {ns: "{{namespace}}", name_pattern: "^not-{{pod}}$"}
        proof: {pod: {template: main, deleting: true}}
expect:
  workflow: {phase: Error}
"""

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    try:
        shakedown("cluster", "up", NAME, "--argo", "v3.7.15")
        with opened(place({"shakedown_cluster": NAME}), None) as found:
            yield found
    finally:
        LocalCluster.attach(NAME).close()


def chaos(folder: Path, made: Raw) -> tuple[int, Raw, str]:
    (folder / "experiment.yaml").write_text(yaml.safe_dump(made), encoding="utf-8")
    program = str(Path(sys.executable).with_name("chaos"))
    argv = (program, "--no-version-check", "--no-log-file", "run", "experiment.yaml")
    environment = {**ENVIRONMENT, "SHAKEDOWN_CLUSTER": NAME}
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False)
    journal = json.loads((folder / "journal.json").read_text(encoding="utf-8"))
    return done.returncode, journal, done.stdout + done.stderr


def test_an_exported_seed_does_what_the_scenario_does(site: Site, tmp_path: Path) -> None:
    made = experiment(load(SEED).scenario)
    undo, remove = made["rollbacks"]
    code, journal, output = chaos(tmp_path, {**made, "rollbacks": [undo]})
    assert (code, journal["status"], journal["deviated"]) == (0, "completed", False), output
    before, after = (journal["steady_states"][when]["probes"][0]["output"] for when in ("before", "after"))
    assert before == f"ready: Argo v3.7.15 is at work in cluster {NAME}"
    assert after.startswith("pass: ")
    assert journal["run"][2]["output"]["proof"].startswith("container wait of pod task-result-lost ended with exit 137")
    ended = site.api.get(paths.workflow("task-result-lost", "task-result-lost"))
    assert (ended["status"]["phase"], "exit code 137" in ended["status"]["message"]) == ("Error", True)

    code, journal, output = chaos(tmp_path, made)
    assert (code, journal["status"]) == (1, "failed"), output
    assert (
        "namespace task-result-lost is there already"
        in journal["steady_states"]["before"]["probes"][0]["exception"][-1]
    )
    assert site.api.get(paths.workflow("task-result-lost", "task-result-lost")) == ended, "what was there is untouched"

    remove["provider"]["arguments"]["left_over"] = True
    code, journal, output = chaos(tmp_path, {"title": "t", "description": "d", **configured(made), "method": [remove]})
    assert (code, journal["run"][0]["output"]) == (0, "namespace task-result-lost is gone"), output


def configured(made: Raw) -> Raw:
    return {key: made[key] for key in ("configuration", "controls")}


def test_what_does_not_come_as_expected_deviates_and_all_of_it_is_undone(site: Site, tmp_path: Path) -> None:
    made = experiment(load(CORDON).scenario)
    made["steady-state-hypothesis"]["probes"][0]["provider"]["arguments"]["expect"]["workflow"]["phase"] = "Failed"
    code, journal, output = chaos(tmp_path, made)
    assert (code, journal["deviated"]) == (1, True), output
    assert journal["steady_states"]["after"]["probes"][0]["output"].startswith("fail: ")
    assert "is unschedulable" in journal["run"][2]["output"]["proof"]
    healed, removed = (each["output"] for each in journal["rollbacks"])
    assert healed[0].startswith("cordon: ")
    assert removed == "namespace cordon is gone"
    nodes = site.api.get(paths.nodes())["items"]
    assert not [each for each in nodes if each["spec"].get("unschedulable")]


def test_a_foreign_action_lands_and_one_that_finds_nothing_does_not(site: Site, tmp_path: Path) -> None:
    victim = breaking.start_victim(site, "foreign")
    arguments = {"ns": "default", "name_pattern": "^{{pod}}$", "grace_period": 4}
    verb = {"action": "chaosk8s.pod.actions:terminate_pods", "arguments": arguments}
    proof = breaking.land(site, tmp_path, "chaos-toolkit", victim, proof={"pod": {"deleting": True}}, **verb)
    assert proof.startswith("newly so after chaosk8s.pod.actions:terminate_pods: pod foreign ")
    left = {pod["metadata"]["name"]: pod["metadata"] for pod in site.api.get(breaking.PODS)["items"]}
    assert "foreign" not in left or "deletionTimestamp" in left["foreign"]
    breaking.end_victim(site, victim)
    (apart := tmp_path / "kept").mkdir()
    judgement = breaking.judged(site, apart, KEPT)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "no proof within 2 s" in judgement.reason


def test_a_cluster_that_is_handed_over_is_broken_only_as_its_owner_allows(site: Site, tmp_path: Path) -> None:
    file = handed_over(site.cluster, tmp_path / "kubeconfig", "mine")
    victim = breaking.start_victim(site, "handed-over")

    def act(func: str, **said: Any) -> str:
        return act_on(victim, file, tmp_path, func, **said)

    owned = {"shakedown_i_own_this_cluster": "mine"}
    assert "nothing says that it is yours" in act("delete_pod")
    assert "the cluster of context mine was not adopted here" in act("delete_pod", **owned)
    refused = command("cluster", "adopt", "--kubeconfig", str(file), *own("another"))
    assert (refused.returncode, "--i-own-this-cluster says another" in refused.stderr) == (2, True)
    assert refused.stdout == "", "nothing is promised before it is allowed"
    allowed = shakedown("cluster", "adopt", "--kubeconfig", str(file), *own("mine"))
    assert "- delete, evict and change the pods" in allowed, "what it allows"
    assert "Cordon reaches beyond its namespace (scope node)" in act("cordon", **owned)
    assert "is unschedulable" in act("cordon", **owned, shakedown_allow_cluster_faults=True)
    assert site.api.get(paths.node(victim.host))["spec"]["unschedulable"] is True
    (undone,) = undoing.finish(lambda each: each.cluster == "mine")
    assert not undone.problem
    assert "unschedulable" not in site.api.get(paths.node(victim.host))["spec"]
    disown = shakedown("cluster", "disown", "--kubeconfig", str(file), *own("mine"))
    assert "does nothing any more in the cluster of context mine" in disown
    assert "was not adopted here" in act("delete_pod", **owned)
    breaking.end_victim(site, victim)


def test_a_user_with_the_rules_that_are_listed_can_do_it_and_no_more(site: Site, tmp_path: Path) -> None:
    """The owner adopts the cluster under the name by which the user knows it."""
    owners = handed_over(site.cluster, tmp_path / "owners", "limited")
    shakedown("cluster", "adopt", "--kubeconfig", str(owners), *own("limited"))
    grant(site, "limited")
    users = handed_over(site.cluster, tmp_path / "users", "limited", token_of(site, "limited"))
    asked = ("doctor", "--rbac", "--kubeconfig", str(users), "--context", "limited")
    told = shakedown(*asked, str(ROOT / "scenarios" / "faults" / "delete-pod.yaml"))
    without = [line for line in told.splitlines() if line.split()[0] != "ok"]
    assert without
    assert all(line.startswith("without") and "for an Argo of the run's own" in line for line in without)
    lacking = command(*asked, str(ROOT / "scenarios" / "faults" / "cordon.yaml"))
    assert lacking.returncode == 4
    assert "missing  get,list,patch,watch nodes; this user may not patch" in lacking.stdout
    victim = breaking.start_victim(site, "by-its-user")
    said = {"shakedown_i_own_this_cluster": "limited", "shakedown_allow_cluster_faults": True}
    assert "this user may not patch nodes, so nothing was done" in act_on(victim, users, tmp_path, "cordon", **said)
    assert "unschedulable" not in site.api.get(paths.node(victim.host))["spec"]
    assert "was deleted" in act_on(victim, users, tmp_path, "delete_pod", **said)
    breaking.end_victim(site, victim)
    shakedown("cluster", "disown", "--kubeconfig", str(owners), *own("limited"))


def act_on(victim: breaking.Victim, file: Path, folder: Path, func: str, **said: Any) -> str:
    """What came of it: the proof, or why nothing was done."""
    told = {"shakedown_kubeconfig": str(file), "shakedown_context": kubeconfig.current(file), **said}
    provider = {"type": "python", "module": "harness.chaos.actions", "func": func}
    named = {"arguments": {"workflow": victim.workflow, "pod": victim.pod}}
    step = {"type": "action", "name": func, "provider": {**provider, **named}}
    _, journal, _ = chaos(folder, {"title": "t", "description": "d", "configuration": told, "method": [step]})
    (run,) = journal["run"]
    return str(run["output"]["proof"] if run["output"] else run["exception"][-1].strip())


def own(name: str) -> tuple[str, str]:
    return "--i-own-this-cluster", name


def command(*words: str) -> subprocess.CompletedProcess[str]:
    argv = (sys.executable, "-m", "harness.cli", *words)
    return subprocess.run(argv, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=240, check=False)


def token_of(site: Site, account: str) -> str:
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    answer = site.api.create(f"/api/v1/namespaces/default/serviceaccounts/{account}/token", asked)
    return str(answer["status"]["token"])


def grant(site: Site, name: str) -> None:
    """Exactly the rules that are listed, each no wider than it says."""
    group = "/apis/rbac.authorization.k8s.io/v1"
    rules = (*permissions.wanted([DeletePod]), *permissions.LOOKING)
    site.api.create("/api/v1/namespaces/default/serviceaccounts", {"metadata": {"name": name}})
    for namespace in {rule.namespace for rule in rules}:
        kind, place_ = ("Role", f"/namespaces/{namespace}") if namespace else ("ClusterRole", "")
        mine = [
            {"apiGroups": [rule.group], "resources": [rule.resource], "verbs": list(rule.verbs)}
            for rule in rules
            if rule.namespace == namespace
        ]
        site.api.create(f"{group}{place_}/{kind.lower()}s", {"metadata": {"name": name}, "rules": mine})
        bound = {
            "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": "default"}],
        }
        site.api.create(f"{group}{place_}/{kind.lower()}bindings", bound)
