"""Going round the cards after somebody was deaf: in order, at a pace, until all have been seen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import JournalBroken
from bot.domain.heard import Heard
from bot.domain.run import Run, StepName
from bot.domain.value import RunId
from runners.kit import Kit
from runners.overhear import BURST, PACE, Overhear
from tests.fakes.clock import FakeClock
from tests.runners import test_emoji
from tests.runners.steps.conftest import DIGEST
from tests.runners.test_emoji import CHECK, FIRST, Cards, posted, voted
