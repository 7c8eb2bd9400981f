"""Proof that a step landed, one module per verb: read back from what the cluster showed after the call.

The call lies between `triggered` and `accepted`. A watch may show its effect before the answer of the call is recorded,
so a proof is looked for from `triggered` on, but only once the call has been accepted.
"""

from harness.oracles.proofs.proof import Proof
from harness.oracles.proofs.registry import PROOFS, prove
from harness.oracles.proofs.standing import still_on_target

__all__ = ["PROOFS", "Proof", "prove", "still_on_target"]
