"""Ids in the paths of requests."""

import re

from ..errors import InvalidRequest
from ..untrusted import quoted

SEGMENT = re.compile(r"[A-Za-z0-9_:-][A-Za-z0-9_.:-]{0,199}")


def segment(name: str) -> str:
    """Return an id or another name as a part of a path, which it cannot turn into another path.

    Raises:
        InvalidRequest: it holds a slash, a space or another character that no id has.
    """
    if not SEGMENT.fullmatch(name):
        raise InvalidRequest(f"{quoted(name, 80)} is no id: ids are letters, digits, - and _.")
    return name
