"""Halves the start-up time, by not doing what this server never needs."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from pydantic import BaseModel


@contextmanager
def quick_start() -> Generator[None]:
    """Make the import of the SDK and the building of the server inside this block quick.

    Pydantic models defined in it are built when they are first used, as most of the SDK's never
    are. The garbage collector rests, and never looks at what was loaded. The import of rich, with
    which the SDK would set up logging, fails: logging is set up already.
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
