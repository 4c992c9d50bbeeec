"""Bodies of ingest requests, read into columns: unpacking within bounds, NDJSON rows, the Defender envelope."""
