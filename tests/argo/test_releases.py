"""Releases parse, order and are refused in time."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.argo import releases
from harness.argo.releases import Standing
from harness.model.errors import HarnessError, ReleaseUnavailable, UsageError
from harness.model.release import Release

NUMBER = st.integers(min_value=0, max_value=99)


@pytest.mark.parametrize("text", ["3.5.10", "v3.5.10", " v3.5.10 "])
def test_a_release_is_written_with_and_without_v(text: str) -> None:
    assert str(Release.parse(text)) == "v3.5.10"


@pytest.mark.parametrize("text", ["", "v3", "3.5", "latest", "v3.5.10.1", "v3.5.x", "../v3.5.10", "v3.5.10-dirty"])
def test_what_is_not_a_release_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a release; write it like v3\.5\.10") as caught:
        Release.parse(text)
    assert caught.value.exit_code == 2


@given(st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=2))
def test_releases_order_by_number_not_by_text(numbers: list[tuple[int, int, int]]) -> None:
    parsed = sorted(Release.parse(".".join(map(str, number))) for number in numbers)
    assert [(release.major, release.minor, release.patch) for release in parsed] == sorted(numbers)


def test_a_candidate_comes_before_its_release() -> None:
    assert Release.parse("v3.6.0-rc1") < Release.parse("v3.6.0")


def test_the_catalogue_is_in_order_and_says_why() -> None:
    lines = releases.catalogue()
    assert list(lines) == sorted(lines, key=lambda line: line.release)
    assert len({line.release for line in lines}) == len(lines)
    assert all(line.why for line in lines if line.standing is Standing.REFUSED)


def test_a_release_that_is_known_to_be_refused_is_said_so_at_once() -> None:
    with pytest.raises(ReleaseUnavailable, match=r"v3\.5\.3 cannot be had here: the module proxy refuses it") as caught:
        releases.check(Release.parse("v3.5.3"))
    assert caught.value.exit_code == 4


def test_a_release_that_is_too_old_is_refused() -> None:
    with pytest.raises(ReleaseUnavailable, match=r"older than v3\.4\.0"):
        releases.check(Release.parse("v3.3.9"))


def test_an_unknown_release_is_asked_for() -> None:
    release = Release.parse("v3.8.0")
    releases.check(release)
    assert releases.known(release).standing is Standing.UNKNOWN


@pytest.mark.parametrize(("tag", "major"), [("v3.4.17", "v3"), ("v3.7.15", "v3"), ("v4.0.2", "v4")])
def test_the_module_follows_the_major_version(tag: str, major: str) -> None:
    assert releases.module(Release.parse(tag)) == f"github.com/argoproj/argo-workflows/{major}"


def test_errors_survive_a_process_boundary() -> None:
    error = pickle.loads(pickle.dumps(ReleaseUnavailable("no", cure="another")))
    assert isinstance(error, HarnessError)
    assert (str(error), error.cure) == ("no; another", "another")
