"""Foreign contracts over our own facades: the Defender APIs that existing clients call, by the clients' own rules.

Every folder is one contract. `urls` names the addresses, `errors` the bodies of everything that is refused.
"""
