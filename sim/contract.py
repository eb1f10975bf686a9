"""Stub."""
def available(): return False
def load(): return None
