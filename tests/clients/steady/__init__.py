"""Clients that go on while their broker comes and goes."""

from tests.clients.steady.client import STEADY, Steady

__all__ = ["STEADY", "Steady"]
