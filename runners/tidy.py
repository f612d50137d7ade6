"""Takes away what a run leaves on the disk: its checkout and its plan, which is a secret."""

import asyncio
import shutil
from pathlib import Path

from bot.journal import Binding


async def away(home: Path, bound: Binding | None) -> None:
    """Remove the run's folder and plan file; missing ones are as good as removed."""
    await asyncio.to_thread(_remove, home, Path(bound.file) if bound and bound.file else None)


def _remove(home: Path, plan: Path | None) -> None:
    shutil.rmtree(home, ignore_errors=True)
    if plan:
        plan.unlink(missing_ok=True)
