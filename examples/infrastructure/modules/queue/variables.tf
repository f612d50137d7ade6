variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "visibility_seconds" {
  description = "How long a worker may hold an order before another one gets it."
  type        = number
}

variable "dead_letter_days" {
  description = "How long orders are kept that no worker could handle."
  type        = number
}
