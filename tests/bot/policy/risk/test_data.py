"""Types of objects that keep data."""

import pytest

from bot.policy.risk import data


@pytest.mark.parametrize("kind", ["aws_db_instance", "aws_s3_bucket", "aws_sqs_queue", "aws_kms_key", "aws_fsx_ontap_volume", "google_sql_database_instance", "google_storage_bucket", "google_compute_disk", "azurerm_storage_account", "azurerm_mssql_server", "azurerm_resource_group", "azurerm_cosmosdb_sql_database", "kubernetes_stateful_set_v1", "kubernetes_secret", "helm_release", "digitalocean_database_cluster", "ovh_cloud_project_database"])  # fmt: skip
def test_what_keeps_data(kind: str) -> None:
    """Databases, volumes, buckets, queues, keys, secrets and clusters, in every cloud."""
    assert data.keeps(kind)


@pytest.mark.parametrize("kind", ["aws_instance", "aws_lb", "aws_iam_role", "aws_s3_bucket_policy", "google_compute_network", "kubernetes_deployment", "null_resource", ""])  # fmt: skip
def test_what_keeps_none(kind: str) -> None:
    """Everything else may be made again."""
    assert not data.keeps(kind)
    assert data.keeps(kind, (kind or "?", "*"))
