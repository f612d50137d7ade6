"""Places where traffic is steered, one of each kind, as somebody else would set them up, change them and read them."""

import itertools
import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from aiohttp import web

from bot.domain.traffic import Weights
from runners.context import Context
from runners.traffic import Switcher
from runners.traffic.alb import Alb
from runners.traffic.eventbridge_schedules import EventbridgeSchedules
from runners.traffic.http import Http
from runners.traffic.route53 import Route53
from tests.fakes.cloud import Town

ROLE = "arn:aws:iam::123456789012:role/jobs"
_numbers = itertools.count(1)


class Place(ABC):
    """One place, seen from outside: never through a switcher, and never through the proxy."""

    #: What reads and what writes look like to the proxy.
    READ: ClassVar[str]
    WRITE: ClassVar[str]
    #: What somebody else might write.
    FOREIGN: ClassVar[Weights] = Weights(blue=70, green=30)

    @abstractmethod
    def switcher(self, context: Context) -> Switcher:
        """What steers it."""

    @abstractmethod
    def put(self, weights: Weights) -> None:
        """Write *weights* as somebody else would."""

    @abstractmethod
    def whole(self) -> Any:
        """Everything that stands there, weights and all."""

    @abstractmethod
    def there(self) -> Weights:
        """The weights that stand there."""


class AlbPlace(Place):
    """A listener whose default action forwards to two groups with a target each."""

    READ, WRITE = r"Action=DescribeListeners", r"Action=ModifyListener"

    def __init__(self, town: Town) -> None:
        self.elb, self._name = town.client("elbv2"), town.name
        # Every account has a network of its own from the start.
        subnets = town.client("ec2").describe_subnets()["Subnets"]
        self.vpc, self._subnets = subnets[0]["VpcId"], [subnet["SubnetId"] for subnet in subnets[:2]]
        self.blue, self.green = self.group("store-blue", 2), self.group("store-green", 2)
        self.balancer = self.new_balancer("main")
        actions = [self.forward((self.blue, 100), (self.green, 0))]
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer, Protocol="HTTP", Port=80, DefaultActions=actions
        )["Listeners"][0]["ListenerArn"]

    def group(self, name: str, targets: int) -> str:
        """Make a target group with so many healthy targets."""
        arn: str = self.elb.create_target_group(
            Name=self._name(name), Protocol="HTTP", Port=80, VpcId=self.vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        for _ in range(targets):
            self.elb.register_targets(
                TargetGroupArn=arn, Targets=[{"Id": f"10.0.0.{next(_numbers) % 200 + 1}"}]
            )
        return arn

    def new_balancer(self, name: str) -> str:
        """Make a load balancer."""
        made = self.elb.create_load_balancer(Name=self._name(name), Subnets=self._subnets)
        arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
        return arn

    @staticmethod
    def forward(*groups: tuple[str, int], sticky: int = 0) -> dict[str, Any]:
        """Make an action."""
        tuples = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]
        stuck = {"Enabled": True, "DurationSeconds": sticky} if sticky else {"Enabled": False}
        return {
            "Type": "forward",
            "ForwardConfig": {"TargetGroups": tuples, "TargetGroupStickinessConfig": stuck},
        }

    def rule(self, priority: int, *actions: dict[str, Any]) -> str:
        """Make a rule of the listener."""
        path = {"Field": "path-pattern", "Values": [f"/{priority}/*"]}
        arn: str = self.elb.create_rule(
            ListenerArn=self.listener, Priority=priority, Conditions=[path], Actions=list(actions)
        )["Rules"][0]["RuleArn"]
        return arn

    def act(self, *actions: dict[str, Any]) -> None:
        """Put *actions* in the place of the listener's own."""
        self.elb.modify_listener(ListenerArn=self.listener, DefaultActions=list(actions))

    def switcher(self, context: Context, **more: Any) -> Switcher:
        settings = {"listener": self.listener, "blue": self.blue, "green": self.green, **more}
        return Alb(Alb.Settings(kind="alb", **settings), context)

    def put(self, weights: Weights) -> None:
        self.act(self.forward((self.blue, weights.blue), (self.green, weights.green)))

    def whole(self) -> Any:
        return self.elb.describe_listeners(ListenerArns=[self.listener])["Listeners"]

    def there(self) -> Weights:
        return self.weights(self.whole()[0]["DefaultActions"])

    def weights(self, actions: list[dict[str, Any]]) -> Weights:
        """Read the weights of *actions*."""
        groups = {
            group["TargetGroupArn"]: group["Weight"] for group in actions[-1]["ForwardConfig"]["TargetGroups"]
        }
        return Weights(blue=groups[self.blue], green=groups[self.green])


