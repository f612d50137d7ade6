import pytest

from runners import arn

GROUP = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/g/1"
BALANCER = "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/main/1"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((GROUP,), "eu-central-1"),
        ((None, BALANCER, GROUP), "cn-north-1"),
        (("app/main/1",), None),
        (("arn:aws:iam::123456789012:role/x",), None),
        ((None, ""), None),
    ],
)
def test_region(names: tuple[str | None, ...], expected: str | None) -> None:
    """The first ARN that says a Region decides."""
    assert arn.region(*names) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [(GROUP, "targetgroup/g/1"), (BALANCER, "app/main/1"), ("app/main/1", "app/main/1"), ("x", "x")],
)
def test_own_name(name: str, expected: str) -> None:
    """CloudWatch's name is the end of the ARN."""
    assert arn.own_name(name) == expected


def test_placeholders() -> None:
    """What holds a placeholder cannot be judged yet."""
    assert [arn.is_filled(name) for name in (GROUP, "{target}")] == [True, False]
    assert [arn.is_arn(name) for name in (GROUP, "app/main/1")] == [True, False]
