from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.plan import Finding, Verb
from bot.policy.risk.noticing import notice, watches
from bot.policy.risk.seen import Seen

F = Finding
_UPDATE = Verb.UPDATE


def noticed(kind: str, verb: Verb, before: Mapping[str, Any], after: Mapping[str, Any], unknown: Any = False) -> set[Finding]:  # fmt: skip
    """Look at one object, and check that the law had said what it would look at."""
    seen = Seen(kind, verb, before, after, unknown)
    names = watches(kind, verb)
    narrow = seen._replace(
        before={name: value for name, value in before.items() if name in names},
        after={name: value for name, value in after.items() if name in names},
    )
    assert notice(narrow) == notice(seen)
    return set(notice(seen))


@pytest.mark.parametrize(
    ("kind", "before", "after", "found"),
    [
        pytest.param("aws_db_instance", {"instance_class": "db.t3.small"}, {"instance_class": "db.r5.large"}, {F.MACHINE}, id="instance class"),
        pytest.param("aws_db_instance", {"engine_version": "13.1"}, {"engine_version": "14.2"}, {F.ENGINE}, id="engine version"),
        pytest.param("aws_db_instance", {"allow_major_version_upgrade": None}, {"allow_major_version_upgrade": True}, {F.ENGINE}, id="major upgrades allowed"),
        pytest.param("aws_rds_cluster", {"db_cluster_parameter_group_name": "a"}, {"db_cluster_parameter_group_name": "b"}, {F.PARAMETERS}, id="cluster parameters"),
        pytest.param("aws_db_parameter_group", {"parameter": [{"name": "a", "value": "1"}]}, {"parameter": [{"name": "a", "value": "2"}]}, {F.PARAMETERS}, id="parameter"),
        pytest.param("aws_db_instance", {"allocated_storage": 20}, {"allocated_storage": 40}, {F.STORAGE_UP}, id="storage up"),
        pytest.param("aws_db_instance", {"allocated_storage": 40}, {"allocated_storage": 20}, {F.STORAGE_DOWN}, id="storage down"),
        pytest.param("aws_db_instance", {"storage_encrypted": False}, {"storage_encrypted": True}, {F.ENCRYPTION}, id="encryption on"),
        pytest.param("aws_db_instance", {"kms_key_id": "a"}, {"kms_key_id": "b"}, {F.ENCRYPTION}, id="another key"),
        pytest.param("aws_db_instance", {"multi_az": False}, {"multi_az": True}, {F.STANDBY_ON}, id="standby on"),
        pytest.param("aws_db_instance", {"multi_az": True}, {"multi_az": False}, {F.STANDBY_OFF}, id="standby off"),
        pytest.param("aws_db_instance", {"password": "a"}, {"password": "b"}, {F.CREDENTIALS}, id="password"),
        pytest.param("aws_db_instance", {"publicly_accessible": False}, {"publicly_accessible": True}, {F.EXPOSED}, id="exposed"),
        pytest.param("aws_db_instance", {"publicly_accessible": True}, {"publicly_accessible": False}, set(), id="no longer exposed"),
        pytest.param("aws_db_instance", {"multi_az": True}, {"multi_az": False, "apply_immediately": True}, {F.STANDBY_OFF, F.AT_ONCE}, id="at once"),
        pytest.param("aws_db_instance", {"publicly_accessible": None}, {"publicly_accessible": False}, set(), id="still not exposed"),
        pytest.param("aws_db_instance", {"tags": {}}, {"tags": {"a": "b"}}, set(), id="tags"),
        pytest.param("aws_db_instance", {"kms_key_id": None}, {}, set(), id="null is absent"),
        pytest.param("google_sql_database_instance", {"settings": [{"tier": "a"}]}, {"settings": [{"tier": "b"}]}, {F.MACHINE}, id="tier"),
        pytest.param("google_sql_database_instance", {"settings": [{"availability_type": "REGIONAL"}]}, {"settings": [{"availability_type": "ZONAL"}]}, {F.STANDBY_OFF}, id="zonal"),
        pytest.param("google_sql_database_instance", {"settings": [{"availability_type": "ZONAL"}]}, {"settings": [{"availability_type": "REGIONAL"}]}, {F.STANDBY_ON}, id="regional"),
        pytest.param("google_sql_database_instance", {"settings": [{"backup_configuration": [{"enabled": True}]}]}, {"settings": [{"backup_configuration": [{"enabled": False}]}]}, {F.NO_BACKUPS}, id="backups off"),
        pytest.param("azurerm_postgresql_flexible_server", {"high_availability": [{"mode": "ZoneRedundant"}]}, {"high_availability": []}, {F.STANDBY_OFF}, id="no high availability"),
        pytest.param("azurerm_mssql_database", {"max_size_gb": 50}, {"max_size_gb": 10}, {F.STORAGE_DOWN}, id="smaller"),
        pytest.param("aws_elasticache_cluster", {"node_type": "a"}, {"node_type": "b"}, {F.MACHINE}, id="cache"),
        pytest.param("aws_redshift_cluster", {"encrypted": False}, {"encrypted": True}, {F.ENCRYPTION}, id="warehouse"),
        pytest.param("aws_rds_cluster", {"deletion_protection": True}, {"deletion_protection": False}, {F.UNPROTECTED}, id="protection off"),
        pytest.param("aws_rds_cluster", {"deletion_protection": True}, {"deletion_protection": None}, {F.UNPROTECTED}, id="protection gone"),
        pytest.param("aws_rds_cluster", {"deletion_protection": False}, {"deletion_protection": True}, set(), id="protection on"),
        pytest.param("aws_cognito_user_pool", {"deletion_protection": "ACTIVE"}, {"deletion_protection": "INACTIVE"}, {F.UNPROTECTED}, id="in a word"),
        pytest.param("acme_thing", {"deletion_protection": True}, {"deletion_protection": False}, {F.UNPROTECTED}, id="of whatever type"),
        pytest.param("aws_db_instance", {"skip_final_snapshot": False}, {"skip_final_snapshot": True}, {F.UNSAVED}, id="no last snapshot"),
        pytest.param("aws_s3_bucket", {"force_destroy": False}, {"force_destroy": True}, {F.FORCED}, id="force_destroy"),
        pytest.param("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 0}, {F.NO_BACKUPS}, id="no backups"),
        pytest.param("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": 1}, set(), id="fewer backups"),
        pytest.param("aws_db_instance", {"backup_retention_period": 0}, {"backup_retention_period": 0}, set(), id="never had any"),
        pytest.param("aws_secretsmanager_secret", {"recovery_window_in_days": 30}, {"recovery_window_in_days": 0}, {F.NO_BACKUPS}, id="no recovery"),
        pytest.param("aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Enabled"}]}, {"versioning_configuration": [{"status": "Suspended"}]}, {F.NO_BACKUPS}, id="versions off"),
        pytest.param("aws_kms_key", {"is_enabled": True}, {"is_enabled": False}, {F.KEY_OFF}, id="key off"),
        pytest.param("aws_db_instance", {"iops": "many", "allocated_storage": True}, {"iops": {}, "allocated_storage": []}, set(), id="no numbers"),
    ],
)  # fmt: skip
def test_an_update(kind: str, before: dict[str, Any], after: dict[str, Any], found: set[Finding]) -> None:
    """Each attribute that matters has its finding."""
    assert noticed(kind, _UPDATE, before, after) == found


