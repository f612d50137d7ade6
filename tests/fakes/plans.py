"""Plans as `terraform show -json` writes them, made of a few words."""

import json
from typing import Any

AWS = "registry.terraform.io/hashicorp/aws"


def entry(
    address: str, *actions: str, before: Any = None, after: Any = None, unknown: Any = None, **more: Any
) -> dict[str, Any]:
    """Make one entry of `resource_changes`; *more* goes into the entry, `change` into its change."""
    kind = address.rpartition(".")[0].rpartition(".")[2]
    change = {
        "actions": list(actions),
        "before": before,
        "after": after,
        "after_unknown": {} if unknown is None else unknown,
    } | more.pop("change", {})
    made = {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": address.rpartition(".")[2],
        "provider_name": AWS
        if kind.startswith("aws_")
        else f"registry.terraform.io/hashicorp/{kind.partition('_')[0]}",
        "change": change,
    }
    return made | more


def document(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a whole plan of *entries*."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(entries),
    } | more


def written(*entries: dict[str, Any], **more: Any) -> bytes:
    """Make a whole plan and write it."""
    return json.dumps(document(*entries, **more)).encode("utf-8", "surrogatepass")
