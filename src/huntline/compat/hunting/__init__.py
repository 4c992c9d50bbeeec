"""Advanced hunting of Defender for Endpoint and of Defender XDR: a query in, stats, schema and rows out."""
