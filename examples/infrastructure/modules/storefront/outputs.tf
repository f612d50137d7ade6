output "version" {
  description = "Version that is served."
  value       = terraform_data.release.output
}
