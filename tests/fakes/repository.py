"""A git repository with a Terraform root module, made for one test."""

import subprocess
from pathlib import Path

#: Whoever commits is nobody of the workspace, so that everybody there may vote.
AUTHOR = "Robot <robot@example.org>"


class Repository:
    """A working tree and its history."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._git("init", "--quiet", "--initial-branch=main")

    def _git(self, *arguments: str, author: str = AUTHOR) -> str:
        name, _, address = author.removesuffix(">").partition(" <")
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
        }
        said = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return said.stdout.strip()

    def commit(self, branch: str, text: str, *, author: str = AUTHOR) -> str:
        """Make *text* the `main.tf` of *branch*, which begins where `main` is; gives the commit."""
        if branch != "main":
            self._git("switch", "--quiet", "--force-create", branch, "main")
        (self.folder / "main.tf").write_text(text, "utf-8")
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", f"--message=Change {branch}", author=author)
        commit = self._git("rev-parse", "HEAD")
        self._git("switch", "--quiet", "main")
        return commit
