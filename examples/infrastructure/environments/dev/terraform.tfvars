cidr               = "10.10.0.0/16"
zones              = { a = 0 }
workers            = 1
visibility_seconds = 30
dead_letter_days   = 4
