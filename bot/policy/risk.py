"""How serious a plan is: rules over its changes, each with a code, a class and a sentence."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from bot.domain.plan import Change, ChangeClass, Plan, Verb
from bot.domain.risk import Risk, RiskCode, RiskReason

#: Types of objects that keep data, of whatever provider; `*` stands for any part of a name.
STATEFUL: tuple[str, ...] = (
    "aws_backup_vault",
    "aws_cloudwatch_log_group",
    "aws_cognito_user_pool",
    "aws_db_instance",
    "aws_docdb_cluster*",
    "aws_dynamodb_table",
    "aws_dynamodb_global_table",
    "aws_ebs_volume",
    "aws_ecr_repository",
    "aws_efs_file_system",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticsearch_domain",
    "aws_fsx_*_file_system",
    "aws_kinesis_stream",
    "aws_kms_key",
    "aws_memorydb_cluster",
    "aws_mq_broker",
    "aws_msk_cluster",
    "aws_neptune_cluster*",
    "aws_opensearch_domain",
    "aws_rds_cluster*",
    "aws_rds_global_cluster",
    "aws_redshift_cluster",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_sqs_queue",
    "azurerm_*sql*_database",
    "azurerm_*sql*_server",
    "azurerm_container_registry",
    "azurerm_cosmosdb_*",
    "azurerm_key_vault",
    "azurerm_key_vault_key",
    "azurerm_managed_disk",
    "azurerm_redis_cache",
    "azurerm_storage_account",
    "azurerm_storage_container",
    "azurerm_storage_share",
    "google_alloydb_cluster",
    "google_bigquery_dataset",
    "google_bigquery_table",
    "google_bigtable_*",
    "google_compute_disk",
    "google_filestore_instance",
    "google_firestore_database",
    "google_kms_crypto_key",
    "google_redis_*",
    "google_secret_manager_secret",
    "google_spanner_*",
    "google_sql_database*",
    "google_storage_bucket",
    "kubernetes_namespace*",
    "kubernetes_persistent_volume*",
    "kubernetes_stateful_set*",
)

#: The most serious last.
_ORDER = tuple(ChangeClass)


class _Rule(NamedTuple):
    code: RiskCode
    change_class: ChangeClass
    applies: Callable[[Change], bool]
    #: `{at}` is the object's address.
    text: str


#: Of these only the first that applies to a change is told; all the rest are told beside it.
_ENDS: tuple[_Rule, ...] = (
    _Rule(
        RiskCode.DEPOSED,
        ChangeClass.HIGH_RISK,
        lambda change: change.deposed is not None and change.verb is not Verb.NO_OP,
        "what a failed replacement of {at} left behind would be destroyed",
    ),
    _Rule(
        RiskCode.STATEFUL_DELETE,
        ChangeClass.HIGH_RISK,
        lambda change: change.verb is Verb.DELETE and keeps_data(change),
        "{at} keeps data and would be destroyed",
    ),
    _Rule(
        RiskCode.STATEFUL_REPLACE,
        ChangeClass.HIGH_RISK,
        lambda change: change.verb is Verb.REPLACE and keeps_data(change),
        "{at} keeps data and would be replaced by an empty one",
    ),
    _Rule(
        RiskCode.DELETE,
        ChangeClass.HIGH_RISK,
        lambda change: change.verb is Verb.DELETE,
        "{at} would be destroyed",
    ),
    _Rule(
        RiskCode.FORGET,
        ChangeClass.HIGH_RISK,
        lambda change: change.verb is Verb.FORGET,
        "{at} would be left in the world with nothing looking after it",
    ),
    _Rule(
        RiskCode.UNKNOWN_ACTION,
        ChangeClass.HIGH_RISK,
        lambda change: change.verb is Verb.UNKNOWN,
        "what the plan would do to {at} is not known to this version",
    ),
    _Rule(
        RiskCode.REPLACE,
        ChangeClass.SIGNIFICANT,
        lambda change: change.verb is Verb.REPLACE,
        "{at} would be replaced",
    ),
)
_BESIDE: tuple[_Rule, ...] = (
    _Rule(
        RiskCode.IMPORT_UNKNOWN,
        ChangeClass.HIGH_RISK,
        lambda change: change.importing == "(unknown)",
        "which object {at} would take over is not known yet",
    ),
    _Rule(
        RiskCode.MOVE,
        ChangeClass.SIGNIFICANT,
        lambda change: change.previous_address is not None,
        "{at} would be known under a new address",
    ),
)


def judge(plan: Plan) -> Risk:
    """Compute the class of *plan*: the highest that any part of it asks for."""
    found = sorted(_reasons(plan), key=lambda reason: -_ORDER.index(reason.change_class))
    highest = found[0].change_class if found else ChangeClass.STANDARD
    return Risk(change_class=highest, reasons=tuple(found))


def keeps_data(change: Change) -> bool:
    """Whether the object is of a type that is known to keep data."""
    return any(fnmatchcase(change.type, pattern) for pattern in STATEFUL)


def _reasons(plan: Plan) -> Iterator[RiskReason]:
    if plan.complete is False or plan.deferred:
        yield RiskReason(
            code=RiskCode.INCOMPLETE,
            address="",
            text="the plan leaves out a part of the configuration",
            change_class=ChangeClass.HIGH_RISK,
        )
    for change in plan.changes:
        ending = next((rule for rule in _ENDS if rule.applies(change)), None)
        beside = (rule for rule in _BESIDE if rule.applies(change))
        for rule in (*((ending,) if ending else ()), *beside):
            yield RiskReason(
                code=rule.code,
                address=change.address,
                text=rule.text.format(at=change.address),
                change_class=rule.change_class,
            )
