"""Types of objects that keep data."""

import pytest

from bot.policy.risk import data


@pytest.mark.parametrize("kind", ["aws_db_instance", "aws_s3_bucket", "aws_sqs_queue", "aws_kms_key", "aws_fsx_ontap_volume", "google_sql_database_instance", "google_storage_bucket", "google_compute_disk", "azurerm_storage_account", "azurerm_mssql_server", "azurerm_resource_group", "azurerm_cosmosdb_sql_database", "kubernetes_stateful_set_v1", "kubernetes_secret", "helm_release", "digitalocean_database_cluster", "ovh_cloud_project_database", "aws_db_cluster_snapshot", "aws_dynamodb_table_item", "aws_fsx_backup", "aws_route53_zone", "aws_codecommit_repository", "aws_dax_cluster", "aws_glacier_vault", "aws_sns_topic", "google_cloud_tasks_queue", "google_filestore_backup", "google_healthcare_fhir_store", "google_managed_kafka_topic", "google_secret_manager_secret_version", "google_dns_managed_zone", "azurerm_data_protection_backup_vault", "azurerm_elastic_san_volume", "azurerm_search_service", "azurerm_servicebus_topic", "azurerm_hdinsight_kafka_cluster", "azurerm_key_vault_managed_hardware_security_module", "azurerm_private_dns_zone", "azurerm_subscription", "azurerm_cosmosdb_account", "digitalocean_kubernetes_cluster", "docker_volume", "hcloud_volume", "linode_volume", "oci_core_boot_volume_backup", "vault_generic_secret"])  # fmt: skip
def test_what_keeps_data(kind: str) -> None:
    """Databases, volumes, buckets, queues, keys, secrets and clusters, in every cloud."""
    assert data.keeps(kind)


@pytest.mark.parametrize("kind", ["aws_instance", "aws_lb", "aws_iam_role", "aws_s3_bucket_policy", "google_compute_network", "kubernetes_deployment", "null_resource", "google_compute_backend_bucket", "azurerm_cosmosdb_sql_role_assignment", "azurerm_data_protection_backup_policy_kubernetes_cluster", "google_dataproc_metastore_service_iam_member", ""])  # fmt: skip
def test_what_keeps_none(kind: str) -> None:
    """Everything else may be made again."""
    assert not data.keeps(kind)
    assert data.keeps(kind, (kind or "?", "*"))
