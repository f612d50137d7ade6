"""Providers whose types the tables know, so that a type outside of the tables is known to be none of them."""

from bot.domain.plan import Change

#: What they keep, they keep on the machine that plans, or nowhere.
_LOCAL = frozenset(
    {"archive", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time", "tls"}
)  # fmt: skip
_CLOUDS = frozenset({"aws", "azuread", "azurerm", "google", "google-beta", "helm", "kubernetes"})
#: They stand for an object of any type, which only their values name.
_ANYTHING = frozenset({"aws_cloudcontrolapi_resource", "kubernetes_manifest"})
_PUBLISHERS = frozenset({"", "-", "hashicorp", "builtin", "opentofu"})


def surveyed(change: Change) -> bool:
    """Whether the tables know all types of the object's provider.

    A namesake from another publisher is a stranger. Where the plan names no provider, the type's first word does.
    """
    publisher, _, name = change.provider.rpartition("/")
    family = name or change.type.partition("_")[0]
    # Old formats write `aws` or `provider.aws`.
    family = family.removeprefix("provider.")
    known = publisher.rpartition("/")[2] in _PUBLISHERS and family in _LOCAL | _CLOUDS
    return known and change.type not in _ANYTHING
