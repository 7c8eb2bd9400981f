"""A broken image: the kubelet says of this container that the image of the harness cannot be pulled."""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.pods import Pod
from harness.model.signs import BROKEN_IMAGE
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import BreakImage

_REASONS: Final = ("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull")


def prove(verb: BreakImage, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    later = (version for version in pod.versions if version.at.seq > since) if pod else ()
    seen = next((version for version in later if _broken(version.value, verb.container)), None)
    if seen is None:
        return None
    return Proof(seq=seen.at.seq, text=f"container {verb.container} of pod {target.pod} cannot pull {BROKEN_IMAGE}")


def _broken(pod: Pod, name: str) -> bool:
    container = pod.container(name)
    return container is not None and container.image == BROKEN_IMAGE and container.reason in _REASONS
