"""The workbench of the addon: `python3 -m dev run`, `python3 -m dev test`.

Only the standard library is used here, and nothing of the addon imports this package.
"""