@pytest.mark.parametrize(
    ("kind", "before", "unknown", "found"),
    [
        pytest.param("aws_db_instance", {"storage_encrypted": True}, {"storage_encrypted": True}, {F.ENCRYPTION}, id="encryption"),
        pytest.param("aws_db_instance", {"publicly_accessible": False}, {"publicly_accessible": True}, {F.EXPOSED}, id="exposure"),
        pytest.param("aws_db_instance", {"deletion_protection": True}, {"deletion_protection": True}, {F.UNPROTECTED}, id="protection"),
        pytest.param("aws_db_instance", {"multi_az": True}, {"multi_az": True}, {F.STANDBY_OFF}, id="standby"),
        pytest.param("aws_db_instance", {"allocated_storage": 9}, {"allocated_storage": True}, {F.STORAGE_DOWN}, id="storage"),
        pytest.param("aws_db_instance", {"backup_retention_period": 7}, {"backup_retention_period": True}, {F.NO_BACKUPS}, id="backups"),
        pytest.param("aws_db_instance", {}, {"endpoint": True}, set(), id="what does not matter"),
        pytest.param("google_sql_database_instance", {"settings": [{"tier": "a"}]}, {"settings": [{"tier": True}]}, {F.MACHINE}, id="inside a list"),
        pytest.param("google_sql_database_instance", {"settings": [{"availability_type": "REGIONAL"}]}, {"settings": [{"availability_type": True}]}, {F.STANDBY_OFF}, id="zone"),
        pytest.param("aws_security_group", {"ingress": []}, {"ingress": [{"cidr_blocks": [True]}]}, {F.MAY_OPEN}, id="an address"),
        pytest.param("aws_security_group", {"ingress": []}, {"ingress": True}, {F.MAY_OPEN}, id="all rules"),
        pytest.param("aws_security_group", {"ingress": []}, True, {F.MAY_OPEN}, id="the whole object"),
        pytest.param("aws_security_group", {"ingress": []}, {"ingress": [{"security_groups": [True]}]}, set(), id="another group"),
    ],
)  # fmt: skip
def test_what_is_not_known_yet_may_be_the_worst(kind: str, before: dict[str, Any], unknown: Any, found: set[Finding]) -> None:  # fmt: skip
    """Known after apply is not harmless."""
    after = {} if unknown is True else {name: value for name, value in before.items() if name not in unknown}
    seen = noticed(kind, _UPDATE, before, after, unknown)
    assert seen >= found if unknown is True else seen == found


_OPEN = {"cidr_blocks": ["0.0.0.0/0"], "protocol": "tcp", "from_port": 443, "to_port": 443}


