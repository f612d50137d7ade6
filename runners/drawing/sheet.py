"""A sheet that is written on from the top downwards, in pixels, and cut off where the writing ends."""

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from runners.drawing import colours

#: Slack shows pictures 360 to 500 pixels wide, on fine screens with two dots a pixel.
WIDTH = 900
#: Pixels from the left edge to where axes begin, and from where they end to the right edge.
LEFT, RIGHT = 122, 46
#: Pixels around everything.
MARGIN = 28
_DPI = 100
_TALL = 3_000


def points(pixels: float) -> float:
    """Matplotlib counts in points."""
    return pixels * 72 / _DPI


class Sheet:
    """What is drawn on; `y` is how far down it is written."""

    def __init__(self) -> None:
        self._figure = Figure(figsize=(WIDTH / _DPI, _TALL / _DPI), dpi=_DPI, facecolor=colours.GROUND)
        self._canvas = FigureCanvasAgg(self._figure)
        self.y = float(MARGIN)

    def width(self, words: str, size: float, weight: str = "normal") -> float:
        """How wide *words* would be, in pixels."""
        font = FontProperties(size=points(size), weight=weight)
        width, _, _ = self._canvas.get_renderer().get_text_width_height_descent(words, font, ismath=False)
        return float(width)

    def wrapped(
        self, words: str, most: float, size: float, *, lines: int, weight: str = "normal"
    ) -> list[str]:
        """Break *words* into at most so many lines of at most so many pixels; an ellipsis stands for the rest."""
        done: list[str] = []
        left = words.split()
        while left and len(done) < lines:
            count = len(left)
            while count > 1 and self.width(" ".join(left[:count]), size, weight) > most:
                count -= 1
            line, left = " ".join(left[:count]), left[count:]
            if left and len(done) + 1 == lines:
                line += " …"
            done.append(self.fitted(line, most, size, weight))
        return done

    def fitted(self, words: str, most: float, size: float, weight: str = "normal") -> str:
        """Cut *words* to at most so many pixels."""
        cut = words
        while len(cut) > 1 and self.width(cut, size, weight) > most:
            cut = f"{cut.removesuffix('…').rstrip()[:-1]}…"
        return cut

    def write(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        colour: str = colours.TEXT,
        weight: str = "normal",
        align: str = "left",
    ) -> None:
        """Write one line whose middle is *y* pixels below the top."""
        self._figure.text(
            x / WIDTH,
            1 - y / _TALL,
            words,
            size=points(size),
            color=colour,
            weight=weight,
            ha=align,
            va="center",
        )

    def badge(self, x: float, y: float, words: str, size: float, colour: str) -> float:
        """Write *words* on a plate of *colour* around the height *y*; gives where it ends."""
        width = self.width(words, size, "bold") + size
        height = size * 1.6
        self._figure.add_artist(
            Rectangle(
                (x / WIDTH, 1 - (y + height / 2) / _TALL),
                width / WIDTH,
                height / _TALL,
                facecolor=colour,
                edgecolor="none",
                transform=self._figure.transFigure,
            )
        )
        self.write(x + width / 2, y, words, size, colour=colours.INK, weight="bold", align="center")
        return x + width

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """Hatch an area around the height *y*, as time is hatched in which nothing was seen."""
        self._figure.add_artist(
            Rectangle(
                (x / WIDTH, 1 - (y + height / 2) / _TALL),
                width / WIDTH,
                height / _TALL,
                facecolor="none",
                edgecolor=colours.HATCH,
                hatch="//",
                linewidth=0,
                transform=self._figure.transFigure,
            )
        )

    def stroke(self, x: float, y: float, length: float, line: Line2D) -> None:
        """Draw a sample of *line*."""
        line.set_transform(self._figure.transFigure)
        line.set_data([x / WIDTH, (x + length / 2) / WIDTH, (x + length) / WIDTH], [1 - y / _TALL] * 3)
        self._figure.add_artist(line)

    def axes(self, height: float) -> Axes:
        """Axes of that height from here on."""
        left, width = LEFT / WIDTH, (WIDTH - LEFT - RIGHT) / WIDTH
        axes = self._figure.add_axes(
            (left, 1 - (self.y + height) / _TALL, width, height / _TALL), facecolor=colours.GROUND
        )
        self.y += height
        return axes

    def png(self) -> bytes:
        """All that is written, as a PNG."""
        out = io.BytesIO()
        self._canvas.print_figure(
            out,
            format="png",
            facecolor=colours.GROUND,
            bbox_inches=Bbox([[0, (_TALL - self.y - MARGIN) / _DPI], [WIDTH / _DPI, _TALL / _DPI]]),
            # Nothing that differs from one version to the next.
            metadata={"Software": None},
        )
        return out.getvalue()
