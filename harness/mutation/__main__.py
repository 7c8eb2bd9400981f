"""`python -m harness.mutation`: the score, and docs/mutation.md (not with `--check`). Fails where it has dropped."""

import sys
from pathlib import Path
from typing import Final

from harness.mutation.page import page, summary
from harness.mutation.score import score

PAGE: Final = Path(__file__).parents[2] / "docs" / "mutation.md"


def main() -> int:
    found = score()
    print("\n".join(summary(found)))
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(found), encoding="utf-8")
    problems = list(found.problems)
    for problem in problems:
        print(f"mutation: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
