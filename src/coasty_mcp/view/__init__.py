"""The live view: what its page asks of the server, whichever way the page is reached."""
