"""The identity platform's contract: token endpoints v1 and v2, discovery documents, keys. Tokens themselves are issued by `identity`."""
