"""The demo: three invented customers, a week of their telemetry, one intrusion to be found, and hunts that find it."""
