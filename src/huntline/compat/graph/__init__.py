"""The security part of Microsoft Graph: alerts_v2, incidents, hunting."""
