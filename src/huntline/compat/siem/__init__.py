"""The SIEM pull interface of Defender for Endpoint: detections one by one, as a bare array."""
