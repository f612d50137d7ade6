variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "cidr" {
  description = "Addresses of the whole network."
  type        = string
}

variable "zones" {
  description = "Each zone with the number of its subnet, which must never change."
  type        = map(number)
}

variable "workers" {
  description = "How many workers handle orders."
  type        = number

  validation {
    condition     = var.workers >= 1
    error_message = "Without workers no order is ever handled."
  }
}

variable "visibility_seconds" {
  description = "How long a worker may hold an order before another one gets it."
  type        = number
}

variable "dead_letter_days" {
  description = "How long orders are kept that no worker could handle."
  type        = number
}

variable "release_document" {
  description = "File from which the running storefront learns what it serves."
  type        = string
}

variable "green_document" {
  description = "The same of the second stack, where there is one; then this one is of the first, the blue one."
  type        = string
  default     = null
}

variable "url" {
  description = "Where the storefront answers."
  type        = string
}

variable "control_url" {
  description = "Where traffic is steered between the two stacks, where there are two."
  type        = string
  default     = null
}
