"""The faults as a Chaos Toolkit extension: `chaos run` experiments name the functions of `harness.chaos.actions`."""
