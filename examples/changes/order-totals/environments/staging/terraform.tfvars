cidr               = "10.20.0.0/16"
zones              = { a = 0, b = 1, c = 2 }
workers            = 3
visibility_seconds = 60
dead_letter_days   = 4
