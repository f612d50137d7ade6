"""Has charts drawn by a process of its own, so that the bot stays small and waits for no picture.

Whatever goes wrong there, a picture is left out and a line is logged.
"""

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.domain.chart import Chart
from bot.render import chart as charts

log = logging.getLogger(__name__)

#: Without the current folder on its path, which is anybody's.
COMMAND = (sys.executable, "-P", "-m", "runners.drawing.canvas")
#: Seconds for one picture; it usually takes two.
PATIENCE = 30.0
#: Bytes of the largest picture that is taken.
LARGEST = 200_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ROOT = Path(__file__).resolve().parents[2]


class Painter:
    """Draws one picture at a time."""

    def __init__(
        self, scrub: Callable[[str], str], *, command: Sequence[str] = COMMAND, patience: float = PATIENCE
    ) -> None:
        """Put every word through *scrub* before *command* draws it, for at most *patience* seconds."""
        self._scrub = scrub
        self._command = command
        self._patience = patience
        self._turn = asyncio.Lock()

    async def draw(self, chart: Chart) -> bytes | None:
        """The chart as a PNG; `None` where it could not be drawn."""
        clean = charts.scrubbed(chart, self._scrub)
        async with self._turn:
            try:
                return await self._drawn(clean.model_dump_json().encode())
            except OSError as error:
                log.warning("drawing.failed", extra={"why": str(error)})
        return None

    async def _drawn(self, chart: bytes) -> bytes | None:
        with tempfile.TemporaryDirectory(prefix="interlock-drawing-", ignore_cleanup_errors=True) as folder:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=folder,
                env=_surroundings(folder),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                # An interrupt at the terminal is for the bot, which leaves in good order.
                start_new_session=True,
            )
            try:
                async with asyncio.timeout(self._patience):
                    png, said = await process.communicate(chart)
            except TimeoutError:
                log.warning("drawing.failed", extra={"why": f"no picture after {self._patience:g} s"})
                return None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        if process.returncode or not png.startswith(_SIGNATURE) or len(png) > LARGEST:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            why = f"exit {process.returncode}, {len(png)} bytes: {last[:300]}"
            log.warning("drawing.failed", extra={"why": why})
            return None
        return png


def _surroundings(folder: str) -> dict[str, str]:
    """No word of the bot's own surroundings, and nothing to be left behind in anybody's home."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "HOME": folder,
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": folder,
        "OPENBLAS_NUM_THREADS": "1",
    }
