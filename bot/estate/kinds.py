"""Which plugins there are, as far as the estate needs to know."""

from collections.abc import Mapping

from bot.domain.estate import CheckSettings, IacSettings, SwitcherSettings, WatchSettings
from bot.domain.value import Value


class Kinds(Value):
    """The settings model of every plugin, by family and kind."""

    iac: Mapping[str, type[IacSettings]]
    checks: Mapping[str, type[CheckSettings]]
    metrics: Mapping[str, type[WatchSettings]]
    switchers: Mapping[str, type[SwitcherSettings]]
