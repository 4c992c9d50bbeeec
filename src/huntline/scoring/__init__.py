"""How good the compiler is: published queries and documented examples, compiled, run and compared, on one table or on shards."""
