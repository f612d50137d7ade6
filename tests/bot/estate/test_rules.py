from collections.abc import Callable

import pytest

from bot.domain.errors import Fault

Faults = Callable[[str], tuple[Fault, ...]]
HIGH = "high-risk: {votes: 2, of: [platform, dba]}"


def changed(good: str, before: str, after: str) -> str:
    assert before in good
    return good.replace(before, after, 1)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("high-risk: {votes: 2, of: [platform, dba], one_each: true, confirm: typed}", id="one of each, by hand"),
        pytest.param("high-risk: {votes: 3, of: [platform, dba], one_each: true}", id="more votes than groups"),
        pytest.param("high-risk: {votes: 0, of: [platform, dba]}", id="no votes at all"),
        pytest.param(HIGH + "\n  emergency: {votes: 1, of: [dba], ticket: '^INC-[0-9]+$', review: required, bake: double}", id="an emergency"),
        pytest.param(HIGH + "\n  emergency: {votes: 1, of: [dba]}", id="tickets as they are almost everywhere"),
        pytest.param(HIGH + "\n  emergency: {votes: 1, of: [dba], ticket: '(a+)+b'}", id="a pattern that is harmless here"),
    ],
)  # fmt: skip
def test_good_rules(good: str, faults: Faults, rule: str) -> None:
    """What can be kept is taken."""
    assert faults(changed(good, HIGH, rule)) == ()


@pytest.mark.parametrize(
    ("rule", "key", "told"),
    [
        pytest.param("high-risk: {votes: 1, of: [platform, dba], one_each: true}", "classes.high-risk.votes", "must be 2 at least", id="fewer votes than groups"),
        pytest.param("high-risk: {votes: 0, of: [platform, dba], one_each: true}", "classes.high-risk.one_each", "asks nothing of anybody", id="one of each of nobody"),
        pytest.param("high-risk: {votes: 0, confirm: typed}", "classes.high-risk.confirm", "asks nothing of anybody", id="by the hand of nobody"),
        pytest.param(HIGH.replace("2", "2, ticket: x"), "classes.high-risk.ticket", "only emergencies", id="a ticket for a class"),
        pytest.param(HIGH.replace("2", "2, review: required"), "classes.high-risk.review", "only emergencies", id="a review for a class"),
        pytest.param(HIGH.replace("2", "2, bake: double"), "classes.high-risk.bake", "only emergencies", id="a bake for a class"),
        pytest.param(HIGH + "\n  emergency: {votes: 1, of: [dba], ticket: '('}", "classes.emergency.ticket", "no regular expression", id="no pattern"),
        pytest.param(HIGH + "\n  emergency: {votes: 1, of: [dba], ticket: '.*'}", "classes.emergency.ticket", "no letters", id="a pattern for anything"),
        pytest.param(HIGH + "\n  emergency: {votes: 0, ticket: x}", "classes.emergency.votes", "a vote at least", id="nobody else agrees"),
        pytest.param(HIGH + "\n  emergency: {votes: 3, of: [dba], ticket: x}", "classes.emergency.votes", "only 2 people", id="more votes than people"),
        pytest.param(HIGH + "\n  disaster: {votes: 1, of: [dba]}", "classes", "", id="a rule for nothing"),
    ],
)  # fmt: skip
def test_bad_rules(good: str, faults: Faults, rule: str, key: str, told: str) -> None:
    """What cannot be kept is told, at its place."""
    found = faults(changed(good, HIGH, rule))
    assert any(one.key.startswith(key) and told in one.sentence for one in found), found


def test_one_person_in_every_group(good: str, faults: Faults) -> None:
    """Groups that list one and the same person can never be one person each."""
    text = changed(good, "groups:", "groups:\n  chief: {members: [U0DANA]}\n  boss: {members: [U0DANA]}")
    (fault,) = faults(
        changed(text, HIGH, "high-risk: {votes: 2, of: [chief, boss, platform], one_each: true}").replace(
            "votes: 2, of: [chief", "votes: 3, of: [chief"
        )
    )
    assert fault.key == "classes.high-risk.of"
    assert "too few different people are in boss and chief" in fault.sentence


def test_an_inherited_rule_is_judged_as_a_whole(good: str, faults: Faults) -> None:
    """An environment that lowers only the votes still has to have one for each group."""
    text = changed(good, HIGH, "high-risk: {votes: 2, of: [platform, dba], one_each: true}")
    (fault,) = faults(
        changed(text, "standard: {votes: 0}", "standard: {votes: 0}\n      high-risk: {votes: 1}")
    )
    assert fault.key == "environments.dev.classes.high-risk.votes"


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        pytest.param("[prod, incidents]", [], id="good"),
        pytest.param("[prd]", ["no name of a channel; did you mean `prod`?"], id="a slip"),
        pytest.param("[prod, prod]", ["stands here twice"], id="twice"),
        pytest.param("[]", ["empty"], id="none"),
    ],
)
def test_where_runs_may_be_asked_for(good: str, faults: Faults, channels: str, told: list[str]) -> None:
    """Channels are names of the estate's."""
    found = faults(changed(good, "channel: prod", f"channels: {channels}"))
    assert len(found) == len(told), found
    for fault, words in zip(found, told, strict=True):
        assert words in fault.sentence or words == "empty"


@pytest.mark.parametrize("emoji", ["typed", "button", "approve", "reject"])
def test_emoji_that_mean_something_else(good: str, faults: Faults, emoji: str) -> None:
    """An emoji with the name of a button would be taken for it."""
    (fault,) = faults(changed(good, "  channels:", f"  approve_emoji: [{emoji}]\n  channels:"))
    assert "means something else" in fault.sentence
