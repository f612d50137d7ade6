"""An AWS over real HTTP: moto, with answers put in front of it where moto cannot give those that AWS gives.

`moto` starts one server for all tests of a process; `cloud` empties it, points every AWS client at it, and gives it.
"""

import io
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import boto3
import pytest
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "eu-central-1"
#: What a service is called in signatures, in clients, and how it speaks.
_SERVICES = {
    "monitoring": ("cloudwatch", "json"),
    "elasticloadbalancing": ("elbv2", "query"),
    "rds": ("rds", "query"),
    "ec2": ("ec2", "ec2"),
}
#: How each says no.
_REFUSALS = {
    "json": '{{"__type": "{code}", "message": "not today"}}',
    "query": "<ErrorResponse><Error><Code>{code}</Code><Message>not today</Message></Error></ErrorResponse>",
    "ec2": "<Response><Errors><Error><Code>{code}</Code><Message>not today</Message></Error></Errors></Response>",
}


class _Silently(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 -- its caller's name
        """Say nothing."""


class Balancer(NamedTuple):
    """A load balancer."""

    arn: str
    dns_name: str
    groups: tuple[str, ...]


class Moto:
    """The server. Whatever it was told to say is said once each, in order; all else is moto's own answer."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, True, request_handler=_Silently)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        #: `("elbv2", "DescribeTags")`, in the order in which they came.
        self.asked: list[tuple[str, str]] = []
        self._said: dict[tuple[str, str], deque[dict[str, Any] | str]] = defaultdict(deque)
        self._clients: dict[str, Any] = {}
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def client(self, service: str) -> Any:
        """A plain client, to arrange what tests are about."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service, region_name=REGION)
        return self._clients[service]

    def balancer(self, name: str = "main", groups: tuple[str, ...] = ("store-blue",)) -> "Balancer":
        """Make a load balancer that sends to target *groups*, without targets."""
        ec2, elb = self.client("ec2"), self.client("elbv2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        nets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{REGION}{zone}")
            for place, zone in enumerate("ab")
        ]
        subnets = [net["Subnet"]["SubnetId"] for net in nets]
        made = elb.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]
        arns = tuple(
            elb.create_target_group(Name=group, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")[
                "TargetGroups"
            ][0]["TargetGroupArn"]
            for group in groups
        )
        if arns:
            weighted = [{"TargetGroupArn": arn, "Weight": 1} for arn in arns]
            forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": weighted}}
            elb.create_listener(
                LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[forward]
            )
        return Balancer(made["LoadBalancerArn"], made["DNSName"], arns)

    def register(self, group: str, *addresses: str) -> None:
        """Put targets into a target *group*; moto calls them healthy at once."""
        self.client("elbv2").register_targets(
            TargetGroupArn=group, Targets=[{"Id": one} for one in addresses]
        )

    def count(self, namespace: str, of: dict[str, str], at: datetime, **sums: float) -> None:
        """Put the sums of one minute into CloudWatch."""
        dimensions = [{"Name": name, "Value": value} for name, value in of.items()]
        data = [
            {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
            for name, value in sums.items()
        ]
        self.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)

    def say(self, service: str, operation: str, *answers: dict[str, Any]) -> None:
        """Answer the next calls of *operation* (`DescribeTags`) with these, shaped as boto3 gives them."""
        self._said[service, operation].extend(answers)

    def refuse(self, service: str, operation: str, code: str, times: int = 1) -> None:
        """Refuse the next calls of *operation* with an error *code*."""
        self._said[service, operation].extend([code] * times)

    def reset(self) -> None:
        """Forget everything."""
        with closing(HTTPConnection("127.0.0.1", self._server.server_port)) as connection:
            connection.request("POST", "/moto-api/reset")
            connection.getresponse().read()
        self.asked.clear()
        self._said.clear()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
        service, protocol = _SERVICES.get(scope[3] if len(scope) > 3 else "", ("", ""))
        target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        asked = (service, target or parse_qs(body.decode("latin-1")).get("Action", [""])[0])
        self.asked.append(asked)
        if not self._said[asked]:
            return list(self._moto(environ, start))
        said = self._said[asked].popleft()
        if isinstance(said, str):
            start("400 Bad Request", [("Content-Type", "text/plain")])
            return [_REFUSALS[protocol].format(code=said).encode()]
        model = get_service_model(service).operation_model(asked[1])
        content = get_serializer_class(service, protocol)(model).serialize(said)["body"]
        start("200 OK", [("Content-Type", "text/plain")])
        return [content if isinstance(content, bytes) else content.encode()]


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    """One server for all."""
    server = Moto()
    yield server
    server.stop()


@pytest.fixture
def cloud(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """An empty AWS, to which all clients of the process go."""
    moto.reset()
    for name, value in {
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return moto
