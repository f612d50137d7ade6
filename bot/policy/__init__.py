"""The law: pure functions from facts to rulings, without hands and without a clock."""
