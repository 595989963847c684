"""How quick and how small the server is, against what people would otherwise use.

uv run --group bench python -m benchmarks [OPENAPI_DOCUMENT] [--rounds N] [--json]
"""
