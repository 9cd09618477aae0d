"""Asking a server and paying once: the protocol, the ledger, the responses that travel with DVC."""
