"""A whole run of 50 resources, from the command to the end, against a script with the same Terraform commands."""

import asyncio
import os
import subprocess
from pathlib import Path
from statistics import median

from benchmarks import app, grounds, stand_in
from benchmarks.grounds import Grounds
from benchmarks.measure import Measure, aim, measure
from benchmarks.place import DATABASES, Place
from bot.clock import SystemClock
from bot.playground.server import Playground

_RESOURCES, _PAIRS = 50, 5
#: How long each resource takes, in seconds: none at all, and less than any real one does. Ten are made at once.
_PAUSES = (0.0, 0.3)
#: What Interlock does for a run, as somebody would write it down: a fetch, a clean tree, six commands of Terraform.
_SCRIPT = """\
set -eu
export HOME="$PRIVATE" TF_DATA_DIR="$PRIVATE/data" TF_CLI_CONFIG_FILE=/dev/null TF_IN_AUTOMATION=1 \
    TF_INPUT=0 CHECKPOINT_DISABLE=1
git -C "$CLONE" fetch --quiet origin
git -C "$CLONE" worktree add --quiet --detach "$PRIVATE/tree" origin/main
cd "$PRIVATE/tree/stack"
"$TERRAFORM" init -input=false -no-color -lock-timeout=30s -backend-config="path=$STATE" > "$PRIVATE/init.log"
"$TERRAFORM" plan -input=false -no-color -detailed-exitcode -lock-timeout=30s -out="$PRIVATE/plan.bin" \
    -var=name="$NAME" -var=size="$SIZE" > "$PRIVATE/plan.log" || [ $? -eq 2 ]
"$TERRAFORM" show -json -no-color "$PRIVATE/plan.bin" > "$PRIVATE/show.json"
"$TERRAFORM" apply -json -input=false -no-color -lock-timeout=30s "$PRIVATE/plan.bin" > "$PRIVATE/apply.jsonl"
"$TERRAFORM" output -json -no-color > "$PRIVATE/output.json"
"""


async def measures(place: Place) -> list[Measure]:
    """Measure on each database, with resources that take no time and with such that take a little."""
    return [await _on(kind, place, pause) for pause in _PAUSES for kind in DATABASES]


async def _on(kind: str, place: Place, pause: float) -> Measure:
    folder = place.fresh()
    names = [f"{who}-{number}" for number in range(_PAIRS + 1) for who in ("script", "bot")]
    estate = grounds.make(folder, names, size=_RESOURCES, votes=0, seconds=pause)
    clone = folder / "clone"
    grounds.clone(estate, clone)
    ours: list[float] = []
    theirs: list[float] = []
    async with Playground() as playground:
        settings = app.settings(estate, folder / "data", place.database(kind))
        async with app.running(app.BOT, playground, settings) as bot:
            for number in range(_PAIRS + 1):
                first, second = (_run, _script) if number % 2 else (_script, _run)
                for each in (first, second):
                    if each is _run:
                        ours.append(await _run(playground, bot, number))
                    else:
                        theirs.append(await asyncio.to_thread(_script, estate, clone, number))
    # The first of each fills caches.
    what = f"whole run of {_RESOURCES} resources of {pause:g} s, {kind}"
    found = measure(what, "s", ours[1:], beside="script", base=theirs[1:])
    # Whatever else the machine does falls on both of a pair, so it is pairs that are compared.
    pairs = [mine / script for mine, script in zip(ours[1:], theirs[1:], strict=True)]
    note = f"the ratio is the median of pairs: {', '.join(f'{pair:.2f}' for pair in sorted(pairs))}"
    return aim(found.model_copy(update={"ratio": median(pairs)}), 1.10, at="ratio", note=note)


async def _run(playground: Playground, bot: app.App, number: int) -> float:
    """Seconds from the command's being sent to the run's end."""
    began = SystemClock().now()
    await playground.command("U0ANA", "C0DEPLOYS", "/deploy", f"bot-{number}")
    ended = await bot.event("run.ended", number + 1)
    return (ended - began).total_seconds()


def _script(estate: Grounds, clone: Path, number: int) -> float:
    name = f"script-{number}"
    private = estate.folder / name
    private.mkdir()
    own = {
        "PRIVATE": str(private),
        "CLONE": str(clone),
        "STATE": str(estate.state(name)),
        "NAME": name,
        "SIZE": str(estate.size),
        "TERRAFORM": stand_in.real(),
    }
    clock = SystemClock()
    began = clock.now()
    subprocess.run(("sh", "-c", _SCRIPT), check=True, env={"PATH": os.environ["PATH"], **own})
    return (clock.now() - began).total_seconds()
