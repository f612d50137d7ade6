from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.aws import Aws
from runners.checks.rds import Rds
from runners.context import Context
from tests.fakes.moto import Moto

HOST = "main.c9akciq32.eu-central-1.rds.amazonaws.com"
READER = "main.cluster-ro-c9akciq32.eu-central-1.rds.amazonaws.com"


async def ask(context: Context, **settings: str) -> tuple[Verdict, str]:
    """Ask for a database."""
    return await Rds(Rds.Settings.model_validate({"kind": "rds", **settings}), context).ask()


def instance(status: str, host: str = HOST) -> dict[str, Any]:
    """Describe an instance."""
    return {"DBInstances": [{"DBInstanceStatus": status, "Endpoint": {"Address": host, "Port": 5432}}]}


async def test_an_instance(cloud: Moto, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is found by its id, and by its endpoint with its port, wherever the process is."""
    made = cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="main", DBInstanceClass="db.t3.micro", Engine="postgres",
        MasterUsername="u", MasterUserPassword="password1", AllocatedStorage=20,
    )["DBInstance"]  # fmt: skip
    good = (Verdict.PASS, "main is available.")
    assert await ask(context, id="main") == good
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert await ask(replace(context, aws=Aws()), endpoint=f"{made['Endpoint']['Address']}:5432") == good


async def test_a_cluster(cloud: Moto, context: Context) -> None:
    """Where there is no instance of the name, a cluster is looked for; endpoints say themselves what they are."""
    made = cloud.client("rds").create_db_cluster(
        DBClusterIdentifier="ledger", Engine="aurora-postgresql",
        MasterUsername="u", MasterUserPassword="password1",
    )["DBCluster"]  # fmt: skip
    good = (Verdict.PASS, "ledger is available.")
    assert await ask(context, id="ledger") == good
    assert await ask(context, endpoint=made["Endpoint"]) == good
    assert await ask(context, endpoint=made["ReaderEndpoint"]) == good


@pytest.mark.parametrize(
    ("settings", "verdict", "told"),
    [
        pytest.param({"id": "none"}, Verdict.FAIL, "there is no database none.", id="no such id"),
        pytest.param({"endpoint": HOST}, Verdict.FAIL, "there is no database main.", id="no such instance"),
        pytest.param({"endpoint": READER}, Verdict.FAIL, "there is no database main.", id="no such cluster"),
        pytest.param({"endpoint": "db.example.com"}, Verdict.UNKNOWN, "db.example.com is no endpoint of RDS: name the database by its id.", id="an alias"),
        pytest.param({"endpoint": READER.replace("cluster-ro", "proxy")}, Verdict.UNKNOWN, f"{READER.replace('cluster-ro', 'proxy')} names no single database: name the cluster by its id.", id="a proxy"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("cloud")
async def test_what_is_not_found(
    context: Context, settings: dict[str, str], verdict: Verdict, told: str
) -> None:
    """What does not exist fails; what cannot be looked up is UNKNOWN."""
    assert await ask(context, **settings) == (verdict, told)


@pytest.mark.parametrize("status", ["creating", "modifying", "storage-full", "failed"])
async def test_not_available(cloud: Moto, context: Context, status: str) -> None:
    """Every other status fails, and is told."""
    cloud.say("rds", "DescribeDBInstances", instance(status))
    assert await ask(context, id="main") == (Verdict.FAIL, f"main is {status}.")


async def test_another_endpoint(cloud: Moto, context: Context) -> None:
    """A database of that name that is reached elsewhere is not the one that is meant."""
    other = HOST.replace("c9akciq32", "another")
    cloud.say("rds", "DescribeDBInstances", instance("available", other))
    assert await ask(context, endpoint=HOST) == (Verdict.FAIL, f"main is reached at {other}.")


async def test_denied(cloud: Moto, context: Context) -> None:
    """What may not be asked is UNKNOWN."""
    cloud.refuse("rds", "DescribeDBInstances", "AccessDenied")
    assert (await ask(context, id="main"))[0] is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({}, "names no database", id="neither"),
        pytest.param({"id": "a", "endpoint": HOST}, "names two databases", id="both"),
    ],
)
def test_bad_settings(settings: dict[str, str], words: str) -> None:
    """An estate that names none, or two, is wrong already."""
    with pytest.raises(ValidationError, match=words):
        Rds.Settings.model_validate({"kind": "rds", **settings})
