"""Every attribute of a database that matters, in each cloud's words, is noticed when it changes."""

from typing import Any

import pytest

from bot.domain.plan import Finding, Verb
from bot.policy.risk.databases import attributes, exposures
from bot.policy.risk.noticing import notice
from bot.policy.risk.seen import Seen

F = Finding
_RDS, _CACHE, _SHIFT = "aws_db_instance", "aws_elasticache_replication_group", "aws_redshift_cluster"
_GOOGLE, _POSTGRES, _MSSQL = (
    "google_sql_database_instance",
    "azurerm_postgresql_flexible_server",
    "azurerm_mssql_database",
)


def at(path: str, value: object) -> dict[str, Any]:
    """Write *value* at *path*, with every block in a list, as Terraform does."""
    name, _, rest = path.partition(".")
    return {name: [at(rest, value)] if rest else value}


@pytest.mark.parametrize(
    ("kind", "path", "before", "after", "found"),
    [
        (_RDS, "instance_class", "db.t3.small", "db.r5.large", F.MACHINE),
        ("aws_rds_cluster", "db_cluster_instance_class", "a", "b", F.MACHINE),
        ("aws_rds_cluster", "serverlessv2_scaling_configuration.min_capacity", 1, 2, F.MACHINE),
        ("aws_rds_cluster", "serverlessv2_scaling_configuration.max_capacity", 8, 4, F.MACHINE),
        (_RDS, "engine", "mysql", "mariadb", F.ENGINE),
        (_RDS, "engine_version", "13.1", "14.2", F.ENGINE),
        (_RDS, "allow_major_version_upgrade", False, True, F.ENGINE),
        (_RDS, "parameter_group_name", "a", "b", F.PARAMETERS),
        (_RDS, "option_group_name", "a", "b", F.PARAMETERS),
        ("aws_rds_cluster", "db_cluster_parameter_group_name", "a", "b", F.PARAMETERS),
        ("aws_rds_cluster", "db_instance_parameter_group_name", "a", "b", F.PARAMETERS),
        ("aws_neptune_cluster", "neptune_cluster_parameter_group_name", "a", "b", F.PARAMETERS),
        ("aws_neptune_cluster_instance", "neptune_parameter_group_name", "a", "b", F.PARAMETERS),
        (_RDS, "allocated_storage", 40, 20, F.STORAGE_DOWN),
        (_RDS, "max_allocated_storage", 40, 20, F.STORAGE_DOWN),
        (_RDS, "iops", 3000, 1000, F.STORAGE_DOWN),
        (_RDS, "allocated_storage", 20, 40, F.STORAGE_UP),
        (_RDS, "max_allocated_storage", 20, 40, F.STORAGE_UP),
        (_RDS, "iops", 1000, 3000, F.STORAGE_UP),
        (_RDS, "storage_type", "gp2", "gp3", F.STORAGE_UP),
        (_RDS, "storage_encrypted", False, True, F.ENCRYPTION),
        (_RDS, "kms_key_id", "a", "b", F.ENCRYPTION),
        ("aws_neptune_cluster", "kms_key_arn", "a", "b", F.ENCRYPTION),
        (_RDS, "multi_az", False, True, F.STANDBY_ON),
        (_RDS, "multi_az", True, False, F.STANDBY_OFF),
        (_RDS, "password", "a", "b", F.CREDENTIALS),
        (_RDS, "password_wo_version", 1, 2, F.CREDENTIALS),
        ("aws_rds_cluster", "master_password", "a", "b", F.CREDENTIALS),
        ("aws_rds_cluster", "master_password_wo_version", 1, 2, F.CREDENTIALS),
        ("aws_rds_cluster", "manage_master_user_password", None, True, F.CREDENTIALS),
        (_CACHE, "node_type", "a", "b", F.MACHINE),
        (_CACHE, "engine", "redis", "valkey", F.ENGINE),
        (_CACHE, "engine_version", "6", "7", F.ENGINE),
        (_CACHE, "parameter_group_name", "a", "b", F.PARAMETERS),
        (_CACHE, "at_rest_encryption_enabled", False, True, F.ENCRYPTION),
        (_CACHE, "kms_key_id", "a", "b", F.ENCRYPTION),
        (_CACHE, "multi_az_enabled", False, True, F.STANDBY_ON),
        (_CACHE, "automatic_failover_enabled", False, True, F.STANDBY_ON),
        (_CACHE, "multi_az_enabled", True, False, F.STANDBY_OFF),
        (_CACHE, "automatic_failover_enabled", True, False, F.STANDBY_OFF),
        (_CACHE, "auth_token", "a", "b", F.CREDENTIALS),
        (_SHIFT, "node_type", "a", "b", F.MACHINE),
        (_SHIFT, "number_of_nodes", 2, 4, F.MACHINE),
        (_SHIFT, "cluster_type", "single-node", "multi-node", F.MACHINE),
        (_SHIFT, "cluster_version", "1.0", "1.1", F.ENGINE),
        (_SHIFT, "cluster_parameter_group_name", "a", "b", F.PARAMETERS),
        (_SHIFT, "encrypted", False, True, F.ENCRYPTION),
        (_SHIFT, "kms_key_id", "a", "b", F.ENCRYPTION),
        (_SHIFT, "multi_az", False, True, F.STANDBY_ON),
        (_SHIFT, "multi_az", True, False, F.STANDBY_OFF),
        (_SHIFT, "master_password", "a", "b", F.CREDENTIALS),
        (_GOOGLE, "settings.tier", "a", "b", F.MACHINE),
        (_GOOGLE, "database_version", "POSTGRES_13", "POSTGRES_14", F.ENGINE),
        (_GOOGLE, "settings.database_flags.name", "a", "b", F.PARAMETERS),
        (_GOOGLE, "settings.database_flags.value", "on", "off", F.PARAMETERS),
        (_GOOGLE, "settings.disk_size", 20, 10, F.STORAGE_DOWN),
        (_GOOGLE, "settings.disk_size", 10, 20, F.STORAGE_UP),
        (_GOOGLE, "settings.disk_type", "PD_HDD", "PD_SSD", F.STORAGE_UP),
        (_GOOGLE, "encryption_key_name", "a", "b", F.ENCRYPTION),
        (_GOOGLE, "settings.availability_type", "ZONAL", "REGIONAL", F.STANDBY_ON),
        (_GOOGLE, "settings.availability_type", "REGIONAL", "ZONAL", F.STANDBY_OFF),
        (_GOOGLE, "root_password", "a", "b", F.CREDENTIALS),
        (_GOOGLE, "root_password_wo_version", 1, 2, F.CREDENTIALS),
        (_POSTGRES, "sku_name", "a", "b", F.MACHINE),
        (_POSTGRES, "version", "13", "14", F.ENGINE),
        (_POSTGRES, "storage_mb", 65536, 32768, F.STORAGE_DOWN),
        (_POSTGRES, "storage_mb", 32768, 65536, F.STORAGE_UP),
        ("azurerm_mysql_flexible_server", "storage.size_gb", 40, 20, F.STORAGE_DOWN),
        ("azurerm_mysql_flexible_server", "storage.size_gb", 20, 40, F.STORAGE_UP),
        (_MSSQL, "max_size_gb", 50, 10, F.STORAGE_DOWN),
        (_MSSQL, "max_size_gb", 10, 50, F.STORAGE_UP),
        ("azurerm_mssql_managed_instance", "storage_size_in_gb", 64, 32, F.STORAGE_DOWN),
        ("azurerm_mssql_managed_instance", "storage_size_in_gb", 32, 64, F.STORAGE_UP),
        (_POSTGRES, "customer_managed_key.key_vault_key_id", "a", "b", F.ENCRYPTION),
        (_MSSQL, "transparent_data_encryption_enabled", True, False, F.ENCRYPTION),
        (_POSTGRES, "high_availability.mode", "", "ZoneRedundant", F.STANDBY_ON),
        (_POSTGRES, "high_availability.mode", "", "SameZone", F.STANDBY_ON),
        (_MSSQL, "zone_redundant", False, True, F.STANDBY_ON),
        (_POSTGRES, "high_availability.mode", "SameZone", "", F.STANDBY_OFF),
        (_MSSQL, "zone_redundant", True, False, F.STANDBY_OFF),
        (_POSTGRES, "administrator_password", "a", "b", F.CREDENTIALS),
        (_POSTGRES, "administrator_password_wo_version", 1, 2, F.CREDENTIALS),
        ("azurerm_mssql_server", "administrator_login_password", "a", "b", F.CREDENTIALS),
        ("azurerm_mssql_server", "administrator_login_password_wo_version", 1, 2, F.CREDENTIALS),
        ("aws_db_parameter_group", "parameter.name", "a", "b", F.PARAMETERS),
        ("aws_db_parameter_group", "parameter.value", "1", "2", F.PARAMETERS),
        ("aws_db_parameter_group", "parameter.apply_method", "immediate", "pending-reboot", F.PARAMETERS),
        ("aws_db_option_group", "option.option_name", "a", "b", F.PARAMETERS),
        ("aws_db_option_group", "option.version", "1", "2", F.PARAMETERS),
        ("aws_db_option_group", "option.option_settings.value", "1", "2", F.PARAMETERS),
        ("azurerm_postgresql_flexible_server_configuration", "value", "on", "off", F.PARAMETERS),
    ],
    ids=lambda value: value.value if isinstance(value, Finding) else str(value),
)  # fmt: skip
def test_what_changes_in_a_database(
    kind: str, path: str, before: object, after: object, found: Finding
) -> None:
    """One attribute, one finding."""
    assert notice(Seen(kind, Verb.UPDATE, at(path, before), at(path, after))) == (found,)


