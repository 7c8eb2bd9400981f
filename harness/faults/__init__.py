"""The faults and actions: one verb per module. `harness.chaos.actions` offers the same to Chaos Toolkit.

A module offers `inject`, and `heal` where what it did has to be undone.
Whether a fault landed is not decided here: `harness.oracles.proofs` reads that back from what the cluster shows.
"""
