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
        pytest.param("aws_wafv2_web_acl", True, id="what is let through"),
        pytest.param("aws_wafv2_web_acl_logging_configuration", False, id="what is written down of that"),
        pytest.param("aws_networkfirewall_rule_group", True, id="rules of a firewall"),
        pytest.param("azurerm_firewall_policy_rule_collection_group", True, id="rules of another cloud's"),
        pytest.param(
            "azurerm_network_interface_security_group_association", True, id="which rules count for a machine"
        ),
        pytest.param("azurerm_storage_account_network_rules", True, id="who reaches an account"),
        pytest.param("google_compute_region_security_policy_rule", True, id="a rule of a region"),
        pytest.param("google_access_context_manager_service_perimeter", True, id="a perimeter"),
        pytest.param("aws_vpc", False, id="a network"),
        pytest.param("aws_lb", False, id="a load balancer"),
        pytest.param("aws_iam_role", False, id="who may do what"),
        pytest.param("", False, id="no type"),
    ],
)
def test_doors(kind: str, guards: bool) -> None:
    """What opens and shuts doors is told from what they are in."""
    assert network.guards(kind) is guards
