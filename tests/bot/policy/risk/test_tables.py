"""The tables of types, one question each."""

import pytest

from bot.policy.risk import data, identity, network, outage


@pytest.mark.parametrize("kind", ["aws_db_instance", "aws_s3_bucket", "aws_sqs_queue", "aws_kms_key", "aws_fsx_ontap_volume", "google_sql_database_instance", "google_storage_bucket", "google_compute_disk", "azurerm_storage_account", "azurerm_mssql_server", "azurerm_resource_group", "azurerm_cosmosdb_sql_database", "kubernetes_stateful_set_v1", "kubernetes_secret", "helm_release", "digitalocean_database_cluster", "ovh_cloud_project_database"])  # fmt: skip
def test_what_keeps_data(kind: str) -> None:
    """Databases, volumes, buckets, queues, keys, secrets and clusters, in every cloud."""
    assert data.keeps(kind)


@pytest.mark.parametrize("kind", ["aws_instance", "aws_lb", "aws_iam_role", "aws_s3_bucket_policy", "google_compute_network", "kubernetes_deployment", "null_resource", ""])  # fmt: skip
def test_what_keeps_none(kind: str) -> None:
    """Everything else may be made again."""
    assert not data.keeps(kind)
    assert data.keeps(kind, (kind or "?", "*"))


@pytest.mark.parametrize(
    ("kind", "carries", "grants", "sets_all", "guards"),
    [
        pytest.param("aws_lb", True, False, False, False, id="load balancer"),
        pytest.param("aws_iam_role", False, True, False, False, id="role"),
        pytest.param("aws_iam_policy", False, True, False, False, id="policy"),
        pytest.param("aws_iam_policy_attachment", False, True, True, False, id="exclusive attachment"),
        pytest.param("google_project_iam_binding", False, True, True, False, id="binding"),
        pytest.param("google_storage_bucket_iam_member", False, True, False, False, id="member"),
        pytest.param("aws_autoscaling_policy", False, False, False, False, id="a policy of another kind"),
        pytest.param("aws_security_group_rule", False, False, False, True, id="rule"),
        pytest.param("aws_vpc_security_group_ingress_rule", False, False, False, True, id="new rule"),
        pytest.param("google_compute_firewall", False, False, False, True, id="firewall"),
        pytest.param("aws_vpc", True, False, False, False, id="network"),
        pytest.param("aws_instance", False, False, False, False, id="machine"),
    ],
)
def test_types(kind: str, *, carries: bool, grants: bool, sets_all: bool, guards: bool) -> None:
    """Each type has its place."""
    found = (outage.carries(kind), identity.grants(kind), identity.sets_all(kind), network.guards(kind))
    assert found == (carries, grants, sets_all, guards)
