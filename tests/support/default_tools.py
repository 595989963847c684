"""How many tools a server offers unless it is told otherwise."""

NUMBER_OF_DEFAULT_TOOLS = 24
"""The only place where it stands: the documentation of the product names them."""
