"""A workflow to save, and its slug."""

import re
from typing import Any, cast

from pydantic import model_validator

from ...api.wire import workflows as wire


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63] or "workflow"


class NewWorkflow(wire.CreateWorkflow):
    """A workflow to save. Without a slug it gets one that is made of its name."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, body: Any) -> Any:
        if not isinstance(body, dict) or "slug" in body:
            return cast("Any", body)
        fields = cast("dict[str, Any]", body)
        return {**fields, "slug": slug(str(fields.get("name", "")))}
