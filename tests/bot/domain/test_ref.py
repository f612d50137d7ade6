import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ref import ref_problem


@pytest.mark.parametrize(
    "ref", ["main", "v1.4", "feature/x_1-b", "4f2c9e1", "a@b", "release/2026.11", "HEAD", "a,b(c)"]
)
def test_good_refs(ref: str) -> None:
    """What people call branches, tags and commits is a ref."""
    assert ref_problem(ref) is None


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("", "is empty"),
        ("-main", "starts with `-`"),
        ("--upload-pack=x", "starts with `-`"),
        ("a b", "holds a space"),
        ("a\tb", "holds a space"),
        ("a\nb", "holds a space"),
        ("a\0b", "not printable ASCII"),
        ("m\u0430in", "not printable ASCII"),
        ("a\x1b[31m", "not printable ASCII"),
        ("main\u202e", "not printable ASCII"),
        ("a..b", "mean something else"),
        ("a@{1}", "mean something else"),
        ("@", "mean something else"),
        ("HEAD~1", "holds one of"),
        ("HEAD^", "holds one of"),
        ("a:b", "holds one of"),
        ("a*", "holds one of"),
        ("a\\b", "holds one of"),
        ("/a", "empty or hidden part"),
        ("a//b", "empty or hidden part"),
        ("a/", "empty or hidden part"),
        (".a", "empty or hidden part"),
        ("a/.b", "empty or hidden part"),
        ("a.lock", "ends with"),
        ("a.lock/b", "ends with"),
        ("a.", "ends with"),
        ("a" * 201, "longer than 200"),
    ],
)
def test_bad_refs(ref: str, problem: str) -> None:
    """What git would refuse, or take for something else, is told."""
    assert problem in (ref_problem(ref) or "")


@settings(max_examples=40, deadline=None)
@given(ref=st.text(st.sampled_from("ab/.-@{}~^:?*[\\ lock"), min_size=1, max_size=8))
def test_git_agrees(ref: str) -> None:
    """What is let through is a name that git allows a branch to have."""
    if ref_problem(ref) is None:
        assert subprocess.run(["git", "check-ref-format", f"refs/heads/{ref}"], check=False).returncode == 0
