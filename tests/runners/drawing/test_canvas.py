"""What comes out of it is looked at: its size, its words' room, and that every line is there to be seen."""

import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.chart import Chart
from runners.drawing import LARGEST, canvas, colours
from tests.runners.drawing.conftest import CHARTS


def picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(canvas.draw(chart))).convert("RGB")


def shows(image: Image.Image, colour: str) -> int:
    """How many pixels are exactly of *colour*."""
    wanted = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return Counter(zip(*(channel.tobytes() for channel in image.split()), strict=True))[wanted]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_drawn(name: str) -> None:
    """Wide enough for fine screens, small enough to be sent, and nothing runs into its edges."""
    chart = CHARTS[name]
    png = canvas.draw(chart)
    assert len(png) < LARGEST
    image = Image.open(io.BytesIO(png))
    assert image.width == 900
    assert 350 < image.height < 1500
    assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255), (
        "Slack's own ground must not shine through"
    )
    plain = image.convert("RGB")
    edges = [
        plain.crop(box)
        for box in (
            (0, 0, 900, 6),
            (0, plain.height - 6, 900, plain.height),
            (0, 0, 6, plain.height),
            (894, 0, 900, plain.height),
        )
    ]
    assert all(len(edge.getcolors() or ()) == 1 for edge in edges), "something is cut off"
    assert shows(plain, colours.VERDICTS[chart.verdict]) > 1_000
    assert shows(plain, colours.TEXT) > 500


def test_what_can_be_seen() -> None:
    """Both sides, the line that must not be crossed, and the moves."""
    image = picture(CHARTS["a switch of four rungs"])
    candidate, baseline = CHARTS["a switch of four rungs"].panels[0].curves[:2]
    assert all(
        shows(image, each) > 300
        for each in (colours.of(candidate), colours.of(baseline), colours.LIMIT, colours.QUIET)
    )
    assert shows(image, colours.HATCH) == 0
    assert shows(picture(CHARTS["gaps, a latency, extended"]), colours.HATCH) > 300


def test_one_look_is_seen() -> None:
    """A line of one point would be none."""
    chart = CHARTS["one look, all wrong"]
    without = chart.panels[0].curves[0].model_copy(update={"values": (None,)})
    panel = chart.panels[0].model_copy(update={"curves": (without,)})
    colour = colours.of(without)
    bare = shows(picture(chart.model_copy(update={"panels": (panel,)})), colour)
    assert shows(picture(chart), colour) > bare + 60


def test_the_same_chart_is_the_same_picture() -> None:
    """So that after a crash the same message is said again, and not another one."""
    chart = CHARTS["a switch of four rungs"]
    assert canvas.draw(chart) == canvas.draw(chart)


def test_as_a_process(tmp_path: Path) -> None:
    """JSON in, PNG out; what is no chart is no picture, and says why in its last line."""
    command = (sys.executable, "-m", "runners.drawing.canvas")
    root = Path(__file__).parents[3]
    environment = {"HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": str(root)}
    said = CHARTS["days"].model_dump_json().encode()
    good = subprocess.run(command, input=said, capture_output=True, env=environment, check=True)
    assert good.stdout.startswith(b"\x89PNG")
    bad = subprocess.run(
        command, input=json.dumps({"title": "x"}).encode(), capture_output=True, env=environment, check=False
    )
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert b"validation error" in bad.stderr
