from collections.abc import Callable

import pytest

from bot.domain.errors import Fault

Faults = Callable[[str], tuple[Fault, ...]]

#: Added to an estate of 36 lines.
SERVICES = """\
    services:
      - name: jobs
        exposure: none
        traffic: {kind: http, url: "{outputs.control_url}/traffic/jobs"}
        bake: {for: 4s, every: 1s, watch: [{source: http, url: "http://x/{colour}", metric: error_rate, at_most: 0}]}
      - name: storefront
        exposure: public
        traffic: {kind: http, url: "http://x/{service}", blue: left, green: right}
        verify: [{kind: http, url: "http://x/{service}/{colour}/{target}"}]
    switch:
      steps: [10, 100]
      keep_old: 10m
      look: 30s
      bake:
        for: 6s
        every: 1s
        watch:
          - {source: http, url: "http://x/{service}/{colour}", metric: error_rate, worse_than_baseline: 1.5}
"""
NO_SWITCH = SERVICES[SERVICES.index("    switch:") :]
BAKE = "    bake: {for: 6s, every: 1s, watch: [{source: http, url: 'http://x', metric: error_rate, %s}]}\n"
WATCH = SERVICES[SERVICES.index("        watch:\n") :]


def changed(good: str, before: str, after: str) -> str:
    text = good + SERVICES
    assert before in text
    return text.replace(before, after, 1)


def test_good_services(good: str, faults: Faults) -> None:
    """Jobs and a storefront, each watched in its own way, are taken."""
    assert faults(good + SERVICES) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(NO_SWITCH, BAKE % "at_most: 0.05", id="watched as the environment is"),
        pytest.param("worse_than_baseline: 1.5", "at_most: 0.05", id="by a line only"),
        pytest.param("steps: [10, 100]\n      keep_old: 10m\n      look: 30s\n      bake:\n        for: 6s\n        every: 1s\n        watch:\n          - {", "steps: [100]\n      bake:\n        for: 6s\n        every: 1s\n        watch:\n          - {at_most: 0.1, ", id="all at once, by a line beside the comparison"),
        pytest.param('{service}/{colour}", metric', '{target}", metric', id="by the name of the target"),
        pytest.param(", blue: left, green: right", "", id="neither colour has a name"),
        pytest.param("exposure: none", "exposure: internal", id="all people"),
        pytest.param("/traffic/jobs", "/traffic/{service}", id="by its name"),
        pytest.param("{outputs.control_url}/traffic/jobs", "http://x/{service}", id="each where its name says"),
        pytest.param("      look: 30s\n", "", id="looked at as usual"),
    ],
)  # fmt: skip
def test_other_good_services(good: str, faults: Faults, before: str, after: str) -> None:
    """What can be switched in good order is taken."""
    assert faults(changed(good, before, after)) == ()