@pytest.mark.parametrize(
    ("verb", "before", "after", "unknown", "found"),
    [
        pytest.param(Verb.CREATE, {}, {"publicly_accessible": True}, False, {F.EXPOSED}, id="created in public"),
        pytest.param(Verb.CREATE, {}, {"skip_final_snapshot": True, "multi_az": False}, False, set(), id="created without a snapshot"),
        pytest.param(Verb.CREATE, {}, {}, {"publicly_accessible": True, "kms_key_id": True}, set(), id="left to the provider"),
        pytest.param(Verb.DELETE, {"skip_final_snapshot": True, "deletion_protection": True}, {}, False, {F.UNSAVED}, id="deleted without a snapshot"),
        pytest.param(Verb.DELETE, {"skip_final_snapshot": False}, {}, False, set(), id="deleted with a snapshot"),
        pytest.param(Verb.REPLACE, {"kms_key_id": "a", "force_destroy": True}, {}, {"kms_key_id": True}, {F.FORCED}, id="replaced, the key by the provider"),
        pytest.param(Verb.REPLACE, {"storage_encrypted": False}, {"storage_encrypted": True}, False, {F.ENCRYPTION}, id="replaced by an encrypted one"),
        pytest.param(Verb.DELETE, {"skip_final_snapshot": "no", "force_destroy": "no"}, {}, False, set(), id="deleted with a snapshot, in words"),
        pytest.param(Verb.UNKNOWN, {"multi_az": True}, {"multi_az": False}, False, {F.STANDBY_OFF}, id="nobody knows what happens"),
        pytest.param(Verb.CREATE, {}, {"publicly_accessible": True, "apply_immediately": True}, False, {F.EXPOSED}, id="created, for which nothing waits"),
        pytest.param(Verb.READ, {"publicly_accessible": False}, {"publicly_accessible": True}, False, set(), id="read in public"),
        pytest.param(Verb.NO_OP, {"multi_az": True}, {"multi_az": False}, False, set(), id="nothing happens"),
        pytest.param(Verb.READ, {"multi_az": True}, {"multi_az": False}, False, set(), id="read"),
    ],
)  # fmt: skip
def test_other_verbs(verb: Verb, before: dict[str, Any], after: dict[str, Any], unknown: Any, found: set[Finding]) -> None:  # fmt: skip
    """A new object is looked at for who can reach it, one that goes for what is left of it."""
    assert noticed("aws_db_instance", verb, before, after, unknown) == found


def test_a_group_that_is_made_or_replaced() -> None:
    """Rules that are left to the provider are no doors; open ones are, also in a fresh group."""
    assert noticed("aws_security_group", Verb.CREATE, {}, {}, {"ingress": True}) == set()
    assert noticed("aws_security_group", Verb.CREATE, {}, {"ingress": [_OPEN]}) == {F.OPENED}
    assert noticed("aws_security_group", Verb.REPLACE, {"ingress": [_OPEN]}, {"ingress": [_OPEN]}) == set()


@pytest.mark.parametrize(
    ("verb", "found"),
    [
        (Verb.UPDATE, {F.OPENED}),
        (Verb.FORGET, {F.OPENED}),
        (Verb.UNKNOWN, {F.OPENED}),
        (Verb.READ, set()),
        (Verb.NO_OP, set()),
        (Verb.DELETE, set()),
    ],
)
def test_verbs_that_open(verb: Verb, found: set[Finding]) -> None:
    """Whatever may leave a group behind is looked at; what ends or only reads it is not."""
    assert noticed("aws_security_group", verb, {"ingress": []}, {"ingress": [_OPEN]}) == found


def test_what_nobody_knows_may_open() -> None:
    """An action that is not known may leave the old group with other rules."""
    assert noticed("aws_security_group", Verb.UNKNOWN, {"ingress": []}, {}, {"ingress": True}) == {F.MAY_OPEN}


@pytest.mark.parametrize(
    ("verb", "names"),
    [
        pytest.param(Verb.READ, set(), id="read"),
        pytest.param(Verb.NO_OP, set(), id="nothing happens"),
        pytest.param(Verb.CREATE, {"publicly_accessible"}, id="made"),
        pytest.param(
            Verb.DELETE,
            {"force_destroy", "force_delete", "delete_contents_on_destroy", "skip_final_snapshot", "delete_automated_backups"},
            id="ended",
        ),
    ],
)  # fmt: skip
def test_what_is_watched(verb: Verb, names: set[str]) -> None:
    """No value is read that does not matter: any of them may be a secret."""
    assert watches("aws_db_instance", verb) == names


def test_a_rule_for_tags_that_are_not_known_yet() -> None:
    """It names somebody, so that it does not mean everybody."""
    after = {"direction": "INGRESS", "allow": [{"protocol": "tcp"}]}
    assert noticed("google_compute_firewall", Verb.CREATE, {}, after, {"source_ranges": True}) == {F.OPENED}
    assert noticed("google_compute_firewall", Verb.CREATE, {}, after, {"source_tags": [True]}) == set()
