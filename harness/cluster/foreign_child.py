"""The process of one foreign call: the activity comes as JSON on standard input, the answer goes to standard output.

It is Chaos Toolkit itself that makes the call, so an action finds here what it finds in an experiment.
"""

import contextlib
import json
import sys
from typing import Any


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What an action prints must not be taken for the answer."""
    with contextlib.redirect_stdout(sys.stderr):
        from chaoslib.exceptions import ChaosException
        from chaoslib.provider.python import run_python_activity

        activity = {"type": "action", "name": asked["func"], "provider": {"type": "python", **asked}}
        try:
            return {"returned": run_python_activity(activity, {}, {})}
        except (ChaosException, ImportError, AttributeError) as error:
            return {"failed": " ".join(str(error).split())}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout, default=str)
