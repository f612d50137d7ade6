import asyncio
import io
import re

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.playground.server import Playground
from bot.playground.talk.terminal import chat


async def test_somebody_types(served: Playground) -> None:
    """Answers come above the prompt, a slip gets a sentence, and `quit` leaves."""
    out = io.StringIO()
    output = Vt100_Output(out, lambda: Size(rows=40, columns=120), enable_cpr=False)
    with create_pipe_input() as keys, create_app_session(input=keys, output=output):
        chatting = asyncio.create_task(chat(served, ["Welcome"]))
        for line in ("as ben", "in nowhere", "/card"):
            keys.send_text(f"{line}\r")
        await served.until(lambda: served.workspace.number >= 3)
        # What is printed is collected for a fifth of a second.
        await asyncio.sleep(0.5)
        keys.send_text("quit\r")
        await asyncio.wait_for(chatting, 5)
    seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out.getvalue())
    assert "Welcome" in seen
    assert "There is no channel nowhere; there are deploys, incidents, random, partners." in seen
    assert "ben #deploys>" in seen
    assert "May it?" in seen
