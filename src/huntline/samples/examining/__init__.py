"""Look at a sample without opening it as what it is: in a process of its own, which has limits, no secrets, and reads bytes only."""
