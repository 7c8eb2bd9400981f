"""Workflows for CI run only once they are pushed, so what can be wrong with them is looked for here, with actionlint.

It is built from its Go module as everything else is: packages of it elsewhere download their program when installed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import cache, commands, compilation, modules, progress, toolchain
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from harness.build.progress import Progress

MODULE: Final = "github.com/rhysd/actionlint"
VERSION: Final = "v1.7.12"
_NAME: Final = f"actionlint {VERSION}"
_COLD_BYTES: Final = 1 << 29
WORKFLOWS: Final = Path(".github", "workflows")
_OWN_RULES: Final = ("-shellcheck=", "-pyflakes=")
"""Other linters are left out, or the findings would depend on what is installed beside it."""


def ensure(shown: Progress) -> Path:
    """The program, built if it is missing. Raises HarnessError where it cannot be."""

    def make(folder: Path) -> None:
        go = toolchain.find(shown)
        with shown.step(_NAME) as step:
            step.show("downloading its source")
            module = modules.download(go, MODULE, VERSION, what=_NAME)
            go = toolchain.find(shown, at_least=module.go)
            packages = ("./cmd/actionlint",)
            compilation.compile_into(folder, packages, go=go, source=module.folder, variables={}, what=_NAME, step=step)

    return cache.ensure(f"actionlint/{VERSION}", make, needs_bytes=_COLD_BYTES, progress=shown) / "actionlint"


def check(program: Path, root: Path) -> commands.Output:
    """What it says of the workflows of a project; its exit code is 0 where there is nothing to say."""
    files = sorted(path.relative_to(root) for path in (root / WORKFLOWS).glob("*.y*ml"))
    return commands.run([program, "-no-color", *_OWN_RULES, *files], cwd=root)


def main() -> int:
    """For `make lint`."""
    try:
        found = check(ensure(progress.to()), Path.cwd())
    except HarnessError as error:
        print(f"shakedown: {error}", file=sys.stderr)
        return int(error.exit_code)
    sys.stdout.write(found.stdout)
    sys.stderr.writelines(f"{line}\n" for line in found.stderr)
    return found.code


if __name__ == "__main__":
    sys.exit(main())
