"""What is noticed in clusters, searches, brokers and caches that are no databases."""

import pytest

from bot.domain.plan import Finding, Verb
from bot.policy.risk.noticing import notice
from bot.policy.risk.seen import Seen
from tests.bot.policy.risk.test_databases import at

F = Finding
_SEARCH = "aws_opensearch_domain"


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "found"),
    [
        (_SEARCH, "cluster_config.instance_type", "a", "b", F.MACHINE),
        (_SEARCH, "cluster_config.instance_count", 3, 5, F.MACHINE),
        (_SEARCH, "engine_version", "OpenSearch_1.3", "OpenSearch_2.11", F.ENGINE),
        ("aws_elasticsearch_domain", "elasticsearch_version", "6.8", "7.10", F.ENGINE),
        (_SEARCH, "ebs_options.volume_size", 100, 50, F.STORAGE_DOWN),
        (_SEARCH, "ebs_options.volume_size", 50, 100, F.STORAGE_UP),
        (_SEARCH, "cluster_config.zone_awareness_enabled", False, True, F.STANDBY_ON),
        (_SEARCH, "cluster_config.zone_awareness_enabled", True, False, F.STANDBY_OFF),
        ("aws_msk_cluster", "broker_node_group_info.instance_type", "a", "b", F.MACHINE),
        ("aws_msk_cluster", "number_of_broker_nodes", 3, 6, F.MACHINE),
        ("aws_msk_cluster", "kafka_version", "2.8.1", "3.6.0", F.ENGINE),
        ("aws_mq_broker", "host_instance_type", "a", "b", F.MACHINE),
        ("aws_mq_broker", "engine_version", "5.17", "5.18", F.ENGINE),
        ("google_redis_instance", "memory_size_gb", 1, 5, F.MACHINE),
        ("google_redis_instance", "redis_version", "REDIS_6_X", "REDIS_7_0", F.ENGINE),
        ("google_redis_instance", "tier", "BASIC", "STANDARD_HA", F.STANDBY_ON),
        ("google_redis_instance", "tier", "STANDARD_HA", "BASIC", F.STANDBY_OFF),
        ("azurerm_redis_cache", "capacity", 1, 2, F.MACHINE),
        ("azurerm_redis_cache", "family", "C", "P", F.MACHINE),
        ("azurerm_redis_cache", "sku_name", "Standard", "Premium", F.MACHINE),
        ("azurerm_redis_cache", "redis_version", "4", "6", F.ENGINE),
        ("google_alloydb_instance", "machine_config.cpu_count", 2, 4, F.MACHINE),
        ("google_alloydb_cluster", "database_version", "POSTGRES_14", "POSTGRES_15", F.ENGINE),
        ("google_alloydb_instance", "availability_type", "ZONAL", "REGIONAL", F.STANDBY_ON),
        ("google_alloydb_instance", "availability_type", "REGIONAL", "ZONAL", F.STANDBY_OFF),
        ("aws_eks_cluster", "version", "1.29", "1.30", F.ENGINE),
        ("google_container_cluster", "min_master_version", "1.29", "1.30", F.ENGINE),
        ("azurerm_kubernetes_cluster", "kubernetes_version", "1.29", "1.30", F.ENGINE),
    ],
    ids=str,
)
def test_what_is_noticed(kind: str, path: str, before: object, after: object, found: Finding) -> None:
    """Only where it changes, and only in an object of that type."""
    assert notice(Seen(kind, Verb.UPDATE, at(path, before), at(path, after))) == (found,)
    assert notice(Seen(kind, Verb.UPDATE, at(path, before), at(path, before))) == ()
    assert notice(Seen("acme_thing", Verb.UPDATE, at(path, before), at(path, after))) == ()
