from typing import Any

import pytest

from bot.estate.judging import misfits


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        pytest.param({"stateful": ["acme_ledger"]}, None, id="a type"),
        pytest.param({"stateful": ["*"]}, None, id="all types, which is strict"),
        pytest.param({"stateful": ["a", " "]}, ("risk.stateful.1", "is empty"), id="an empty type"),
        pytest.param({"overrides": [{"match": "a.b", "class": "standard", "because": "c"}]}, None, id="lowered with a because"),
        pytest.param({"overrides": [{"match": "a.b", "class": "standard"}]}, ("risk.overrides.0", "does not say why"), id="lowered without"),
        pytest.param({"overrides": [{"match": "a.b", "class": "standard", "because": " "}]}, ("risk.overrides.0.because", "is empty"), id="an empty because"),
        pytest.param({"overrides": [{"match": "a.b", "class": "significant"}]}, None, id="may only raise"),
        pytest.param({"overrides": [{"match": "*", "class": "high-risk"}]}, None, id="everything raised"),
        pytest.param({"overrides": [{"match": "*", "class": "standard", "because": "c"}]}, ("risk.overrides.0.match", "would lower everything"), id="everything lowered"),
        pytest.param({"overrides": [{"match": "*.*", "class": "significant", "because": "c"}]}, ("risk.overrides.0.match", "would lower everything"), id="everything lowered, written longer"),
        pytest.param({"overrides": [{"match": "", "class": "high-risk"}]}, ("risk.overrides.0.match", "is empty"), id="nothing matched"),
        pytest.param({"overrides": ["a", {"match": 5}]}, None, id="a shape that others name"),
        pytest.param(["a"], None, id="another shape"),
    ],
)  # fmt: skip
def test_rules_of_risk(risk: Any, told: tuple[str, str] | None) -> None:
    """What weakens without a word is refused, with its place."""
    found = [(".".join(map(str, steps)), sentence) for steps, sentence in misfits({"risk": risk})]
    assert [steps for steps, _ in found] == ([told[0]] if told else [])
    assert all(told is not None and told[1] in sentence for _, sentence in found)
