output "url" {
  description = "Where the storefront answers."
  value       = var.url
}

output "version" {
  description = "Version of the storefront that is served."
  value       = module.storefront.version
}