@pytest.mark.parametrize(
    ("before", "after", "line", "key", "told"),
    [
        pytest.param("name: storefront", "name: jobs", 42, "services[1].name", "`jobs` is there already", id="two of one name"),
        pytest.param('url: "http://x/{service}", blue', 'url: "{outputs.control_url}/traffic/jobs", blue', 44, "services[1].traffic", "the traffic of `jobs` is steered already", id="two in one place"),
        pytest.param("green: right", "green: left", 44, "services[1].traffic.green", "the same as `blue`", id="two of one colour"),
        pytest.param("exposure: public", "exposure: pubic", 43, "services[1].exposure", "`public` belongs here", id="no exposure"),
        pytest.param('kind: http, url: "{outputs.control_url}', 'kind: htpt, url: "{outputs.control_url}', 40, "services[0].traffic.kind", "did you mean `http`?", id="no switcher"),
        pytest.param(NO_SWITCH, "", 42, "services[1]", "nothing would be watched while traffic moves", id="nobody watches"),
        pytest.param(WATCH, "", 50, "switch.bake", "nothing would be watched while public traffic moves", id="no metric"),
        pytest.param("      bake:\n        for: 6s\n        every: 1s\n" + WATCH, "    bake: {for: 9s, every: 1s}\n", 50, "bake", "while public traffic moves", id="no metric in the environment"),
        pytest.param("        verify: [", "        bake: {for: 9s, every: 1s}\n        verify: [", 45, "services[1].bake", "while public traffic moves", id="no metric of its own"),
        pytest.param("        every: 1s\n        watch", "        every: 7s\n        watch", 52, "switch.bake.every", "longer than `for`", id="a switch that is looked at too late"),
        pytest.param("        every: 1s\n", "", 51, "switch.bake.for", "longer than `for`", id="a minute by default"),
        pytest.param("{for: 4s, every: 1s", "{for: 4s, every: 5s", 41, "services[0].bake.every", "longer than `for`", id="a service that is looked at too late"),
        pytest.param("metric: error_rate, at_most: 0}", "metric: error_rate, at_most: 0}, {source: http, url: http://y, metric: error_rate, at_most: 1}", 41, "services[0].bake.watch[1]", "watched twice", id="twice in a service"),
        pytest.param("        watch:\n", "        watch:\n          - {source: http, url: http://y, metric: error_rate, at_most: 1}\n", 55, "switch.bake.watch[1]", "watched twice", id="twice in a switch"),
        pytest.param("look: 30s", "look: 11m", 49, "switch.look", "longer than `keep_old`", id="looked at when it is gone"),
        pytest.param("steps: [10, 100]", "steps: [10, 50]", 46, "switch", "steps go up and end with 100", id="not to the end"),
        pytest.param("at_most: 0}", "worse_than_baseline: 2}", 41, "services[0].bake.watch[0].worse_than_baseline", "jobs run on one colour only", id="jobs have no baseline"),
        pytest.param('{service}/{colour}", metric: error_rate, worse', '{service}", metric: error_rate, worse', 54, "switch.bake.watch[0]", "compared with itself", id="both colours as one"),
        pytest.param("steps: [10, 100]", "steps: [100]", 54, "switch.bake.watch[0]", "nothing to compare with", id="compared with nobody, all at once"),
        pytest.param("exposure: public", "exposure: internal", 54, "switch.bake.watch[0]", "nothing to compare with", id="compared with nobody in one move"),
        pytest.param("metric: error_rate, worse", "metric: latency_p99, worse", 54, "switch.bake.watch[0]", "nothing to compare with", id="a latency at the last step"),
        pytest.param("for: 6s\n        every: 1s\n", "for: 6s\n        every: 1s\n        alarms: ['']\n", 53, "switch.bake.alarms[0]", "text that is not empty", id="an alarm without a name"),
        pytest.param(NO_SWITCH, BAKE % "worse_than_baseline: 2", 42, "services[1]", "cannot tell the colours apart", id="both colours as one in the environment"),
    ],
)  # fmt: skip
def test_bad_services(
    good: str, faults: Faults, before: str, after: str, line: int, key: str, told: str
) -> None:
    """What cannot be switched, or would be switched unseen, is told with its line."""
    found = faults(changed(good, before, after))
    assert [(one.line, one.key) for one in found] == [(line, f"environments.prod.{key}")], found
    assert told in found[0].sentence


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("http://x/store", ["the traffic of `store` in `prod` is steered already"], id="one place"),
        pytest.param("http://x/{service}", ["the traffic of `store` in `prod` is steered already"], id="by its name"),
        pytest.param("{outputs.control_url}/store", [], id="what each environment's Terraform says"),
    ],
)  # fmt: skip
def test_two_environments_in_one_place(good: str, faults: Faults, url: str, told: list[str]) -> None:
    """Whoever may switch one of them would move the other's traffic."""
    watch = "{source: http, url: 'http://x', metric: error_rate, at_most: 0.05}"
    traffic = f"{{name: store, exposure: public, traffic: {{kind: http, url: '{url}'}}}}"
    own = f"    bake: {{for: 9s, every: 1s, watch: [{watch}]}}\n    services: [{traffic}]\n"
    found = faults(f"{good}{own}  other:\n    branch: main\n{own}")
    assert [one.key for one in found] == ["environments.other.services[0].traffic"] * len(told)
    assert [words for words, one in zip(told, found, strict=True) if words in one.sentence] == told


QUERIES = (
    "source: prometheus, url: http://p, requests: 'n{c=\"{colour}\"}', errors: 'e{c=\"{colour}\"}', metric"
)
BALANCER = 'source: cloudwatch, load_balancer: "{outputs.alb}", metric'


