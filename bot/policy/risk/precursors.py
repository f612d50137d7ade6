"""What stands between an object and its loss, whatever the object is; taking it away comes before a loss."""

from collections.abc import Mapping

from bot.domain.plan import Finding
from bot.policy.risk.seen import Row, none_left, off, on, row, zero

PRECURSORS: Mapping[Finding, tuple[Row, ...]] = {
    Finding.UNPROTECTED: (
        row("deletion_protection", off),
        row("deletion_protection_enabled", off),
        row("settings.deletion_protection_enabled", off),
        row("enable_deletion_protection", off),
        row("delete_protection", off),
        row("table_deletion_protection", off),
        row("termination_protection", off),
        row("disable_api_termination", off),
        row("prevent_destroy", off),
        row("deletion_policy", off),
        row("purge_protection_enabled", off),
        row("object_lock_enabled", off),
        row("enable_drop_protection", off),
        row("delete_protection_state", off),
    ),
    Finding.FORCED: (
        row("force_destroy", on),
        row("force_delete", on),
        row("delete_contents_on_destroy", on),
    ),
    Finding.UNSAVED: (
        row("skip_final_snapshot", on),
        row("delete_automated_backups", on),
    ),
    Finding.NO_BACKUPS: (
        row("backup_retention_period", zero),
        row("backup_retention", zero),
        row("backup_retention_days", zero),
        row("automatic_backup_retention_days", zero),
        row("automated_snapshot_retention_period", zero),
        row("snapshot_retention_limit", zero),
        row("recovery_window_in_days", none_left),
        row("point_in_time_recovery.enabled", off),
        row("point_in_time_recovery_enabled", off),
        row("settings.backup_configuration.enabled", off),
        row("settings.backup_configuration.point_in_time_recovery_enabled", off),
        row("settings.backup_configuration.binary_log_enabled", off),
        row("versioning.enabled", off),
        row("versioning_configuration.status", off),
        row("blob_properties.versioning_enabled", off),
        row("backup_policy.status", off),
        row("automated_backup_policy.enabled", off),
        row("continuous_backup_config.enabled", off),
        row("point_in_time_recovery_enablement", off),
        row("soft_delete_policy.retention_duration_seconds", zero),
        row("retention_policy.retention_period", zero),
        row("blob_properties.delete_retention_policy.days", zero),
        row("blob_properties.container_delete_retention_policy.days", zero),
        row("share_properties.retention_policy.days", zero),
    ),
    Finding.KEY_OFF: (row("is_enabled", off),),
}
