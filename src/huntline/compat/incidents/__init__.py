"""Incidents of Defender XDR: each with its alerts, their devices and entities."""
