"""A quick start: half of it is spent on what this server never needs."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from pydantic import BaseModel


@contextmanager
def quick_start() -> Generator[None]:
    """Around the import of the SDK and the building of the server.

    Shapes that are defined meanwhile are built when they are first used, as most of the SDK's
    never are. Nothing that is loaded is garbage, so nobody looks for any, then or later. The SDK
    loads rich to set up logging, which is set up by then, wherever it finds it.
    """
    gc.disable()
    BaseModel.model_config["defer_build"] = True
    modules = cast("dict[str, object]", sys.modules)
    rich = modules.setdefault("rich.console", None)
    try:
        yield
    finally:
        if not rich:
            del modules["rich.console"]
        del BaseModel.model_config["defer_build"]
        gc.freeze()
        gc.enable()
