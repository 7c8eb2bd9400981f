"""A kill counts only if the kernel names a container of this cluster; every other record is left alone."""

from __future__ import annotations

import pytest

from harness.cluster.kernel import kernel_log

CONTAINER = "63e0e392a952d544d7c81282dd1fc92a4fe7a4e0549df798a5dd3b2514c62053"
NODES = {"/shakedown/try/node-1/": "node-1", "/shakedown/try/node-2/": "node-2"}
FOLDER = f"/shakedown/try/node-1/kubepods/burstable/poda9919f80-dff0-4ada-af6a-e85b2e19d065/{CONTAINER}"


def record(folder: str = FOLDER, task: str = "tail", prefix: int = 6) -> str:
    return (
        f"{prefix},1467,2678115932,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),"
        f"cpuset={CONTAINER},mems_allowed=0,oom_memcg={folder.rpartition('/')[0]},task_memcg={folder},"
        f"task={task},pid=24390,uid=0\n SUBSYSTEM=memory\n"
    )


def test_a_kill_names_container_node_process_and_time() -> None:
    kill = kernel_log.parse(record(), NODES)
    assert kill is not None
    assert (kill.container_id, kill.node, kill.pid, kill.task) == (CONTAINER, "node-1", 24390, "tail")
    assert kill.monotonic == pytest.approx(2678.115932)
    assert kill.line.startswith("oom-kill:constraint=CONSTRAINT_MEMCG")
    assert kill.line.endswith("uid=0")


def test_a_guaranteed_pod_has_a_shorter_path() -> None:
    kill = kernel_log.parse(record(f"/shakedown/try/node-2/kubepods/podx/{CONTAINER}"), NODES)
    assert kill is not None
    assert (kill.container_id, kill.node) == (CONTAINER, "node-2")


def test_a_node_that_is_a_container_itself_is_known_by_its_id() -> None:
    docker = "5d0c" * 16
    folder = f"/docker/{docker}/kubelet.slice/kubelet-kubepods.slice/x.slice/y.slice/cri-containerd-{CONTAINER}.scope"
    kill = kernel_log.parse(record(folder), {docker: "worker"})
    assert kill is not None
    assert (kill.container_id, kill.node) == (CONTAINER, "worker")


def test_a_task_may_have_commas_and_equals_signs_in_its_name() -> None:
    kill = kernel_log.parse(record(task="a,pid=1,b"), NODES)
    assert kill is not None
    assert (kill.task, kill.pid) == ("a,pid=1,b", 24390)


@pytest.mark.parametrize("prefix", [0, 4, 6, 7])
def test_the_kernel_may_say_it_at_any_level(prefix: int) -> None:
    assert kernel_log.parse(record(prefix=prefix), NODES) is not None


@pytest.mark.parametrize("prefix", [8, 12, 14, 30, 1 << 20])
def test_what_a_program_wrote_into_the_log_is_not_the_kernels_word(prefix: int) -> None:
    """User space is given facility 1 where it names none, and cannot have 0."""
    assert kernel_log.parse(record(prefix=prefix), NODES) is None


@pytest.mark.parametrize(
    "text",
    [
        record("/shakedown/try-2/node-1/kubepods/podx/c"),
        record("/system.slice/docker.service"),
        "6,1,2,-;veth0: link becomes ready\n",
        "6,1,2,-;somebody wrote oom-kill:task_memcg=/shakedown/try/node-1/x,task=y,pid=1,uid=0\n",
        "",
        "\x00\xff;;;",
    ],
)
def test_other_records_are_not_kills_of_this_cluster(text: str) -> None:
    assert kernel_log.parse(text, NODES) is None
