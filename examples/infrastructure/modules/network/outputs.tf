output "subnets" {
  description = "Ids of the subnets, by zone."
  value       = { for zone, subnet in terraform_data.subnet : zone => subnet.id }
}
