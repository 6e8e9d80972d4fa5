"""What runs elsewhere: no action may change under us, and none may do more than it must."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
PATHS = sorted(FOLDER.glob("*.yml"))
# What a job may do beyond reading the repository.
MAY = {
    ("ci.yml", "notebooks"): {"contents": "write"},
    ("ci.yml", "publish"): {"pages": "write", "id-token": "write"},
    ("release.yml", "publish"): {"id-token": "write"},
}

pytestmark = pytest.mark.skipif(not PATHS, reason="an sdist has no workflows")


def workflow(path):
    return yaml.safe_load(path.read_text())


def jobs():
    return [(path, name, job) for path in PATHS for name, job in workflow(path)["jobs"].items()]


def steps(prefix):
    found = [
        step
        for _, _, job in jobs()
        for step in job["steps"]
        if step.get("uses", "").startswith(prefix)
    ]
    assert found
    return found


def test_actions_are_pinned_by_commit_and_say_which_version_it_is():
    pins = {}
    for path in PATHS:
        for line in path.read_text().splitlines():
            if "uses:" not in line:
                continue
            pin = re.fullmatch(r"\s+(?:- )?uses: ([\w/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", line)
            assert pin, f"{path.name}: {line.strip()}"
            action, commit, version = pin.groups()
            assert pins.setdefault(action, (commit, version)) == (commit, version)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_workflows_may_only_read(path):
    assert workflow(path)["permissions"] == {"contents": "read"}


def test_a_job_that_may_more_is_named_above():
    granted = {
        (path.name, name): job["permissions"] for path, name, job in jobs() if "permissions" in job
    }
    assert granted == MAY


def test_no_job_waits_for_ever():
    for path, name, job in jobs():
        assert job["timeout-minutes"] <= 90, f"{path.name}: {name}"


def test_no_credentials_are_left_in_a_checkout():
    for step in steps("actions/checkout@"):
        assert step["with"]["persist-credentials"] is False


def test_scripts_take_what_others_can_choose_from_the_environment():
    """The shell would run an expression's value as a part of the script."""
    for path, name, job in jobs():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), f"{path.name}: {name}"


def test_only_a_tag_is_published_and_only_what_was_tested():
    release = workflow(FOLDER / "release.yml")
    # YAML 1.1 reads the key `on` as true.
    assert release[True] == {"push": {"tags": ["v*"]}}
    publish = release["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert publish["environment"]["name"] == "pypi"
    # A job that may publish runs nothing that could have been changed on the way.
    assert all("run" not in step for step in publish["steps"])
    build = [step["run"] for step in release["jobs"]["build"]["steps"] if "run" in step]
    assert ".ci/package" in build


def test_nothing_that_is_published_was_taken_from_a_cache():
    """Anyone who can run a workflow can write to the cache that another workflow reads."""
    text = (FOLDER / "release.yml").read_text()
    assert "cache" not in text


def test_every_python_that_is_promised_is_tested():
    classifiers = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', pyproject())
    assert (
        classifiers == workflow(FOLDER / "ci.yml")["jobs"]["check"]["strategy"]["matrix"]["python"]
    )
    assert f'requires-python = ">={classifiers[0]}"' in pyproject()
    assert f"Python {classifiers[0]} to {classifiers[-1]}," in (ROOT / "README.md").read_text()


def test_the_oldest_libraries_are_tested_on_the_oldest_python_and_the_newest_on_the_newest():
    matrix = workflow(FOLDER / "ci.yml")["jobs"]["versions"]["strategy"]["matrix"]["include"]
    pythons = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', pyproject())
    assert matrix == [
        {"libraries": "oldest", "python": pythons[0]},
        {"libraries": "newest", "python": pythons[-1]},
    ]


def pyproject():
    return (ROOT / "pyproject.toml").read_text()
