"""The options that scenarios add to pytest, and the settings of a run that follow from them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from harness import __version__
from harness.build import kubernetes as build
from harness.cluster.protocol import ImageSource
from harness.cluster.providers import AUTO, Choice, choose
from harness.model.cells import RunInfo
from harness.model.errors import UsageError
from harness.model.release import Release
from harness.model.repetition import Repeat
from harness.run import claiming
from harness.run.claiming import Claimed
from harness.run.options import CLUSTERS, NODES, Options
from harness.scenario.duration import parse_duration

_CHOICE = pytest.StashKey[Choice]()


def provider(config: pytest.Config) -> Choice:
    """Asked for once: what `auto` stands for is found out by asking an engine."""
    if _CHOICE not in config.stash:
        config.stash[_CHOICE] = choose(config.getoption("--provider"))
    return config.stash[_CHOICE]


def add(parser: pytest.Parser) -> None:
    group = parser.getgroup("shakedown", "scenarios on real Argo Workflows releases")
    group.addoption(
        "--argo",
        action="append",
        default=[],
        metavar="RELEASE",
        help="release to run on, such as v3.7.15; repeatable; or installed, the Argo of an existing cluster",
    )
    group.addoption(
        "--provider",
        default=AUTO,
        choices=[AUTO, "local", "kind", "existing"],
        help="where clusters come from; auto is kind where that can be had, else the embedded cluster",
    )
    group.addoption(
        "--images",
        default=ImageSource.AUTO.value,
        choices=[each.value for each in ImageSource],
        help="where Argo's images come from on kind; auto pulls them, and builds them where that is refused",
    )
    group.addoption(
        "--kubernetes",
        action="append",
        default=[],
        metavar="RELEASE",
        help=f"Kubernetes of the clusters; repeatable (default {build.DEFAULT})",
    )
    group.addoption("--kubeconfig", type=Path, metavar="FILE", help="of an existing cluster")
    group.addoption("--context", default="", metavar="NAME", help="context of the kubeconfig: an existing cluster")
    group.addoption(
        "--i-own-this-cluster", default="", metavar="NAME", help="the context's name once more: it may be broken"
    )
    group.addoption("--allow-cluster-faults", action="store_true", help="more than a namespace of it may be broken")
    group.addoption(
        "--keep", action="store_true", help="clusters stay when the run is over, and those of earlier runs are used"
    )
    group.addoption("--nodes", type=int, help=f"nodes of each cluster (default {NODES})")
    group.addoption("--clusters", type=int, help=f"clusters side by side (default {CLUSTERS})")
    group.addoption("--together", type=int, default=6, help="cells at the same time in one cluster (default 6)")
    group.addoption(
        "--repeat", default="", metavar="N|until-fail|decide", help="run every cell more than once, and count"
    )
    group.addoption("--budget", metavar="TIME", help="time for the repetition of a cell, such as 10m")
    group.addoption(
        "--inconclusive-retries",
        type=int,
        default=1,
        metavar="N",
        help="how many inconclusive runs in a row are tried again (default 1)",
    )
    group.addoption("--reports", type=Path, default=Path("reports"), help="where the run's folder is made")


def claimed(config: pytest.Config) -> Claimed | None:
    """What there is to know of a cluster that runs already, None where the harness starts its own."""
    argo: list[str] = config.getoption("--argo")
    if not argo:
        return None
    claim = claiming.claim(
        provider(config).name,
        config.getoption("--kubeconfig"),
        config.getoption("--context"),
        config.getoption("--i-own-this-cluster"),
        cluster_faults=config.getoption("--allow-cluster-faults"),
        nodes=config.getoption("--nodes"),
        clusters=config.getoption("--clusters"),
    )
    return claiming.look(claim, argo) if claim else None


def releases(config: pytest.Config, there: Claimed | None) -> tuple[Release, ...]:
    return (there.argo.release,) if there and there.argo else named(config.getoption("--argo"))


def kubernetes(config: pytest.Config, there: Claimed | None) -> tuple[str, ...]:
    asked = tuple(map(str, named(config.getoption("--kubernetes"))))
    if there and asked:
        raise UsageError("a cluster that runs already has its Kubernetes", cure="leave --kubernetes out")
    return (there.kubernetes,) if there else asked or (build.DEFAULT,)


def named(given: Iterable[str]) -> tuple[Release, ...]:
    """Each once, in the order given; several may stand in one word, with commas between them."""
    names = [name for word in given for name in word.split(",") if name.strip()]
    return tuple(dict.fromkeys(Release.parse(name) for name in names))


def refuse_workers(config: pytest.Config) -> None:
    """Each worker of pytest-xdist would bring up clusters of its own."""
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        raise UsageError("scenarios run side by side in their clusters already", cure="leave -n out; see --together")


def run_info(config: pytest.Config, argo: tuple[Release, ...], kubernetes: tuple[str, ...]) -> RunInfo:
    now = datetime.now().astimezone()
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    return RunInfo(
        name=name,
        folder=config.getoption("--reports").absolute() / name,
        started=now.timestamp(),
        harness=__version__,
        provider=provider(config).name,
        kubernetes=kubernetes,
        argo=tuple(str(release) for release in argo),
        settings="fast",
    )


def repeat(config: pytest.Config) -> Repeat:
    return Repeat.parse(
        config.getoption("--repeat"),
        budget=seconds(config.getoption("--budget")),
        retries=config.getoption("--inconclusive-retries"),
    )


def seconds(budget: str | None) -> float | None:
    try:
        return None if budget is None else parse_duration(budget)
    except ValueError as error:
        raise UsageError(f"--budget: {error}") from error


def _given(config: pytest.Config, option: str, default: int) -> int:
    given: int | None = config.getoption(option)
    return default if given is None else given


def campaign_options(config: pytest.Config, run: RunInfo, there: Claimed | None) -> Options:
    keep = config.getoption("--keep")
    if there and keep:
        raise UsageError("a cluster that runs already stays by itself", cure="leave --keep out")
    return Options(
        folder=run.folder,
        run=f"r{run.name[-4:]}",
        provider=run.provider,
        claim=there.claim if there else None,
        installed=there.argo if there else None,
        images=ImageSource(config.getoption("--images")),
        keep=keep,
        nodes=_given(config, "--nodes", NODES),
        clusters=_given(config, "--clusters", CLUSTERS),
        together=config.getoption("--together"),
        repeat=repeat(config),
    )
