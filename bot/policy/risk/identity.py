"""Types of objects that say who may do what."""

from functools import lru_cache

from bot.policy.risk.patterns import matches

#: These set everything that is allowed, and take away what they do not name.
_AUTHORITATIVE = (
    "*_iam_binding",
    "*_iam_policy",
    "aws_iam_*_exclusive",
    "aws_iam_policy_attachment",
)
#: A policy to be given to somebody, which takes nothing away.
_NOT_AUTHORITATIVE = ("aws_iam_policy",)

_IDENTITY = (
    "aws_*_resource_policy",
    "aws_backup_vault_policy",
    "aws_codeartifact_*_permissions_policy",
    "aws_ecr_registry_policy",
    "aws_ecr_repository_policy",
    "aws_efs_file_system_policy",
    "aws_eks_access_*",
    "aws_elasticsearch_domain_policy",
    "aws_glacier_vault_lock",
    "aws_iam_*",
    "aws_identitystore_*",
    "aws_iot_policy*",
    "aws_kms_grant",
    "aws_kms_key_policy",
    "aws_lakeformation_*permissions",
    "aws_lambda_permission",
    "aws_media_store_container_policy",
    "aws_msk_cluster_policy",
    "aws_opensearch_domain_policy",
    "aws_opensearchserverless_access_policy",
    "aws_organizations_policy*",
    "aws_ram_principal_association",
    "aws_ram_resource_association",
    "aws_rolesanywhere_*",
    "aws_s3_access_point_policy",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_account_public_access_block",
    "aws_s3control_*_policy",
    "aws_secretsmanager_secret_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
    "aws_ssoadmin_*",
    "aws_vpc_endpoint_policy",
    "azuread_*",
    "azurerm_federated_identity_credential",
    "azurerm_key_vault_access_policy",
    "azurerm_*_role_assignment",
    "azurerm_role_assignment",
    "azurerm_role_definition",
    "azurerm_user_assigned_identity",
    "google_*_access_control",
    "google_*_iam_member",
    "google_*_iam_audit_config",
    "google_*_iam_custom_role",
    "google_iam_*",
    "google_organization_policy",
    "google_project_organization_policy",
    "google_service_account",
    "google_service_account_key",
    "google_storage_*_acl",
    "kubernetes_cluster_role*",
    "kubernetes_role*",
    "kubernetes_service_account*",
)


@lru_cache(maxsize=4096)
def sets_all(kind: str) -> bool:
    """Whether an object of type *kind* takes away every right that it does not name."""
    return matches(kind, _AUTHORITATIVE) and not matches(kind, _NOT_AUTHORITATIVE)


@lru_cache(maxsize=4096)
def grants(kind: str) -> bool:
    """Whether an object of type *kind* says who may do what."""
    return matches(kind, _IDENTITY) or sets_all(kind)
