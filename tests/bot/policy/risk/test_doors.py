from typing import Any

import pytest

from bot.policy.risk.doors import Door, attributes, doors, sources

ALL_V4 = "0.0.0.0/0"


def sg(*rules: dict[str, Any]) -> dict[str, Any]:
    """Make a security group."""
    return {"ingress": list(rules)}


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": "tcp", "from_port": 22, "to_port": 22}), [Door(4, "tcp", 22, 22)], id="group"),
        pytest.param("aws_security_group", sg({"ipv6_cidr_blocks": ["::/0"], "protocol": "-1", "from_port": 0, "to_port": 0}), [Door(6)], id="group for IPv6"),
        pytest.param("aws_security_group", sg({"cidr_blocks": ["10.0.0.0/8"], "protocol": "-1"}), [], id="group for a network"),
        pytest.param("aws_security_group", sg({"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"], "protocol": "tcp"}), [Door(4, "tcp")] * 2, id="the world in two halves"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [" 0.0.0.0/00 "], "protocol": "icmp", "from_port": -1, "to_port": -1}), [Door(4, "icmp")], id="written oddly"),
        pytest.param("aws_security_group", {"ingress": None, "egress": [{"cidr_blocks": [ALL_V4]}]}, [], id="way out"),
        pytest.param("aws_security_group_rule", {"type": "ingress", "cidr_blocks": [ALL_V4], "protocol": "tcp", "from_port": 1, "to_port": 2}, [Door(4, "tcp", 1, 2)], id="rule"),
        pytest.param("aws_security_group_rule", {"type": "egress", "cidr_blocks": [ALL_V4]}, [], id="rule out"),
        pytest.param("aws_vpc_security_group_ingress_rule", {"cidr_ipv4": ALL_V4, "ip_protocol": "-1"}, [Door(4)], id="new rule"),
        pytest.param("aws_vpc_security_group_ingress_rule", {"cidr_ipv6": "::/0", "ip_protocol": "udp", "from_port": 53, "to_port": 53}, [Door(6, "udp", 53, 53)], id="new rule for IPv6"),
        pytest.param("aws_vpc_security_group_egress_rule", {"cidr_ipv4": ALL_V4}, [], id="new rule out"),
        pytest.param("aws_db_security_group", {"ingress": [{"cidr": ALL_V4}]}, [Door(4)], id="old databases"),
        pytest.param("google_compute_firewall", {"direction": "INGRESS", "source_ranges": [ALL_V4], "allow": [{"protocol": "tcp", "ports": ["22", "80-90"]}]}, [Door(4, "tcp", 22, 22), Door(4, "tcp", 80, 90)], id="firewall"),
        pytest.param("google_compute_firewall", {"allow": [{"protocol": "all"}]}, [Door(4)], id="firewall that names nobody"),
        pytest.param("google_compute_firewall", {"source_tags": ["a"], "allow": [{"protocol": "tcp"}]}, [], id="firewall for a tag"),
        pytest.param("google_compute_firewall", {"source_ranges": [ALL_V4], "deny": [{"protocol": "tcp"}]}, [], id="firewall that denies"),
        pytest.param("google_compute_firewall", {"direction": "EGRESS", "allow": [{"protocol": "tcp"}]}, [], id="firewall out"),
        pytest.param("google_compute_firewall", {"disabled": True, "allow": [{"protocol": "tcp"}]}, [], id="firewall off"),
        pytest.param("google_compute_network_firewall_policy_rule", {"direction": "INGRESS", "action": "allow", "match": [{"src_ip_ranges": [ALL_V4]}]}, [Door(4)], id="policy"),
        pytest.param("google_compute_firewall_policy_rule", {"action": "allow", "match": [{"config": [{"src_ip_ranges": [ALL_V4]}]}]}, [Door(4)], id="old policy"),
        pytest.param("google_compute_firewall_policy_rule", {"action": "deny", "match": [{"src_ip_ranges": [ALL_V4]}]}, [], id="policy that denies"),
        pytest.param("google_compute_firewall_policy_rule", {"action": "allow", "direction": "EGRESS", "match": [{"src_ip_ranges": [ALL_V4]}]}, [], id="policy out"),
        pytest.param("google_compute_firewall_policy_rule", {"action": "allow", "disabled": True, "match": [{"src_ip_ranges": [ALL_V4]}]}, [], id="policy off"),
        pytest.param("google_sql_database_instance", {"settings": [{"ip_configuration": [{"authorized_networks": [{"value": ALL_V4}]}]}]}, [Door(4)], id="database"),
        pytest.param("azurerm_network_security_rule", {"direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_address_prefix": "Internet", "destination_port_range": "22"}, [Door(0, "tcp", 22, 22)], id="the internet"),
        pytest.param("azurerm_network_security_rule", {"direction": "Inbound", "access": "Allow", "protocol": "*", "source_address_prefix": "*", "destination_port_ranges": ["80-81", "*"]}, [Door(0, "", 80, 81), Door(0)], id="a star"),
        pytest.param("azurerm_network_security_rule", {"direction": "Inbound", "access": "Allow", "source_address_prefixes": [ALL_V4]}, [Door(4)], id="prefixes"),
        pytest.param("azurerm_network_security_rule", {"direction": "Inbound", "access": "Deny", "source_address_prefix": "*"}, [], id="denied"),
        pytest.param("azurerm_network_security_rule", {"direction": "Outbound", "access": "Allow", "source_address_prefix": "*"}, [], id="out"),
        pytest.param("azurerm_network_security_group", {"security_rule": [{"direction": "Inbound", "access": "Allow", "source_address_prefix": "0.0.0.0/0", "destination_port_range": "1-x"}]}, [Door(4)], id="rule inside a group"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": ALL_V4[:7], "end_ip_address": "255.255.255.255"}, [Door(4)], id="from the first to the last"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "10.0.0.1", "end_ip_address": "10.0.0.2"}, [], id="a few"),
        pytest.param("aws_security_group", sg({"cidr_blocks": ["9.0.0.0/7"], "protocol": "tcp"}), [Door(4, "tcp")], id="a large piece of the world"),
        pytest.param("aws_security_group", sg({"cidr_blocks": ["9.0.0.0/8"], "protocol": "tcp"}), [], id="a smaller one"),
        pytest.param("aws_security_group", sg({"ipv6_cidr_blocks": ["2000::/3"], "protocol": "tcp"}), [Door(6, "tcp")], id="all there is of IPv6"),
        pytest.param("aws_security_group", sg({"ipv6_cidr_blocks": ["2000::/4"], "protocol": "tcp"}), [], id="a part of IPv6"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": "tcp", "from_port": 0, "to_port": 22}), [Door(4, "tcp", 0, 22)], id="from port 0"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": "tcp", "from_port": 22}), [Door(4, "tcp")], id="half a range"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": "tcp", "to_port": 22}), [Door(4, "tcp")], id="the other half"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": 6, "from_port": 22, "to_port": 22}), [Door(4, "6", 22, 22)], id="a protocol by number"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "protocol": "ALL", "from_port": 22, "to_port": 22}), [Door(4)], id="every protocol"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [ALL_V4], "from_port": 22, "to_port": 22}), [Door(4)], id="no protocol"),
        pytest.param("aws_security_group", {"ingress": {"cidr_blocks": ALL_V4, "protocol": "tcp"}}, [Door(4, "tcp")], id="no list where one belongs"),
        pytest.param("aws_security_group_rule", {"type": 5, "cidr_blocks": [ALL_V4], "protocol": "tcp"}, [Door(4, "tcp")], id="a rule that does not say which way"),
        pytest.param("google_compute_firewall", {"allow": [{"protocol": "tcp", "ports": []}]}, [Door(4, "tcp")], id="firewall for all ports"),
        pytest.param("google_compute_firewall", {"source_service_accounts": ["a"], "allow": [{"protocol": "tcp"}]}, [], id="firewall for an account"),
        pytest.param("google_compute_firewall", {"source_ranges": ["10.0.0.0/8"], "allow": [{"protocol": "tcp"}]}, [], id="firewall for a network"),
        pytest.param("google_compute_firewall", {"disabled": False, "allow": [{"protocol": "tcp", "ports": ["1-²", "²"]}]}, [Door(4, "tcp")] * 2, id="no ports"),
        pytest.param("google_compute_firewall_policy_rule", {"match": [{"src_ip_ranges": [ALL_V4]}]}, [], id="policy that does nothing"),
        pytest.param("azurerm_network_security_rule", {"source_address_prefix": "any", "protocol": None, "destination_port_range": ""}, [Door(0)], id="a rule that says little"),
        pytest.param("azurerm_network_security_rule", {"source_address_prefix": "any", "protocol": "Icmp", "destination_port_range": "*"}, [Door(0, "icmp")], id="every port of one protocol"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": ALL_V4[:7], "end_ip_address": ALL_V4[:7]}, [], id="Azure's own services"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "0.0.0.1", "end_ip_address": "223.255.255.255"}, [Door(4)], id="all but the first and the last"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "1.0.0.0", "end_ip_address": "2.0.0.0"}, [Door(4)], id="one more than a large network"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "1.0.0.0", "end_ip_address": "1.255.255.255"}, [], id="a large network"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "9.0.0.0", "end_ip_address": "1.0.0.0"}, [], id="an end before its begin"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": 0, "end_ip_address": None}, [], id="half a range"),
        pytest.param("azurerm_mssql_firewall_rule", {"start_ip_address": "here", "end_ip_address": "there"}, [], id="no range"),
        pytest.param("azurerm_network_security_rule", {"source_address_prefix": "any", "destination_port_ranges": [{}, ["1"]]}, [Door(0)] * 2, id="ports that are none"),
        pytest.param("aws_vpc", {"ingress": [{"cidr_blocks": [ALL_V4]}]}, [], id="another type"),
        pytest.param("aws_security_group", sg({"cidr_blocks": [5, None, "x/y", "::/²"]}), [], id="no addresses"),
    ],
)  # fmt: skip
def test_what_stands_open(kind: str, values: dict[str, Any], found: list[Door]) -> None:
    """Every cloud has its own way of saying everybody."""
    assert list(doors(kind, values)) == found
    assert not doors(kind, {})
    assert list(doors(kind, {name: values[name] for name in attributes(kind) if name in values})) == found
    assert {path[0] for path in sources(kind)} <= set(attributes(kind))
    assert bool(attributes(kind)) is bool(sources(kind))


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        pytest.param(Door(4, "tcp", 443, 443), Door(4, "tcp", 443, 443), True, id="the same"),
        pytest.param(Door(4, "tcp", 443, 443), Door(4, "tcp", 1, 1000), True, id="narrower"),
        pytest.param(Door(4, "tcp", 443, 443), Door(4), True, id="of all protocols"),
        pytest.param(Door(4, "tcp", 443, 443), Door(0, "tcp"), True, id="of both kinds of address"),
        pytest.param(Door(6, "tcp", 443, 443), Door(4, "tcp"), False, id="another kind of address"),
        pytest.param(Door(4, "udp", 443, 443), Door(4, "tcp"), False, id="another protocol"),
        pytest.param(Door(4, "tcp", 22, 22), Door(4, "tcp", 443, 443), False, id="another port"),
        pytest.param(Door(4, "tcp", 21, 443), Door(4, "tcp", 22, 443), False, id="one port less"),
        pytest.param(Door(4, "tcp", 0, 65535), Door(4, "tcp"), True, id="all ports, in numbers"),
        pytest.param(Door(4, "tcp"), Door(4, "tcp", 0, 65535), True, id="all ports, in no numbers"),
        pytest.param(Door(4, "tcp"), Door(4, "tcp", 1, 65535), False, id="all ports but the first"),
        pytest.param(Door(0, "tcp"), Door(4, "tcp"), False, id="of more addresses"),
        pytest.param(Door(4, "tcp", 22, 444), Door(4, "tcp", 22, 443), False, id="one port more"),
        pytest.param(Door(4), Door(4, "tcp"), False, id="wider"),
    ],
)
def test_what_was_open_before_is_no_news(inner: Door, outer: Door, *, within: bool) -> None:
    """A narrower door is no new one."""
    assert inner.within(outer) is within
