"""Measurements that are no tests: run `python -m benchmarks.soak` or `.screenshots`."""
