"""Stub."""


def is_page(path):
    return path == "/"


def serve(sim, method, path, body):
    return 200, {"Content-Type": "text/plain"}, b"soon"
