"""What may be changed in a database, and what that is called; the values themselves are not looked at again."""

from collections.abc import Mapping
from functools import lru_cache

from bot.domain.plan import Finding
from bot.policy.risk import clusters
from bot.policy.risk.patterns import matches
from bot.policy.risk.seen import Row, asked, changed, down, gained, lost, off, on, row, up

_RDS = (
    "aws_db_instance",
    "aws_docdb_cluster*",
    "aws_neptune_cluster",
    "aws_neptune_cluster_instance",
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_rds_global_cluster",
)
_RDS_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (
        row("instance_class", changed),
        row("db_cluster_instance_class", changed),
        row("serverlessv2_scaling_configuration.min_capacity", changed),
        row("serverlessv2_scaling_configuration.max_capacity", changed),
    ),
    Finding.ENGINE: (
        row("engine", changed),
        row("engine_version", changed),
        row("allow_major_version_upgrade", on),
    ),
    Finding.PARAMETERS: (
        row("parameter_group_name", changed),
        row("option_group_name", changed),
        row("db_cluster_parameter_group_name", changed),
        row("db_instance_parameter_group_name", changed),
        row("neptune_cluster_parameter_group_name", changed),
        row("neptune_parameter_group_name", changed),
    ),
    Finding.STORAGE_DOWN: (
        row("allocated_storage", down),
        row("max_allocated_storage", down),
        row("iops", down),
    ),
    Finding.STORAGE_UP: (
        row("allocated_storage", up),
        row("max_allocated_storage", up),
        row("iops", up),
        row("storage_type", changed),
    ),
    Finding.ENCRYPTION: (
        row("storage_encrypted", changed),
        row("kms_key_id", changed),
        row("kms_key_arn", changed),
    ),
    Finding.STANDBY_ON: (row("multi_az", on),),
    Finding.STANDBY_OFF: (row("multi_az", off),),
    Finding.CREDENTIALS: (
        row("password", changed),
        row("password_wo_version", changed),
        row("master_password", changed),
        row("master_password_wo_version", changed),
        row("manage_master_user_password", changed),
    ),
    Finding.AT_ONCE: (row("apply_immediately", asked),),
}
_CACHES = ("aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_memorydb_cluster")
_CACHE_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("node_type", changed),),
    Finding.ENGINE: (row("engine", changed), row("engine_version", changed)),
    Finding.PARAMETERS: (row("parameter_group_name", changed),),
    Finding.ENCRYPTION: (row("at_rest_encryption_enabled", changed), row("kms_key_id", changed)),
    Finding.STANDBY_ON: (row("multi_az_enabled", on), row("automatic_failover_enabled", on)),
    Finding.STANDBY_OFF: (row("multi_az_enabled", off), row("automatic_failover_enabled", off)),
    Finding.CREDENTIALS: (row("auth_token", changed),),
    Finding.AT_ONCE: _RDS_ROWS[Finding.AT_ONCE],
}
_REDSHIFT_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (
        row("node_type", changed),
        row("number_of_nodes", changed),
        row("cluster_type", changed),
    ),
    Finding.ENGINE: (row("cluster_version", changed),),
    Finding.PARAMETERS: (row("cluster_parameter_group_name", changed),),
    Finding.ENCRYPTION: (row("encrypted", changed), row("kms_key_id", changed)),
    Finding.STANDBY_ON: (row("multi_az", on),),
    Finding.STANDBY_OFF: (row("multi_az", off),),
    Finding.CREDENTIALS: _RDS_ROWS[Finding.CREDENTIALS],
    Finding.AT_ONCE: _RDS_ROWS[Finding.AT_ONCE],
}
_CLOUD_SQL_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("settings.tier", changed),),
    Finding.ENGINE: (row("database_version", changed),),
    Finding.PARAMETERS: (
        row("settings.database_flags.name", changed),
        row("settings.database_flags.value", changed),
    ),
    Finding.STORAGE_DOWN: (row("settings.disk_size", down),),
    Finding.STORAGE_UP: (row("settings.disk_size", up), row("settings.disk_type", changed)),
    Finding.ENCRYPTION: (row("encryption_key_name", changed),),
    Finding.STANDBY_ON: (row("settings.availability_type", gained("REGIONAL")),),
    Finding.STANDBY_OFF: (row("settings.availability_type", lost("REGIONAL")),),
    Finding.CREDENTIALS: (row("root_password", changed), row("root_password_wo_version", changed)),
}
_STANDBYS = ("ZoneRedundant", "SameZone")
_AZURE = (
    "azurerm_*sql*_server",
    "azurerm_*sql_database",
    "azurerm_mssql_managed_instance",
    "azurerm_mariadb_server",
)
_AZURE_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.MACHINE: (row("sku_name", changed),),
    Finding.ENGINE: (row("version", changed),),
    Finding.STORAGE_DOWN: (
        row("storage_mb", down),
        row("storage.size_gb", down),
        row("max_size_gb", down),
        row("storage_size_in_gb", down),
    ),
    Finding.STORAGE_UP: (
        row("storage_mb", up),
        row("storage.size_gb", up),
        row("max_size_gb", up),
        row("storage_size_in_gb", up),
    ),
    Finding.ENCRYPTION: (
        row("customer_managed_key.key_vault_key_id", changed),
        row("transparent_data_encryption_enabled", off),
    ),
    Finding.STANDBY_ON: (
        row("high_availability.mode", gained(*_STANDBYS)),
        row("zone_redundant", on),
    ),
    Finding.STANDBY_OFF: (
        row("high_availability.mode", lost(*_STANDBYS)),
        row("zone_redundant", off),
    ),
    Finding.CREDENTIALS: (
        row("administrator_password", changed),
        row("administrator_password_wo_version", changed),
        row("administrator_login_password", changed),
        row("administrator_login_password_wo_version", changed),
    ),
}
_PARAMETER_ROWS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.PARAMETERS: (
        row("parameter.name", changed),
        row("parameter.value", changed),
        row("parameter.apply_method", changed),
        row("option.option_name", changed),
        row("option.version", changed),
        row("option.option_settings.value", changed),
        row("value", changed),
    )
}
_TABLES: tuple[tuple[tuple[str, ...], Mapping[Finding, tuple[Row, ...]]], ...] = (
    (_RDS, _RDS_ROWS),
    (_CACHES, _CACHE_ROWS),
    (("aws_redshift_cluster",), _REDSHIFT_ROWS),
    (("google_sql_database_instance",), _CLOUD_SQL_ROWS),
    (_AZURE, _AZURE_ROWS),
    (
        (
            "aws_*_parameter_group",
            "aws_db_option_group",
            "azurerm_mysql_*configuration",
            "azurerm_postgresql_*configuration",
        ),
        _PARAMETER_ROWS,
    ),
    *clusters.TABLES,
)
#: A database that the internet can reach is news at its creation, too.
_EXPOSED: tuple[tuple[tuple[str, ...], tuple[Row, ...]], ...] = (
    (
        (*_RDS, "aws_redshift_cluster", "aws_dms_replication_instance", "aws_mq_broker"),
        (row("publicly_accessible", on),),
    ),
)


@lru_cache(maxsize=4096)
def attributes(kind: str) -> Mapping[Finding, tuple[Row, ...]]:
    """Give what is looked at in a change of an object of type *kind*."""
    for patterns, rows in _TABLES:
        if matches(kind, patterns):
            return rows
    return {}


@lru_cache(maxsize=4096)
def exposures(kind: str) -> tuple[Row, ...]:
    """Give what makes a database of type *kind* reachable from the internet."""
    return next((rows for patterns, rows in _EXPOSED if matches(kind, patterns)), ())
