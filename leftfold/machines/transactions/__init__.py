"""Transactions: who holds a transactional id, what is open."""
