output "id" {
  description = "Id of the queue of orders."
  value       = terraform_data.orders.id
}
