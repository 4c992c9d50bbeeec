"""The alert list of Defender for Endpoint (OData): a view of the same alerts that the portal shows."""
