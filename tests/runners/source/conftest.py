"""A repository to read from."""

import subprocess
from pathlib import Path

import pytest


class Repository:
    """A git repository with a working tree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, author: str = "Ana <Ana@Example.org>") -> str:
        """Run git there, as *author*."""
        name, _, address = author.removesuffix(">").partition(" <")
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_COMMITTER_NAME": "Robot",
            "GIT_COMMITTER_EMAIL": "robot@example.org",
        }
        said = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return said.stdout.strip()

    def commit(self, text: str, message: str = "Change", *, author: str = "Ana <Ana@Example.org>") -> str:
        """Write *text* into `main.tf` and commit everything; gives the commit."""
        (self.folder / "main.tf").write_text(text, "utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}", author=author)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository."""
    return Repository(tmp_path / "repository")
