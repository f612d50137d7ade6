"""Types of objects that say who may reach what."""

from functools import lru_cache

from bot.policy.risk.patterns import matches

_NETWORK = (
    "aws_*_security_group", "aws_db_security_group", "aws_default_network_acl", "aws_default_security_group",
    "aws_ec2_client_vpn_authorization_rule", "aws_emr_block_public_access_configuration", "aws_network_acl*",
    "aws_network_interface_sg_attachment", "aws_networkfirewall_*polic*", "aws_networkfirewall_firewall",
    "aws_networkfirewall_rule_group", "aws_route53_resolver_firewall_*", "aws_security_group*",
    "aws_verifiedaccess_*", "aws_vpc_block_public_access_*", "aws_vpc_endpoint_security_group_association",
    "aws_vpc_security_group_*_rule", "aws_vpc_security_group_vpc_association", "aws_waf*_rule*", "aws_waf*_set",
    "aws_waf*_web_acl", "aws_waf*_web_acl_association", "aws_wafv2_ip_set",
    "azurerm_*_application_security_group_association", "azurerm_*_firewall_policy", "azurerm_*_firewall_rule",
    "azurerm_*_network_acl", "azurerm_*_network_rule_set", "azurerm_*_network_rules",
    "azurerm_*_network_security_group_association", "azurerm_*_virtual_network_rule",
    "azurerm_cdn_frontdoor_security_policy", "azurerm_firewall", "azurerm_firewall_*_rule_collection",
    "azurerm_firewall_policy", "azurerm_firewall_policy_rule_collection_group",
    "azurerm_network_interface_security_group_association", "azurerm_network_manager_admin_rule*",
    "azurerm_network_security_group", "azurerm_network_security_perimeter*", "azurerm_network_security_rule",
    "azurerm_palo_alto_local_rulestack*", "google_access_context_manager_*", "google_app_engine_firewall_rule",
    "google_compute_*firewall_policy_rule", "google_compute_*network_firewall_policy*",
    "google_compute_firewall*", "google_compute_region_security_policy*", "google_compute_security_policy*",
    "google_network_security_*", "google_vmwareengine_external_access_rule",
    "google_vmwareengine_network_policy", "kubernetes_network_policy*",
)  # fmt: skip


@lru_cache(maxsize=4096)
def guards(kind: str) -> bool:
    """Whether an object of type *kind* says who may reach what."""
    return matches(kind, _NETWORK)
