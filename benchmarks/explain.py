"""`interlock explain --json` of a plan of 100 MB, beside reading the same file, in time and in memory."""

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Measure, aim, measure
from benchmarks.place import Place

_SIZE = 100_000_000
_TIMES = 5
#: What there is in an account: mostly machines and what is around them.
_TYPES = ("instance",) * 12 + ("lambda_function",) * 4 + ("ebs_volume", "db_instance", "s3_bucket", "lb", "iam_role", "security_group")  # fmt: skip
_ACTIONS = (["no-op"],) * 30 + (["update"],) * 12 + (["create"],) * 7 + (["delete", "create"],)
#: Reads and explains in turns, in a process of its own, and tells seconds and how its memory grew.
_WORK = """
import json, os, sys, time
from bot import explain
from bot.domain.rules import RiskRules
from runners.iac import skimming
def peak():
    # Unlike getrusage, this knows nothing of the process that started this one.
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
file, before, told = sys.argv[1], peak(), {"read": [], "explain": []}
for turn in range(int(sys.argv[2])):
    began = time.perf_counter()
    explain.said(explain.content(file), RiskRules(), as_json=True)
    told["explain"].append(time.perf_counter() - began)
    told.setdefault("grown", (peak() - before) / os.path.getsize(file))
    began = time.perf_counter()
    with open(file, "rb") as opened: opened.read()
    told["read"].append(time.perf_counter() - began)
print(json.dumps(told))
"""


async def measures(place: Place) -> list[Measure]:
    """Explain in the process that has read before, and as a whole command."""
    file = place.fresh() / "plan.json"
    await asyncio.to_thread(_write, file)
    await _run("-c", _WORK, str(file), "1")
    told = json.loads(await _run("-c", _WORK, str(file), str(_TIMES)))
    whole: list[float] = []
    for _ in range(_TIMES):
        began = asyncio.get_running_loop().time()
        await _run("-m", "bot", "explain", str(file), "--json")
        whole.append(asyncio.get_running_loop().time() - began)
    size = f"{_SIZE // 1_000_000} MB"
    inside = measure(
        f"explain a plan of {size}", "s", told["explain"], beside="reading the file", base=told["read"]
    )
    return [
        aim(inside, 4.0, at="ratio"),
        aim(measure(f"memory to explain {size}, of the file's size", "", [told["grown"]]), 1.5),
        measure(
            f"`interlock explain` of {size}, the whole command",
            "s",
            whole,
            beside="reading the file",
            base=told["read"],
        ),
    ]


async def _run(*words: str) -> bytes:
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        msg = f"{words[:2]} ended with {process.returncode}"
        raise RuntimeError(msg)
    return said


def _write(file: Path) -> None:
    """Write a plan as Terraform would: each object as it will be, as it changes, and as it was."""
    chance = random.Random(100)  # noqa: S311 -- the same plan every time, no secret
    objects = list(_objects(chance))
    planned = [{"address": each["address"], "values": each["change"]["after"]} for each in objects]
    prior = [{"address": each["address"], "values": each["change"]["before"]} for each in objects]
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": objects,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    file.write_text(json.dumps(plan, separators=(",", ":")), "utf-8")


def _objects(chance: random.Random) -> Iterator[dict[str, Any]]:
    written = 0
    while written < _SIZE:
        made = _object(chance, written)
        yield made
        # Values stand in three places, and a bit of address beside two of them.
        written += len(json.dumps(made, separators=(",", ":"))) * 2 - 150


def _object(chance: random.Random, number: int) -> dict[str, Any]:
    kind = f"aws_{chance.choice(_TYPES)}"
    actions = chance.choice(_ACTIONS)
    was = {
        "id": f"i-{number:017x}",
        "arn": f"arn:aws:ec2:eu-central-1:123456789012:{kind}/i-{number:017x}",
        "tags": {"Name": f"{kind}-{number}", "Team": "core"},
        "deletion_protection": True,
        **{f"setting_{place}": f"{chance.getrandbits(96):x}" for place in range(24)},
    }
    becomes = was | ({"tags": {"Name": "another"}} if actions == ["update"] else {})
    return {
        "address": f"module.m[{number % 50}].{kind}.x[{number}]",
        "mode": "managed",
        "type": kind,
        "name": "x",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions,
            "before": None if actions == ["create"] else was,
            "after": becomes,
            "after_unknown": {"id": True} if actions == ["create"] else {},
            "before_sensitive": {"tags": {}},
            "after_sensitive": {"tags": {}},
        },
    }
