"""Teachers and judges: one protocol, the ledger that pays once, and the backends."""
