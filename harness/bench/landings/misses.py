"""Faults that are kept from landing, each by something real: a target that is gone, another UID, a right that is not
there, a process that has ended, a signal that is ignored. Nobody asks before the call whether it has any sense, so that
the call itself and the proof must tell. One that is said to have landed nevertheless is a false landing.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from harness.bench.figures import Figure
from harness.bench.landings import denial
from harness.bench.landings.grounds import WORKFLOW, Ground, laid
from harness.chaos.activity import Activity
from harness.chaos.chronicle import Chronicle
from harness.chaos.deeds import Deed, of_verb
from harness.chaos.place import Place
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from harness.build.progress import Step
    from harness.faults.context import Context
    from harness.model.events import Target
    from harness.run.site import Site

ATTEMPTS: Final = 200
TOGETHER: Final = 4
PROOF_WITHIN: Final = 0.7
"""Seconds; on an idle machine a watch shows what was accepted within some hundredths of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """`why` it cannot land; `denied`: it is called by somebody who may not."""

    verb: str
    why: str
    target: Callable[[Ground], Target]
    parameters: dict[str, Any]
    denied: bool = False


def living(ground: Ground) -> Target:
    return ground.living


def ended(ground: Ground) -> Target:
    return ground.ended


def other_uid(ground: Ground) -> Target:
    """As where a pod of the same name has taken its place."""
    return replace(ground.living, pod_uid=ground.ended.pod_uid)


def gone(ground: Ground) -> Target:
    return replace(ground.living, pod="gone", pod_uid=ground.ended.pod_uid, container_id="containerd://" + 64 * "0")


def without_result(ground: Ground) -> Target:
    """As for a workflow node whose executor never reported."""
    return replace(ground.living, node_id=f"{ground.living.node_id}-none")


def miss(verb: str, why: str, target: Callable[[Ground], Target], *, denied: bool = False, **given: Any) -> Miss:
    return Miss(verb=verb, why=why, target=target, parameters=given, denied=denied)


PLACES: Final[dict[str, Any]] = {"config-map": "limits", "key": "places"}
MISSES: Final = (
    miss("delete-pod", "another uid", other_uid, force=True),
    miss("evict-pod", "another uid", other_uid, patience="200ms"),
    miss("fail-pod", "another uid", other_uid),
    miss("hold-finalizer", "another uid", other_uid),
    miss("delete-pod", "gone", gone, force=True),
    miss("hold-finalizer", "gone", gone),
    miss("evict-pod", "its budget allows none", living, patience="200ms"),
    miss("delete-pod", "not allowed", living, denied=True, force=True),
    miss("evict-pod", "not allowed", living, denied=True),
    miss("fail-pod", "not allowed", living, denied=True),
    miss("hold-finalizer", "not allowed", living, denied=True),
    miss("cordon", "not allowed", living, denied=True),
    miss("taint-node", "not allowed", living, denied=True, effect="NoSchedule"),
    miss("exhaust-quota", "not allowed", living, denied=True),
    miss("change-semaphore", "not allowed", living, denied=True, limit="0", **PLACES),
    miss("delete-semaphore", "not allowed", living, denied=True, **PLACES),
    miss("revoke", "not allowed", living, denied=True),
    miss("edit-workflow", "not allowed", living, denied=True, patch={"spec": {"priority": 7}}),
    miss("change-semaphore", "it is so already", living, limit="1", **PLACES),
    miss("delete-semaphore", "there is none", living, **{**PLACES, "key": "none"}),
    miss("delete-task-result", "there is none", without_result),
    miss("edit-workflow", "it changes nothing", living, patch={"spec": {"entrypoint": "main"}}),
    miss("kill-process", "the container has ended", ended),
    miss("freeze-process", "the container has ended", ended),
    miss("starve-cpu", "the container has ended", ended),
    miss("oom-kill", "the container has ended", ended),
    miss("fill-disk", "the container has ended", ended, path="/tmp"),
    miss("kill-process", "gone", gone),
    miss("freeze-process", "gone", gone),
    miss("kill-process", "the signal is ignored", living, process="child", signal="TERM"),
    miss("kill-process", "the signal is ignored", living, process="child", signal="HUP"),
    miss("kill-process", "the signal is caught", living, process="child", signal="USR1"),
    miss("kill-process", "the signal is caught", living, process="child", signal="INT"),
    miss("fill-disk", "it is no volume of its own", living, path="/etc"),
    miss("fill-disk", "there is no such path", living, path="/none"),
    miss("oom", "nothing outgrows its limit", living),
)


def measure(site: Site, folder: Path, step: Step) -> tuple[Figure, ...]:
    with denial.of(site.cluster) as denied, ThreadPoolExecutor(TOGETHER, thread_name_prefix="misses") as pool:
        names = [f"misses-{number}" for number in range(TOGETHER)]
        grounds = list(pool.map(lambda name: laid(site.cluster, denied, name), names))
        shares = [list(share(number)) for number in range(TOGETHER)]
        counts = itertools.count(1)

        def told() -> None:
            step.show(f"{next(counts)} of {ATTEMPTS} kept from landing")

        landed = [
            said
            for found in pool.map(lambda g, chosen: attempts(site, folder, g, chosen, told), grounds, shares)
            for said in found
        ]
    return (
        Figure(
            name="false-landings",
            unit=f"of {ATTEMPTS}",
            values=(float(len(landed)),),
            asked=0.0,
            detail="; ".join(landed),
        ),
    )


def share(number: int) -> Iterator[Miss]:
    """Every fourth of all attempts, which go through the whole list again and again."""
    chosen = itertools.islice(itertools.cycle(MISSES), ATTEMPTS)
    return itertools.islice(chosen, number, None, TOGETHER)


def attempts(site: Site, folder: Path, ground: Ground, chosen: list[Miss], told: Callable[[], None]) -> list[str]:
    """What is said to have landed."""
    place = Place(cluster=site.cluster.name, proof_within=PROOF_WITHIN, namespace=ground.namespace, workflow=WORKFLOW)
    (mine := folder / ground.namespace).mkdir(parents=True)
    log = Chronicle(place, site, mine, {"name": "misses"})
    found = []
    with log.listening():
        for each in chosen:
            if said := attempt(Activity(deed(each, ground), place, site, chronicle=log)):
                found.append(f"{each.verb} ({each.why}): {said}")
            log.healing.heal_all()
            told()
    return found


def attempt(activity: Activity) -> str:
    """The proof of what should not have been, "" where it was kept from landing."""
    try:
        return str(activity.hit_all()["proof"])
    except HarnessError:
        return ""


def deed(each: Miss, ground: Ground) -> Deed:
    made = of_verb(each.verb, **each.parameters)

    def inject(context: Context) -> str:
        return made.inject(replace(context, cluster=ground.denied) if each.denied else context)

    return replace(
        made,
        targets=lambda *_: [each.target(ground)],
        objection=lambda *_: None,
        inject=inject,
    )
