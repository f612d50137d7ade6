"""Types of objects that say who may reach what."""

from functools import lru_cache

from bot.policy.risk.patterns import matches

_NETWORK = (
    "aws_default_network_acl",
    "aws_default_security_group",
    "aws_db_security_group",
    "aws_network_acl*",
    "aws_network_interface_sg_attachment",
    "aws_security_group*",
    "aws_vpc_security_group_*_rule",
    "aws_wafv2_ip_set",
    "azurerm_*_firewall_rule",
    "azurerm_firewall_*_rule_collection",
    "azurerm_network_security_group",
    "azurerm_network_security_rule",
    "azurerm_*_network_security_group_association",
    "google_compute_firewall*",
    "google_compute_*firewall_policy_rule",
    "google_compute_security_policy*",
    "kubernetes_network_policy*",
)


@lru_cache(maxsize=4096)
def guards(kind: str) -> bool:
    """Whether an object of type *kind* says who may reach what."""
    return matches(kind, _NETWORK)
