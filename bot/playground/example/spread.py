"""How the requests of one service are spread over its two colours, remembered on disk."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from bot.domain.colour import Colour
from bot.domain.traffic import Weights
from bot.domain.value import Value


class _Kept(Value):
    weights: Weights = Weights(blue=100, green=0)
    #: Counts the changes, so that whoever compares it notices one that was changed back.
    revision: Annotated[int, Field(ge=0)] = 0


class Spread:
    """The weights of one service: kept in a file, and followed exactly."""

    def __init__(self, file: Path, *, gradual: bool) -> None:
        """Take up what *file* says, else all for blue; where not *gradual*, one colour always has it all."""
        self._file = file
        self._gradual = gradual
        self._owed = dict.fromkeys(Colour, 0)
        try:
            self._kept = _Kept.model_validate_json(file.read_bytes())
        except (FileNotFoundError, ValidationError):
            self._kept = _Kept()

    @property
    def weights(self) -> Weights:
        """What the two colours weigh."""
        return self._kept.weights

    @property
    def tag(self) -> str:
        """Another one after each change: an ETag."""
        return f'"{self._kept.revision}"'

    def put(self, weights: Weights) -> None:
        """Change the weights, for good once this returns; what stands there already is left alone."""
        if weights == self.weights:
            return
        kept = _Kept(weights=weights, revision=self._kept.revision + 1)
        unfinished = self._file.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(kept.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._file)
        self._kept = kept
        self._owed = dict.fromkeys(Colour, 0)

    def turn(self) -> Colour:
        """Whose turn the next request is; of a hundred requests each colour gets just what it weighs."""
        for colour in Colour:
            self._owed[colour] += self.weights.of(colour)
        chosen = max(Colour, key=lambda colour: self._owed[colour])
        self._owed[chosen] -= self.weights.blue + self.weights.green
        return chosen

    def read(self, body: bytes) -> Weights:
        """Read weights as `{"blue": 90, "green": 10}`; raises `ValueError` with a sentence."""
        try:
            said: Any = json.loads(body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or set(said) != set(Colour):
            msg = 'Write both colours and nothing else, like {"blue": 90, "green": 10}.'
            raise ValueError(msg)
        for colour, weight in said.items():
            if not isinstance(weight, int) or isinstance(weight, bool) or weight < 0:
                msg = f"{colour} must be a whole number of at least 0."
                raise ValueError(msg)
        if not any(said.values()):
            msg = "Both colours would weigh 0, so nobody would be served: one must weigh something."
            raise ValueError(msg)
        if not self._gradual and all(said.values()):
            msg = "Jobs run on one colour only: the other one must weigh 0."
            raise ValueError(msg)
        return Weights(**said)
