variable "environment" {
  description = "Name of the environment, part of every name."
  type        = string
}

variable "subnets" {
  description = "Ids of the subnets it may be reached from, by zone."
  type        = map(string)
}
