"""Ways in from the whole world, as each cloud writes them down."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from typing import Any, NamedTuple

from bot.policy.risk.patterns import matches

Values = Mapping[str, Any]
#: Words for everybody, as Azure writes them.
_ANYBODY = frozenset({"*", "any", "internet"})
#: Words for every protocol.
_EVERY = frozenset({"-1", "all", "*", "any", ""})
_LAST_PORT = 65535
#: So many addresses are a large piece of the world: more than a network of 8 bits has.
_LARGE = 2**24


class Door(NamedTuple):
    """One way in: for addresses of which kind, and to which ports of which protocol."""

    #: 4, 6, or 0 for both.
    version: int
    #: Empty for every protocol.
    protocol: str = ""
    first: int = 0
    last: int = _LAST_PORT

    def within(self, other: "Door") -> bool:
        """Whether *other* lets in all that this one does."""
        return (
            other.version in {self.version, 0}
            and other.protocol in {self.protocol, ""}
            and other.first <= self.first
            and self.last <= other.last
        )


class _Family(NamedTuple):
    types: tuple[str, ...]
    #: Attributes that must be read to find the doors, and no others.
    attributes: tuple[str, ...]
    #: Where addresses stand; what is unknown there may be anybody.
    sources: tuple[str, ...]
    find: Callable[[Values], Iterator[Door]]


def attributes(kind: str) -> tuple[str, ...]:
    """Name what must be read of an object of type *kind*; nothing where it opens no door."""
    family = _family(kind)
    return family.attributes if family else ()


@lru_cache(maxsize=4096)
def sources(kind: str) -> tuple[tuple[str, ...], ...]:
    """Name where an object of type *kind* says whom it lets in, as paths."""
    family = _family(kind)
    return tuple(tuple(path.split(".")) for path in family.sources) if family else ()


def doors(kind: str, values: Values) -> tuple[Door, ...]:
    """Find all that an object of type *kind* leaves open to the world."""
    family = _family(kind)
    return tuple(family.find(values)) if family and values else ()


@lru_cache(maxsize=4096)
def _family(kind: str) -> _Family | None:
    return next((family for family in _FAMILIES if matches(kind, family.types)), None)


def _everybody(source: Any) -> int | None:
    """Give the kind of addresses where *source* is the world, or a large piece of it."""
    if not isinstance(source, str):
        return None
    if source.strip().lower() in _ANYBODY:
        return 0
    network, _, bits = source.strip().partition("/")
    if not bits.isascii() or not bits.isdigit():
        return None
    version = 6 if ":" in network else 4
    # A few large networks together are the world, too.
    return version if int(bits) < (8 if version == 4 else 4) else None


def _versions(rule: Values, names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        for source in _list(rule.get(name)):
            version = _everybody(source)
            if version is not None:
                yield version


def _blocks(value: Any) -> Iterator[Values]:
    return (block for block in _list(value) if isinstance(block, Mapping))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is(rule: Values, name: str, *words: str) -> bool:
    value = rule.get(name)
    return isinstance(value, str) and value.lower() in words


def _door(version: int, protocol: Any, ports: tuple[Any, Any]) -> Door:
    name = str(protocol if protocol is not None else "").lower()
    first, last = ports
    if name in _EVERY:
        return Door(version)
    whole = not isinstance(first, int) or not isinstance(last, int) or first < 0
    return Door(version, name) if whole else Door(version, name, first, last)


def _range(written: Any) -> tuple[Any, Any]:
    """Read `22`, `80-90` and `*`."""
    first, dash, last = str(written).partition("-")
    if not (first.isascii() and first.isdigit()):
        return None, None
    if not dash:
        return int(first), int(first)
    return (int(first), int(last)) if last.isascii() and last.isdigit() else (None, None)


def _aws_rule(rule: Values) -> Iterator[Door]:
    protocol = rule.get("ip_protocol", rule.get("protocol"))
    for version in _versions(rule, ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr")):
        yield _door(version, protocol, (rule.get("from_port"), rule.get("to_port")))


def _aws_group(values: Values) -> Iterator[Door]:
    for rule in _blocks(values.get("ingress")):
        yield from _aws_rule(rule)


def _aws_ingress(values: Values) -> Iterator[Door]:
    if not _is(values, "type", "egress"):
        yield from _aws_rule(values)


def _google(values: Values) -> Iterator[Door]:
    if _is(values, "direction", "egress") or values.get("disabled") is True:
        return
    nobody_named = not any(
        values.get(name) for name in ("source_ranges", "source_tags", "source_service_accounts")
    )
    # A rule that names nobody means everybody.
    versions = [4] if nobody_named else list(_versions(values, ("source_ranges",)))
    for version in versions:
        for allowed in _blocks(values.get("allow")):
            for ports in _list(allowed.get("ports") or [None]):
                yield _door(version, allowed.get("protocol"), _range(ports))


def _google_policy(values: Values) -> Iterator[Door]:
    if (
        _is(values, "direction", "egress")
        or not _is(values, "action", "allow")
        or values.get("disabled") is True
    ):
        return
    for match in _blocks(values.get("match")):
        for inner in (match, *_blocks(match.get("config"))):
            for version in _versions(inner, ("src_ip_ranges",)):
                yield Door(version)


def _cloud_sql(values: Values) -> Iterator[Door]:
    for settings in _blocks(values.get("settings")):
        for reach in _blocks(settings.get("ip_configuration")):
            for network in _blocks(reach.get("authorized_networks")):
                yield from (Door(version) for version in _versions(network, ("value",)))


def _azure_rule(rule: Values) -> Iterator[Door]:
    if _is(rule, "direction", "outbound") or _is(rule, "access", "deny"):
        return
    ports = [
        port
        for name in ("destination_port_range", "destination_port_ranges")
        for port in _list(rule.get(name))
        if port not in (None, "")
    ]
    for version in _versions(rule, ("source_address_prefix", "source_address_prefixes")):
        for port in ports or ["*"]:
            first, last = _range(port)
            protocol = rule.get("protocol")
            # For Azure `*` is every protocol, and ports still count.
            name = "" if str(protocol or "").lower() in _EVERY else str(protocol).lower()
            yield Door(version, name) if first is None else Door(version, name, first, last)


def _azure_group(values: Values) -> Iterator[Door]:
    for rule in _blocks(values.get("security_rule")):
        yield from _azure_rule(rule)


def _azure_range(values: Values) -> Iterator[Door]:
    try:
        first, last = (IPv4Address(values.get(name)) for name in ("start_ip_address", "end_ip_address"))
    except (AddressValueError, TypeError):
        return
    if int(last) - int(first) >= _LARGE:
        yield Door(4)


_AWS_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks")
_AZURE_SOURCES = ("source_address_prefix", "source_address_prefixes")
_AZURE_RULE = ("direction", "access", "protocol", "destination_port_range", "destination_port_ranges")
_FAMILIES = (
    _Family(
        ("aws_security_group", "aws_default_security_group"),
        ("ingress",),
        tuple(f"ingress.{name}" for name in _AWS_SOURCES),
        _aws_group,
    ),
    _Family(
        ("aws_security_group_rule",),
        ("type", "protocol", "from_port", "to_port", *_AWS_SOURCES),
        _AWS_SOURCES,
        _aws_ingress,
    ),
    _Family(
        ("aws_vpc_security_group_ingress_rule",),
        ("ip_protocol", "from_port", "to_port", "cidr_ipv4", "cidr_ipv6"),
        ("cidr_ipv4", "cidr_ipv6"),
        _aws_ingress,
    ),
    _Family(("aws_db_security_group",), ("ingress",), ("ingress.cidr",), _aws_group),
    _Family(
        ("google_compute_firewall",),
        ("direction", "disabled", "allow", "source_ranges", "source_tags", "source_service_accounts"),
        ("source_ranges",),
        _google,
    ),
    _Family(
        ("google_compute_*firewall_policy_rule",),
        ("direction", "action", "disabled", "match"),
        ("match.src_ip_ranges", "match.config.src_ip_ranges"),
        _google_policy,
    ),
    _Family(
        ("google_sql_database_instance",),
        ("settings",),
        ("settings.ip_configuration.authorized_networks.value",),
        _cloud_sql,
    ),
    _Family(
        ("azurerm_network_security_group",),
        ("security_rule",),
        tuple(f"security_rule.{name}" for name in _AZURE_SOURCES),
        _azure_group,
    ),
    _Family(("azurerm_network_security_rule",), (*_AZURE_RULE, *_AZURE_SOURCES), _AZURE_SOURCES, _azure_rule),
    _Family(
        ("azurerm_*_firewall_rule",),
        ("start_ip_address", "end_ip_address"),
        ("start_ip_address", "end_ip_address"),
        _azure_range,
    ),
)
