"""Types of objects that say who may reach what."""

import pytest

from bot.policy.risk import network


@pytest.mark.parametrize(
    ("kind", "guards"),
    [
        pytest.param("aws_security_group", True, id="a group"),
        pytest.param("aws_security_group_rule", True, id="a rule of it"),
        pytest.param("aws_vpc_security_group_ingress_rule", True, id="a rule of the newer kind"),
        pytest.param("aws_network_acl_rule", True, id="a list"),
        pytest.param("azurerm_network_security_rule", True, id="a rule of another cloud"),
        pytest.param("google_compute_firewall", True, id="a firewall"),
        pytest.param("kubernetes_network_policy_v1", True, id="a cluster's policy"),
        pytest.param("aws_vpc", False, id="a network"),
        pytest.param("aws_lb", False, id="a load balancer"),
        pytest.param("aws_iam_role", False, id="who may do what"),
        pytest.param("", False, id="no type"),
    ],
)
def test_doors(kind: str, guards: bool) -> None:
    """What opens and shuts doors is told from what they are in."""
    assert network.guards(kind) is guards