class Route53Place(Place):
    """Two weighted records."""

    READ, WRITE = r"^GET /2013-04-01/hostedzone/.*/rrset", r"^POST /2013-04-01/hostedzone/.*/rrset"
    NAME = "admin.example.com"

    def __init__(self, town: Town) -> None:
        self.route53 = town.client("route53")
        made = self.route53.create_hosted_zone(Name="example.com", CallerReference=town.name("zone"))
        self.zone = made["HostedZone"]["Id"].rpartition("/")[2]
        self.put(Weights(blue=100, green=0))

    def record(self, identifier: str, weight: int, **more: Any) -> dict[str, Any]:
        """One weighted record."""
        body = {"TTL": 30, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        return {
            "Name": self.NAME,
            "Type": "A",
            "SetIdentifier": identifier,
            "Weight": weight,
            **(more or body),
        }

    def upsert(self, *records: dict[str, Any]) -> None:
        """Write *records*."""
        changes = [{"Action": "UPSERT", "ResourceRecordSet": record} for record in records]
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": changes})

    def switcher(self, context: Context, **more: Any) -> Switcher:
        settings = {"zone": self.zone, "record": self.NAME, "type": "A", **more}
        return Route53(Route53.Settings(kind="route53", **settings), context)

    def put(self, weights: Weights) -> None:
        self.upsert(self.record("blue", weights.blue), self.record("green", weights.green))

    def whole(self) -> Any:
        listed = self.route53.list_resource_record_sets(HostedZoneId=self.zone)["ResourceRecordSets"]
        return sorted(listed, key=lambda record: (record["Type"], record.get("SetIdentifier", "")))

    def there(self) -> Weights:
        found = {record["SetIdentifier"]: record["Weight"] for record in self.whole() if "Weight" in record}
        return Weights(blue=found["blue"], green=found["green"])


class SchedulesPlace(Place):
    """Two groups of schedules; each says everything that a schedule can say."""

    READ, WRITE = r"^GET /schedules\?", r"^PUT /schedules/"
    FOREIGN = Weights(blue=100, green=50)
    #: What one schedule says beside its state.
    BODY: ClassVar[dict[str, Any]] = {
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        "Description": "nightly",
        "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1234abcd",
        "ActionAfterCompletion": "NONE",
        "Target": {
            "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
            "RoleArn": ROLE,
            "Input": '{"a": 1}',
            "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
            "RetryPolicy": {"MaximumEventAgeInSeconds": 120, "MaximumRetryAttempts": 3},
        },
    }

    def __init__(self, town: Town, jobs: int = 2) -> None:
        self.scheduler = town.client("scheduler")
        self.groups = {"blue": town.name("jobs-blue"), "green": town.name("jobs-green")}
        for colour, group in self.groups.items():
            self.scheduler.create_schedule_group(Name=group)
            for number in range(jobs):
                self.job(group, f"job-{number}", on=colour == "blue")

    def job(self, group: str, name: str, *, on: bool) -> None:
        """Make a schedule."""
        state = "ENABLED" if on else "DISABLED"
        self.scheduler.create_schedule(GroupName=group, Name=name, State=state, **self.BODY)

    def turn(self, group: str, name: str, *, on: bool) -> None:
        """Turn one job on or off."""
        state = "ENABLED" if on else "DISABLED"
        self.scheduler.update_schedule(GroupName=group, Name=name, State=state, **self.BODY)

    def jobs(self, group: str) -> dict[str, bool]:
        """Read which jobs are on."""
        pages = self.scheduler.get_paginator("list_schedules").paginate(GroupName=group)
        listed = [job for page in pages for job in page["Schedules"]]
        return {job["Name"]: job["State"] == "ENABLED" for job in sorted(listed, key=lambda job: job["Name"])}

    def switcher(self, context: Context, **more: Any) -> Switcher:
        settings = {**self.groups, **more}
        return EventbridgeSchedules(
            EventbridgeSchedules.Settings(kind="eventbridge_schedules", **settings), context
        )

    def put(self, weights: Weights) -> None:
        for colour, group in self.groups.items():
            jobs = self.jobs(group)
            wanted = round(len(jobs) * getattr(weights, colour) / 100)
            for number, job in enumerate(jobs):
                self.turn(group, job, on=number < wanted)

    def whole(self) -> Any:
        said = [
            self.scheduler.get_schedule(GroupName=group, Name=job)
            for group in self.groups.values()
            for job in self.jobs(group)
        ]
        ignored = {"ResponseMetadata", "LastModificationDate"}
        return [{key: value for key, value in one.items() if key not in ignored} for one in said]

    def there(self) -> Weights:
        shares = {colour: self.jobs(group) for colour, group in self.groups.items()}
        return Weights(**{colour: 100 * sum(jobs.values()) // len(jobs) for colour, jobs in shares.items()})


class HttpPlace(Place):
    """A small document with an ETag and a field of its own."""

    READ, WRITE = r"^GET /weights", r"^PUT /weights"

    def __init__(self) -> None:
        self.document: dict[str, Any] = {"blue": 100, "green": 0, "sticky": 5, "owner": "us"}
        self.etags = True
        self.version = 1
        #: Where the proxy in front of it listens.
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Give the document, or take another one."""
        headers = {"ETag": f'"{self.version}"'} if self.etags else {}
        if request.method == "PUT":
            wanted = request.headers.get("If-Match")
            if wanted is not None and wanted != headers.get("ETag"):
                return web.Response(status=412)
            self.document = json.loads(await request.read())
            self.version += 1
            return web.Response(status=204)
        return web.json_response(self.document, headers=headers)

    def switcher(self, context: Context, **more: Any) -> Switcher:
        settings = {"url": f"{self.url}/weights?token=s3cret", **more}
        return Http(Http.Settings(kind="http", **settings), context)

    def put(self, weights: Weights) -> None:
        self.document |= {"blue": weights.blue, "green": weights.green}
        self.version += 1

    def whole(self) -> Any:
        return dict(self.document)

    def there(self) -> Weights:
        return Weights(blue=self.document["blue"], green=self.document["green"])
