output "migrations" {
  description = "Id of each migration that was run, by name."
  value       = { for name, migration in terraform_data.migration : name => migration.id }
}
