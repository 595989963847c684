"""Base classes of all requests and replies, and the parameters that several share."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from ..rules import EXAMPLE, WORDS


def in_words(pattern: str, example: JsonValue) -> dict[str, JsonValue]:
    """Return schema extras for the sentence that refuses a value: the rule, and what keeps it."""
    return {WORDS: pattern, EXAMPLE: example}


def id_from(tool: str, longest: int = 64, words: str = "") -> Any:
    """Return the field of an id: the pattern of all ids, and the tool that lists them, in words."""
    return Field(
        pattern=rf"^[A-Za-z0-9_\-]{{1,{longest}}}$",
        max_length=longest,
        description=words or f"From {tool}.",
        json_schema_extra=in_words(f"an id of letters, digits, _ and -, from {tool}", "abc_123"),
    )


Limit = Annotated[int, Field(ge=1, le=200, description="How many to return.")]
IdempotencyKey = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_\-:]{1,128}$",
        max_length=128,
        json_schema_extra=in_words("up to 128 letters, digits, _, - and :", "order-42"),
        description="Makes repeats safe.",
    ),
]
MaxCredits = Annotated[int, Field(description="Most it may cost.")]
Metadata = Annotated[dict[str, str], Field(description="Labels, all text.")]


class Request(BaseModel):
    """A JSON body to send; unknown fields are refused.

    Validators are built when they are first used, as most are not in a session.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    not_null: ClassVar[frozenset[str]] = frozenset()
    """Fields that JSON may leave out, but not set to null."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_nulls(cls, body: Any, info: ValidationInfo) -> Any:
        if info.mode == "json" and isinstance(body, dict):
            fields = cast("dict[str, Any]", body)
            nulls = [name for name in cls.not_null if fields.get(name, ...) is None]
            if nulls:
                raise ValueError(f"{', '.join(sorted(nulls))} must not be null")
        return body  # pyright: ignore[reportUnknownVariableType]


class Record(BaseModel):
    """An object in a reply; unknown fields are kept."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    def fill(self, **known: Any) -> None:
        """Set the fields that the reply left out to what the request says of them, if anything."""
        for name, value in known.items():
            missing = name not in self.model_fields_set or getattr(self, name) in (None, "")
            if missing and value is not None:
                setattr(self, name, value)


GUESS_HEADER = "X-Sandbox-Guess"


@dataclass(frozen=True)
class Receipt:
    """What the headers of an API reply say."""

    request_id: str | None = None
    """Identifies the reply to Coasty's support."""
    key_kind: str | None = None
    """test, live or legacy."""
    charged: int | None = None
    """Credits taken for this call; 1 credit is 1 US cent."""
    remaining: int | None = None
    """Credits left in the wallet."""
    replayed: bool = False
    """Whether it is an earlier reply to the same idempotency key, not charged again."""
    guessed: bool = False
    """Whether the sandbox made it up, because it does not know the picture."""


class Reply(Record):
    """The reply to one request. Required is only what no caller can do without."""

    request_id: str | None = None
    _receipt: Receipt = PrivateAttr(default_factory=Receipt)

    @property
    def receipt(self) -> Receipt:
        """What the headers said; all unknown for a reply that was not received."""
        return self._receipt

    def attach(self, receipt: Receipt) -> None:
        """Set the receipt."""
        self._receipt = receipt


class Failure(Record):
    """The envelope of every error; `coasty_mcp.api.errors` has a class for each code."""

    error: dict[str, Any]
    """At least `code` and `message`, as a rule."""


class Health(Reply):
    """Whether the API answers."""

    status: str = "ok"
    api_version: str | None = None
    service: str | None = None
