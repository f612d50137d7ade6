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