@pytest.mark.parametrize("kind", [_RDS, _CACHE, _SHIFT])
def test_what_waits_for_no_maintenance_window(kind: str) -> None:
    """It is told beside what happens at once, and is nothing by itself."""
    at_once = {"apply_immediately": True}
    assert notice(Seen(kind, Verb.UPDATE, {"kms_key_id": "a"}, {"kms_key_id": "b", **at_once})) == (
        F.ENCRYPTION,
        F.AT_ONCE,
    )
    assert notice(Seen(kind, Verb.UPDATE, {"tags": 1}, {"tags": 2, **at_once})) == ()


@pytest.mark.parametrize("kind", [_RDS, "aws_rds_cluster_instance", _SHIFT, "aws_dms_replication_instance", "aws_mq_broker"])  # fmt: skip
def test_what_the_internet_can_reach(kind: str) -> None:
    """A database that anybody could reach is news, whoever makes it."""
    assert notice(Seen(kind, Verb.CREATE, {}, {"publicly_accessible": True})) == (F.EXPOSED,)
    assert notice(Seen(kind, Verb.UPDATE, {"publicly_accessible": True}, {"publicly_accessible": True})) == ()


@pytest.mark.parametrize("kind", ["aws_instance", "google_storage_bucket", "azurerm_storage_account", ""])
def test_what_is_no_database(kind: str) -> None:
    """Nothing of it is looked at here."""
    assert (attributes(kind), exposures(kind)) == ({}, ())
