"""Measurements that are no tests: `python -m benchmarks.soak`, `python -m benchmarks.screenshots`."""
