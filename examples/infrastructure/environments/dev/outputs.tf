output "url" {
  description = "Where the storefront answers."
  value       = var.url
}

output "version" {
  description = "Version of the storefront that is served; of two stacks, by the blue one."
  value       = module.storefront.version
}

output "green_version" {
  description = "Version that the green stack serves, where there is one."
  value       = module.storefront.green_version
}

output "control_url" {
  description = "Where traffic is steered between the two stacks, where there are two."
  value       = var.control_url
}
