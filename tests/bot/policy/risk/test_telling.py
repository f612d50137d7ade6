import pytest

from bot.domain.plan import Change, ChangeClass, Finding, Verb
from bot.domain.risk import RiskCode
from bot.policy.risk.telling import raised, reason, tell

HIGH, SIGNIFICANT = ChangeClass.HIGH_RISK, ChangeClass.SIGNIFICANT
F = Finding


@pytest.mark.parametrize(
    ("verb", "findings", "told"),
    [
        pytest.param(Verb.UPDATE, (F.MACHINE,), [SIGNIFICANT], id="machines"),
        pytest.param(Verb.UPDATE, (F.MACHINE, F.AT_ONCE), [HIGH], id="machines at once"),
        pytest.param(Verb.UPDATE, (F.PARAMETERS, F.AT_ONCE), [HIGH], id="parameters at once"),
        pytest.param(Verb.UPDATE, (F.STORAGE_DOWN, F.AT_ONCE), [HIGH], id="less storage at once"),
        pytest.param(Verb.UPDATE, (F.STANDBY_ON, F.AT_ONCE), [SIGNIFICANT], id="a standby at once"),
        pytest.param(Verb.UPDATE, (F.STANDBY_OFF, F.AT_ONCE), [HIGH], id="no standby at once"),
        pytest.param(Verb.UPDATE, (F.CREDENTIALS, F.AT_ONCE), [HIGH], id="a password at once"),
        pytest.param(Verb.REPLACE, (F.ENCRYPTION,), [HIGH], id="encryption of what is replaced"),
        pytest.param(Verb.DELETE, (F.FORCED,), [], id="all that is in it is told with the loss"),
        pytest.param(Verb.UPDATE, (F.STORAGE_UP,), [], id="more storage"),
        pytest.param(Verb.UPDATE, (F.STORAGE_UP, F.AT_ONCE), [SIGNIFICANT], id="more storage at once"),
        pytest.param(Verb.UPDATE, (F.STANDBY_ON,), [], id="a standby"),
        pytest.param(Verb.UPDATE, (F.ENGINE, F.AT_ONCE), [HIGH], id="engine at once"),
        pytest.param(Verb.UPDATE, (F.UNPROTECTED, F.AT_ONCE), [HIGH], id="protection"),
        pytest.param(Verb.UPDATE, (F.AT_ONCE,), [], id="only at once"),
        pytest.param(Verb.UPDATE, (F.UNSAVED,), [HIGH], id="no snapshot later"),
        pytest.param(Verb.DELETE, (F.UNSAVED,), [], id="no snapshot now is told with the loss"),
    ],
)
def test_findings_become_reasons(verb: Verb, findings: tuple[Finding, ...], told: list[ChangeClass]) -> None:
    """What waits for no window is a class more serious, and says so."""
    change = Change(address="a.b", type="a", verb=verb, actions=(verb.value,), findings=findings)
    reasons = list(tell(change))
    assert [each.change_class for each in reasons] == told
    assert all(each.address == "a.b" and each.text.startswith("a.b ") for each in reasons)
    waits = F.AT_ONCE in findings and F.UNPROTECTED not in findings
    assert all(("without waiting" in each.text) is waits for each in reasons)


def test_every_finding_has_a_meaning() -> None:
    """Only what hurries others means nothing by itself."""
    for finding in set(Finding) - {F.AT_ONCE}:
        change = Change(address="a", verb=Verb.UPDATE, actions=(), findings=(finding, F.AT_ONCE))
        assert list(tell(change)), finding


def test_a_reason_takes_its_address_as_it_is() -> None:
    """Braces in an address are no places to fill."""
    made = reason(RiskCode.DELETE, HIGH, 'a["{x}{at}"]', "{at} goes")
    assert made.text.startswith('a["{x}')
    assert raised(HIGH) is HIGH
