"""Measurements that are no tests: `python -m benchmarks`, `.growth`, `.soak`, `.screenshots`."""
