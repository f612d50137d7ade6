"""Types of objects that keep others from being lost."""

import pytest

from bot.policy.risk import guardians


@pytest.mark.parametrize(
    ("kind", "guards"),
    [
        pytest.param("aws_backup_plan", True, id="a plan for backups"),
        pytest.param("aws_s3_bucket_versioning", True, id="earlier versions"),
        pytest.param("azurerm_management_lock", True, id="a lock"),
        pytest.param("azurerm_backup_policy_vm", True, id="a pattern at the end"),
        pytest.param(
            "google_compute_region_disk_resource_policy_attachment", True, id="a pattern in the middle"
        ),
        pytest.param("aws_backup_vault", False, id="where backups are kept"),
        pytest.param("aws_s3_bucket_acl", False, id="another side of a bucket"),
        pytest.param("", False, id="no type"),
    ],
)
def test_what_keeps_others_from_being_lost(kind: str, guards: bool) -> None:
    """Plans for backups, versions and locks."""
    assert guardians.guards(kind) is guards
