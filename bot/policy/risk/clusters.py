"""What may be changed in clusters, searches, brokers and other caches; `databases` has the databases themselves."""

from collections.abc import Mapping

from bot.domain.plan import Finding
from bot.policy.risk.seen import Row, changed, down, gained, lost, off, on, row, up

_SEARCH_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (
        row("cluster_config.instance_type", changed),
        row("cluster_config.instance_count", changed),
    ),
    Finding.ENGINE: (row("engine_version", changed), row("elasticsearch_version", changed)),
    Finding.STORAGE_DOWN: (row("ebs_options.volume_size", down),),
    Finding.STORAGE_UP: (row("ebs_options.volume_size", up),),
    Finding.STANDBY_ON: (row("cluster_config.zone_awareness_enabled", on),),
    Finding.STANDBY_OFF: (row("cluster_config.zone_awareness_enabled", off),),
}
_KAFKA_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (
        row("broker_node_group_info.instance_type", changed),
        row("number_of_broker_nodes", changed),
    ),
    Finding.ENGINE: (row("kafka_version", changed),),
}
_BROKER_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("host_instance_type", changed),),
    Finding.ENGINE: (row("engine_version", changed),),
}
_MEMORYSTORE_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("memory_size_gb", changed),),
    Finding.ENGINE: (row("redis_version", changed),),
    Finding.STANDBY_ON: (row("tier", gained("STANDARD_HA")),),
    Finding.STANDBY_OFF: (row("tier", lost("STANDARD_HA")),),
}
_AZURE_CACHE_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("capacity", changed), row("family", changed), row("sku_name", changed)),
    Finding.ENGINE: (row("redis_version", changed),),
}
_ALLOYDB_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("machine_config.cpu_count", changed),),
    Finding.ENGINE: (row("database_version", changed),),
    Finding.STANDBY_ON: (row("availability_type", gained("REGIONAL")),),
    Finding.STANDBY_OFF: (row("availability_type", lost("REGIONAL")),),
}
#: A cluster that was brought to a newer version cannot be brought back.
_KUBERNETES_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.ENGINE: (
        row("version", changed),
        row("min_master_version", changed),
        row("kubernetes_version", changed),
    ),
}
TABLES: tuple[tuple[tuple[str, ...], Mapping[Finding, tuple[Row, ...]]], ...] = (
    (("aws_opensearch_domain", "aws_elasticsearch_domain"), _SEARCH_ROWS),
    (("aws_msk_cluster",), _KAFKA_ROWS),
    (("aws_mq_broker",), _BROKER_ROWS),
    (("google_redis_instance",), _MEMORYSTORE_ROWS),
    (("azurerm_redis_cache",), _AZURE_CACHE_ROWS),
    (("google_alloydb_cluster", "google_alloydb_instance"), _ALLOYDB_ROWS),
    (("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster"), _KUBERNETES_ROWS),
)
