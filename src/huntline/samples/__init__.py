"""Malware samples in quarantine: taken in parts, sealed at rest, examined without being opened, handed out only in an encrypted archive.

A sample belongs to a tenant and to a case that a package above knows. Enter through `samples.services`, `samples.queries` and
`samples.serving`; who may see a case is for the caller to decide.
"""
