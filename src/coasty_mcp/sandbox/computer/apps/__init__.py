"""The programs with a window of their own, apart from the browser."""
