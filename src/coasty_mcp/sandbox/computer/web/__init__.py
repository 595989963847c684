"""The browser, and the small web that it shows."""
