"""Types of objects that keep others from being lost: without one, the next mistake is for good."""

from functools import lru_cache

from bot.policy.risk.patterns import matches

_GUARDIANS = (
    "aws_backup_plan",
    "aws_backup_selection",
    "aws_backup_vault_lock_configuration",
    "aws_dlm_lifecycle_policy",
    "aws_efs_backup_policy",
    "aws_efs_replication_configuration",
    "aws_redshift_snapshot_copy",
    "aws_redshift_snapshot_schedule_association",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_versioning",
    "azurerm_*_backup_policy",
    "azurerm_backup_policy_*",
    "azurerm_data_protection_backup_policy_*",
    "azurerm_data_protection_resource_guard",
    "azurerm_management_lock",
    "azurerm_netapp_snapshot_policy",
    "google_bigtable_gc_policy",
    "google_compute_*disk_resource_policy_attachment",
    "google_firestore_backup_schedule",
    "google_netapp_backup_policy",
    "google_resource_manager_lien",
    "google_spanner_backup_schedule",
)


@lru_cache(maxsize=4096)
def guards(kind: str) -> bool:
    """Whether an object of type *kind* keeps others from being lost."""
    return matches(kind, _GUARDIANS)
