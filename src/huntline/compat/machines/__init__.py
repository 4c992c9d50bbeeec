"""Machines of Defender for Endpoint: the devices that telemetry named."""
