cidr               = "10.20.0.0/16"
zones              = { a = 0, b = 1 }
workers            = 3
visibility_seconds = 30
dead_letter_days   = 4
