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
    "aws_*_resource_policy", "aws_acmpca_permission", "aws_acmpca_policy", "aws_ami_launch_permission",
    "aws_api_gateway_authorizer", "aws_api_gateway_rest_api_policy", "aws_apigatewayv2_authorizer",
    "aws_backup_vault_policy", "aws_cloudsearch_domain_service_access_policy",
    "aws_cloudwatch_event_bus_policy", "aws_cloudwatch_event_permission",
    "aws_cloudwatch_log_*destination_policy", "aws_codeartifact_*_permissions_policy",
    "aws_cognito_identity_pool_roles_attachment", "aws_cognito_user_group", "aws_cognito_user_in_group",
    "aws_connect_security_profile", "aws_db_instance_role_association", "aws_ebs_snapshot_block_public_access",
    "aws_ec2_image_block_public_access", "aws_ecr_registry_policy", "aws_ecr_repository_policy",
    "aws_ecrpublic_repository_policy", "aws_efs_file_system_policy", "aws_eks_access_*",
    "aws_elasticache_user*", "aws_elasticsearch_domain_policy", "aws_glacier_vault_lock",
    "aws_grafana_role_association", "aws_iam_*", "aws_identitystore_*", "aws_iot_authorizer", "aws_iot_policy*",
    "aws_iot_role_alias", "aws_kms_grant", "aws_kms_key_policy", "aws_lakeformation_*permissions",
    "aws_lambda_function_url", "aws_lambda_layer_version_permission", "aws_lambda_permission",
    "aws_media_store_container_policy", "aws_memorydb_acl", "aws_memorydb_user", "aws_msk_cluster_policy",
    "aws_network_interface_permission", "aws_oam_sink_policy", "aws_opensearch_domain_policy",
    "aws_opensearchserverless_access_policy", "aws_opensearchserverless_security_policy",
    "aws_organizations_policy*", "aws_quicksight_*permission*", "aws_quicksight_iam_policy_assignment",
    "aws_ram_principal_association", "aws_ram_resource_association", "aws_ram_resource_share",
    "aws_rds_cluster_role_association", "aws_redshift_cluster_iam_roles",
    "aws_redshift_data_share_authorization", "aws_redshift_endpoint_authorization", "aws_rolesanywhere_*",
    "aws_s3_access_point_policy", "aws_s3_bucket_acl",
    "aws_s3_bucket_policy", "aws_s3control_*_policy",
    "aws_s3control_access_grant*", "aws_s3tables_*_policy", "aws_s3vectors_vector_bucket_policy",
    "aws_sagemaker_model_package_group_policy", "aws_schemas_registry_policy",
    "aws_secretsmanager_secret_policy", "aws_ses_identity_policy", "aws_sesv2_email_identity_policy",
    "aws_signer_signing_profile_permission", "aws_snapshot_create_volume_permission", "aws_sns_topic_policy",
    "aws_sqs_queue_policy", "aws_ssoadmin_*", "aws_transfer_access", "aws_transfer_user",
    "aws_verifiedpermissions_policy*", "aws_vpc_endpoint_policy", "aws_vpc_endpoint_service_allowed_principal",
    "aws_vpclattice_auth_policy", "azuread_*", "azurerm_*_active_directory_administrator",
    "azurerm_*_authorization_rule", "azurerm_*_policy_assignment", "azurerm_*_policy_exemption",
    "azurerm_*_principal_assignment", "azurerm_*_role_assignment", "azurerm_container_registry_scope_map",
    "azurerm_container_registry_token*", "azurerm_cosmosdb_*role*", "azurerm_federated_identity_credential",
    "azurerm_iothub*_shared_access_policy", "azurerm_key_vault_access_policy",
    "azurerm_key_vault_managed_hardware_security_module_role_definition",
    "azurerm_kubernetes_cluster_trusted_access_role_binding", "azurerm_lighthouse_*",
    "azurerm_managed_disk_sas_token", "azurerm_policy_definition", "azurerm_policy_set_definition",
    "azurerm_redis_cache_access_policy*", "azurerm_role_assignment", "azurerm_role_definition",
    "azurerm_role_management_policy", "azurerm_storage_account_local_user",
    "azurerm_synapse_workspace_*aad_admin", "azurerm_user_assigned_identity", "google_*_access_control",
    "google_*_iam_audit_config", "google_*_iam_custom_role", "google_*_iam_member",
    "google_*_iam_member_remove", "google_bigquery_datapolicy_data_policy", "google_bigquery_dataset_access",
    "google_bigquery_row_access_policy", "google_binary_authorization_policy",
    "google_cloud_identity_group_membership", "google_firebaserules_*", "google_folder_organization_policy",
    "google_gke_hub_scope_rbac_role_binding", "google_iam_*", "google_managed_kafka_acl", "google_org_policy_*",
    "google_organization_policy", "google_os_login_ssh_public_key",
    "google_privileged_access_manager_entitlement", "google_project_organization_policy",
    "google_service_account", "google_service_account_key", "google_storage_*_acl", "google_storage_hmac_key",
    "kubernetes_cluster_role*", "kubernetes_pod_security_policy*", "kubernetes_role*",
    "kubernetes_service_account*",
)  # fmt: skip


@lru_cache(maxsize=4096)
def sets_all(kind: str) -> bool:
    """Whether an object of type *kind* takes away every right that it does not name."""
    return matches(kind, _AUTHORITATIVE) and not matches(kind, _NOT_AUTHORITATIVE)


@lru_cache(maxsize=4096)
def grants(kind: str) -> bool:
    """Whether an object of type *kind* says who may do what."""
    return matches(kind, _IDENTITY) or sets_all(kind)
