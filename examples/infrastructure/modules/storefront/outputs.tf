output "version" {
  description = "Version that is served."
  value       = terraform_data.release.output
}

output "green_version" {
  description = "Version that the second stack serves."
  value       = one(terraform_data.green[*].output)
}
