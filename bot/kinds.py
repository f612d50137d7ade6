"""What an estate may name: every plugin for checks, metrics and infrastructure tools, with its settings."""

import runners.checks
import runners.metrics
import runners.traffic
from bot import plugins
from bot.estate import Kinds
from runners.checks import Check
from runners.iac.settings import TerraformSettings
from runners.metrics import Metric
from runners.traffic import Switcher

#: A family is abstract on purpose, and its members are not; mypy takes every class for one to be made.
CHECKS = plugins.load(runners.checks, Check)  # type: ignore[type-abstract]
METRICS = plugins.load(runners.metrics, Metric)  # type: ignore[type-abstract]
SWITCHERS = plugins.load(runners.traffic, Switcher)  # type: ignore[type-abstract]
KINDS = Kinds(
    iac={"terraform": TerraformSettings},
    checks={kind: check.Settings for kind, check in CHECKS.items()},
    metrics={kind: metric.Settings for kind, metric in METRICS.items()},
    switchers={kind: switcher.Settings for kind, switcher in SWITCHERS.items()},
)
