"""Tests of access rights and of accounts' identity: who may do what, whose account it
is.
"""
