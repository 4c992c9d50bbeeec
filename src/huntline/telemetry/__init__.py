"""Telemetry: the hunting tables, the engine that holds them, the doors by which rows come in, and the devices seen."""
