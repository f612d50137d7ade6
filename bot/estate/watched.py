"""Whether a bake can see anything, and tell apart what it sees."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.domain.estate import BakeSettings
from bot.estate.raw import listing, mapping, span
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

_EVERY = BakeSettings.model_fields["every"].default


def misfits(bake: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    """Judge the *bake* that stands at *at*."""
    whole, every = span(bake.get("for")), span(bake.get("every", _EVERY))
    if whole and every and every > whole:
        yield (
            (*at, "every" if "every" in bake else "for"),
            "`every` is longer than `for`, so nothing would be seen: look more often.",
        )
    by_minute = any(mapping(watch).get("source") == "cloudwatch" for watch in listing(bake.get("watch")))
    if by_minute and every and every < timedelta(minutes=1):
        sentence = "is too often for CloudWatch, which counts by the minute: write 60s or more."
        yield (*at, "every"), sentence
    metrics = Counter(str(mapping(watch).get("metric")) for watch in listing(bake.get("watch")))
    for index, watch in enumerate(listing(bake.get("watch"))):
        metric = str(mapping(watch).get("metric"))
        if metrics[metric] > 1 and index > 0:
            metrics[metric] = 0
            yield (*at, "watch", index), f"`{metric[:60]}` is watched twice: keep one of them."
