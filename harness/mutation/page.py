"""docs/mutation.md: which breaks the judges notice, and why they let the others pass."""

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.mutation.score import FLOOR, Kind, Score

HEAD = """# The judges, judged

Made by `make mutation`; do not edit. Recorded healthy histories of the corpus (`tests/corpus`) are broken on purpose,
and each break must be noticed. `make test` fails when the score drops.
"""


def page(score: Score) -> str:
    parts = [
        HEAD,
        *summary(score),
        "\n## Every invariant on its own breaks\n",
        "All must be killed by the invariant itself. Where no recorded history has what is to be broken (locks, hooks,",
        "a DAG, markers), it is put in first, and must be lawful.\n",
        *_table(score.targeted, "invariant"),
        "\n## Damaged files\n",
        "All must be `infra` with the number of the line.\n",
        *_table(score.damage, "where"),
        "\n## What changes nothing\n",
        "None may change a verdict.\n",
        *_table(score.equivalent, "where"),
        "\n## Breaks in general\n",
        "At up to six places of every healthy history. Killed: another verdict, another cause or a new violation.\n",
        *_table(score.general, "where"),
        "\n## Why the survivors survive\n",
        *_survivors(score.general),
    ]
    return "\n".join(parts) + "\n"


def summary(score: Score) -> Iterator[str]:
    for name, kinds in (("targeted", score.targeted), ("damaged files", score.damage)):
        yield f"{name}: {sum(k.killed for k in kinds)} of {sum(k.tried for k in kinds)} mutants killed, all must be  "
    tried = sum(kind.tried for kind in score.general)
    killed = sum(kind.killed for kind in score.general)
    yield f"general: {killed} of {tried} mutants killed ({score.share:.1%}, at least {FLOOR:.0%})  "
    changed = sum(kind.killed for kind in score.equivalent)
    yield f"equivalent: {changed} of {sum(kind.tried for kind in score.equivalent)} changed a verdict, none may"


def _table(kinds: Sequence[Kind], first: str) -> Iterator[str]:
    yield f"| {first} | break | killed | of |"
    yield "|---|---|--:|--:|"
    yield from (f"| {kind.group} | {kind.name} | {kind.killed} | {kind.tried} |" for kind in kinds)


def _survivors(kinds: Sequence[Kind]) -> Iterator[str]:
    for kind in kinds:
        if not kind.survivors:
            continue
        yield f"**{kind.name}**: {len(kind.survivors)} of {kind.tried} survive. {kind.lawful}"
        counted = Counter(name.rpartition("-")[0] for name in kind.survivors)
        yield "On " + ", ".join(f"{name} ({count})" for name, count in sorted(counted.items())) + ".\n"
