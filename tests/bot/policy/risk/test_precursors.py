"""Whatever stands between an object and its loss is noticed when it is taken away, and only then."""

import pytest

from bot.domain.plan import Finding, Verb
from bot.policy.risk.noticing import notice
from bot.policy.risk.seen import Seen
from tests.bot.policy.risk.test_databases import at

F = Finding


@pytest.mark.parametrize(
    ("path", "before", "after", "found"),
    [
        ("deletion_protection", True, False, F.UNPROTECTED),
        ("deletion_protection_enabled", True, False, F.UNPROTECTED),
        ("settings.deletion_protection_enabled", True, False, F.UNPROTECTED),
        ("enable_deletion_protection", True, False, F.UNPROTECTED),
        ("delete_protection", True, False, F.UNPROTECTED),
        ("table_deletion_protection", True, False, F.UNPROTECTED),
        ("termination_protection", True, False, F.UNPROTECTED),
        ("disable_api_termination", True, False, F.UNPROTECTED),
        ("prevent_destroy", True, False, F.UNPROTECTED),
        ("deletion_policy", "PREVENT", "DELETE", F.UNPROTECTED),
        ("purge_protection_enabled", True, False, F.UNPROTECTED),
        ("object_lock_enabled", True, False, F.UNPROTECTED),
        ("deletion_protection", "PROTECTED", "UNPROTECTED", F.UNPROTECTED),
        ("enable_drop_protection", True, False, F.UNPROTECTED),
        ("delete_protection_state", "DELETE_PROTECTION_ENABLED", "DELETE_PROTECTION_DISABLED", F.UNPROTECTED),
        ("automated_backup_policy.enabled", True, False, F.NO_BACKUPS),
        ("continuous_backup_config.enabled", True, False, F.NO_BACKUPS),
        ("point_in_time_recovery_enablement", "POINT_IN_TIME_RECOVERY_ENABLED", "POINT_IN_TIME_RECOVERY_DISABLED", F.NO_BACKUPS),
        ("soft_delete_policy.retention_duration_seconds", 604800, 0, F.NO_BACKUPS),
        ("retention_policy.retention_period", 3600, None, F.NO_BACKUPS),
        ("blob_properties.delete_retention_policy.days", 7, None, F.NO_BACKUPS),
        ("blob_properties.container_delete_retention_policy.days", 7, None, F.NO_BACKUPS),
        ("share_properties.retention_policy.days", 7, None, F.NO_BACKUPS),
        ("force_destroy", False, True, F.FORCED),
        ("force_delete", False, True, F.FORCED),
        ("delete_contents_on_destroy", False, True, F.FORCED),
        ("skip_final_snapshot", False, True, F.UNSAVED),
        ("delete_automated_backups", False, True, F.UNSAVED),
        ("backup_retention_period", 7, 0, F.NO_BACKUPS),
        ("backup_retention", 7, 0, F.NO_BACKUPS),
        ("backup_retention_days", 7, 0, F.NO_BACKUPS),
        ("automatic_backup_retention_days", 7, 0, F.NO_BACKUPS),
        ("automated_snapshot_retention_period", 7, 0, F.NO_BACKUPS),
        ("snapshot_retention_limit", 7, 0, F.NO_BACKUPS),
        ("recovery_window_in_days", 30, 0, F.NO_BACKUPS),
        ("point_in_time_recovery.enabled", True, False, F.NO_BACKUPS),
        ("point_in_time_recovery_enabled", True, False, F.NO_BACKUPS),
        ("settings.backup_configuration.enabled", True, False, F.NO_BACKUPS),
        ("settings.backup_configuration.point_in_time_recovery_enabled", True, False, F.NO_BACKUPS),
        ("settings.backup_configuration.binary_log_enabled", True, False, F.NO_BACKUPS),
        ("versioning.enabled", True, False, F.NO_BACKUPS),
        ("versioning_configuration.status", "Enabled", "Suspended", F.NO_BACKUPS),
        ("blob_properties.versioning_enabled", True, False, F.NO_BACKUPS),
        ("backup_policy.status", "ENABLED", "DISABLED", F.NO_BACKUPS),
        ("is_enabled", True, False, F.KEY_OFF),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_taken_away(path: str, before: object, after: object, found: Finding) -> None:
    """Of whatever type the object is; to put it back is no reason."""
    assert notice(Seen("acme_thing", Verb.UPDATE, at(path, before), at(path, after))) == (found,)
    assert notice(Seen("acme_thing", Verb.UPDATE, at(path, after), at(path, before))) == ()


@pytest.mark.parametrize("verb", [Verb.DELETE, Verb.UNKNOWN])
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("force_destroy", F.FORCED),
        ("force_delete", F.FORCED),
        ("delete_contents_on_destroy", F.FORCED),
        ("skip_final_snapshot", F.UNSAVED),
        ("delete_automated_backups", F.UNSAVED),
    ],
)
def test_what_is_left_of_an_object_that_goes(verb: Verb, name: str, found: Finding) -> None:
    """What stood in its values before it goes decides whether anything of it stays."""
    assert notice(Seen("acme_thing", verb, {name: True}, {name: True})) == (found,)
    assert notice(Seen("acme_thing", verb, {name: False}, {name: False})) == ()