@pytest.mark.parametrize(
    ("counted", "before", "after", "alike"),
    [
        pytest.param(QUERIES, "public", "public", False, id="queries that name the colour"),
        pytest.param(QUERIES.replace("{colour}", "x"), "public", "public", True, id="queries that do not"),
        pytest.param(BALANCER, "public", "public", True, id="a load balancer"),
        pytest.param(BALANCER, "left, green: right", "'arn:x:targetgroup/b/1', green: 'arn:x:targetgroup/g/2'", False, id="whose target groups are known"),
        pytest.param(BALANCER, "exposure: public", "exposure: internal", False, id="that is looked at for one colour only"),
        pytest.param(BALANCER, '{kind: http, url: "http://x/{service}"', "{kind: terraform_variable, variable: x", True, id="that is moved by a plan"),
    ],
)  # fmt: skip
def test_what_counts_both_colours_as_one(
    good: str, faults: Faults, counted: str, before: str, after: str, *, alike: bool
) -> None:
    """The new colour would be compared with itself, and would always be as good."""
    text = changed(good, 'source: http, url: "http://x/{service}/{colour}", metric', counted)
    found = [one.key for one in faults(text.replace(before, after)) if "compared with itself" in one.sentence]
    assert found == ["environments.prod.switch.bake.watch[0]"] * alike


def test_a_target_that_is_no_target_group(good: str, faults: Faults) -> None:
    """What one service calls its colours fits into another's question, and asks about nothing."""
    text = changed(good, 'url: "http://x/{service}/{colour}", metric', 'target_group: "{target}", metric')
    told = "by the target group {target}, which is `left` here and no target group"
    (found,) = [one for one in faults(text) if told in one.sentence]
    assert (found.line, found.key) == (42, "environments.prod.services[1]")
    groups = text.replace("left", "'arn:x:targetgroup/b/1'").replace("right", "'arn:x:targetgroup/g/2'")
    assert not [one for one in faults(groups) if "no target group" in one.sentence]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("    services: 5\n", id="a number"),
        pytest.param("    services: [5, {name: [x]}, {traffic: {blue: 1, green: 1}}]\n    switch: []\n", id="entries"),
        pytest.param("    services: [{name: x, exposure: public, traffic: x, bake: {watch: [1, {url: 2}]}}]\n", id="deep"),
        pytest.param("    services: [{name: x, exposure: [], traffic: {kind: {}}, bake: {watch: []}}]\n", id="what no set can hold"),
        pytest.param("    services: [{name: x, exposure: public, traffic: {kind: []}, bake: {watch: []}}]\n", id="a kind that no set can hold"),
    ],
)  # fmt: skip
def test_shapes_that_are_wrong(good: str, faults: Faults, wrong: str) -> None:
    """Whatever stands there, the answer is sentences."""
    assert faults(good + wrong)


#: Put before the switch of `SERVICES`.
SITE = """\
      - name: site
        exposure: internal
        traffic: {kind: terraform_variable, variable: active_color, output: live, initial: blue}
      - name: shop
        exposure: internal
        traffic: {kind: terraform_variable, variable: shop_color, output: shop}
"""


def steered(good: str, before: str = "", after: str = "") -> str:
    text = (good + SERVICES).replace("    switch:\n", f"{SITE}    switch:\n")
    assert before in text
    return text.replace(before, after, 1)


def test_services_that_move_by_plans(good: str, faults: Faults) -> None:
    """Each has a variable of its own, and nobody else says its value."""
    assert faults(steered(good)) == ()


@pytest.mark.parametrize(
    ("before", "after", "key", "told"),
    [
        pytest.param("variables: {size: 3}", "variables: {active_color: blue}", "services[2].traffic.variable", "a deploy would move traffic", id="set by the estate"),
        pytest.param("shop_color", "active_color", "services[3].traffic.variable", "moves another service already", id="one for two"),
        pytest.param("active_color", "active color", "services[2].traffic.variable", "is no name that Terraform takes", id="no name"),
        pytest.param("initial: blue", "initial: purple", "services[2].traffic.initial", "`blue`", id="no colour"),
        pytest.param(", output: shop", "", "services[3].traffic.output", "is missing", id="nobody says what is live"),
        pytest.param(", output: shop", ", output: shop, green: x", "services[3].traffic.green", "is unknown here", id="a target"),
    ],
)  # fmt: skip
def test_bad_variables(good: str, faults: Faults, before: str, after: str, key: str, told: str) -> None:
    """What would move traffic by accident, or cannot be read, is told at its place."""
    found = faults(steered(good, before, after))
    assert [one.key for one in found] == [f"environments.prod.{key}"], found
    assert told in found[0].sentence
