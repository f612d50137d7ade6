"""Types of objects that others are reached through."""

import pytest

from bot.policy.risk import outage


@pytest.mark.parametrize(
    ("kind", "carries"),
    [
        pytest.param("aws_lb", True, id="a load balancer"),
        pytest.param("aws_lb_listener", True, id="its listener"),
        pytest.param("aws_vpc", True, id="a network"),
        pytest.param("aws_route53_record", True, id="a name"),
        pytest.param("aws_vpn_gateway", True, id="a type by pattern"),
        pytest.param("acme_dns_zone", True, id="whoever provides it"),
        pytest.param("google_compute_region_backend_service", True, id="a pattern in the middle"),
        pytest.param("kubernetes_ingress_v1", True, id="a cluster's door"),
        pytest.param("aws_lb_target_group", False, id="what is behind it"),
        pytest.param("aws_instance", False, id="a machine"),
        pytest.param("aws_iam_role", False, id="a role"),
        pytest.param("", False, id="no type"),
    ],
)
def test_what_carries_others(kind: str, carries: bool) -> None:
    """Without one for a minute, something is down."""
    assert outage.carries(kind) is carries
