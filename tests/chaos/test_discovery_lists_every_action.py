"""`chaos discover` finds all that an experiment may name, as Chaos Toolkit itself goes about it."""

from chaoslib.discovery.discover import discover

from harness.chaos import actions, probes


def test_every_action_and_probe_is_discovered_with_its_arguments() -> None:
    found = discover("argo-shakedown", download_and_install=False)
    listed = {(each["mod"], each["name"]): each for each in found["activities"]}
    wanted = {(module.__name__, name) for module in (actions, probes) for name in module.__all__}
    assert set(listed) == wanted
    assert found["extension"]["name"] == "argo-shakedown"
    given = {argument["name"] for argument in listed["harness.chaos.actions", "kill_process"]["arguments"]}
    assert {"workflow", "pod", "container", "signal", "process"} <= given
