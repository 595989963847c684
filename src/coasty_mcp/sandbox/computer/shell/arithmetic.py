"""Whole-number arithmetic of `$((...))`, in 64 bits as bash has it."""

import re
from collections.abc import Callable, Mapping

from ..command_error import CommandError

TOKEN = re.compile(r"\s*(\*\*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>&|^~!?:()]|\$?[A-Za-z_]\w*|\w+)")
MAX_DEPTH = 50
BINARY: list[dict[str, Callable[[int, int], int]]] = [
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"|": int.__or__},
    {"^": int.__xor__},
    {"&": int.__and__},
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b)},
    {
        "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b),
        "<=": lambda a, b: int(a <= b),
        ">=": lambda a, b: int(a >= b),
    },
    {"<<": lambda a, b: a << (b % 64), ">>": lambda a, b: a >> (b % 64)},
    {"+": int.__add__, "-": int.__sub__},
    {"*": int.__mul__, "/": lambda a, b: _divided(a, b), "%": lambda a, b: a - b * _divided(a, b)},
]
"""The operators, those that bind least first."""


def evaluate(expression: str, variables: Mapping[str, str]) -> int:
    """Return the value of an expression.

    Raises:
        CommandError: it is wrong, or divides by 0.
    """
    tokens, at = list[str](), 0
    expression = expression.rstrip()
    while at < len(expression):
        found = TOKEN.match(expression, at)
        if not found:
            raise CommandError(f"the sandbox does not calculate `{expression[at:].strip()[:40]}'")
        tokens.append(found[1])
        at = found.end()
    calculation = _Calculation(tokens, variables)
    value = calculation.conditional(0) if tokens else 0
    if calculation.tokens:
        raise CommandError(f"{expression}: syntax error in expression")
    return value


def _wrapped(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


def _divided(a: int, b: int) -> int:
    """Return the quotient, rounded towards 0."""
    if b == 0:
        raise CommandError("division by 0")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


class _Calculation:
    def __init__(self, tokens: list[str], variables: Mapping[str, str]) -> None:
        self.tokens = tokens[::-1]  # the next one last
        self.variables = variables

    def conditional(self, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise CommandError("expression is too deep")
        value = self._binary(0, depth)
        if self._taken("?"):
            yes = self.conditional(depth + 1)
            if not self._taken(":"):
                raise CommandError("syntax error in expression")
            no = self.conditional(depth + 1)
            return yes if value else no
        return value

    def _binary(self, level: int, depth: int) -> int:
        if level == len(BINARY):
            return self._power(depth)
        value = self._binary(level + 1, depth)
        while self.tokens and (operate := BINARY[level].get(self.tokens[-1])):
            self.tokens.pop()
            value = _wrapped(operate(value, self._binary(level + 1, depth)))
        return value

    def _power(self, depth: int) -> int:
        base = self._unary(depth)
        if not self._taken("**"):
            return base
        if depth > MAX_DEPTH:
            raise CommandError("expression is too deep")
        exponent = self._power(depth + 1)
        if exponent < 0:
            raise CommandError("exponent less than 0")
        return _wrapped(pow(base, exponent, 2**64))

    def _unary(self, depth: int) -> int:
        if depth > MAX_DEPTH:
            raise CommandError("expression is too deep")
        sign = self.tokens.pop() if self.tokens else ""
        match sign:
            case "-":
                return _wrapped(-self._unary(depth + 1))
            case "+":
                return self._unary(depth + 1)
            case "!":
                return int(not self._unary(depth + 1))
            case "~":
                return ~self._unary(depth + 1)
            case "(":
                value = self.conditional(depth + 1)
                if not self._taken(")"):
                    raise CommandError("syntax error in expression")
                return value
            case _:
                return self._number(sign)

    def _number(self, token: str) -> int:
        name = token.removeprefix("$")
        text = self.variables.get(name, "0") if re.match(r"[A-Za-z_]", name) else token
        try:
            base = 16 if text[:2] in ("0x", "0X") else 8 if re.fullmatch(r"0\d+", text) else 10
            return _wrapped(int(text[:40], base))
        except ValueError as error:
            raise CommandError(f"{token}: syntax error: operand expected") from error

    def _taken(self, token: str) -> bool:
        if self.tokens[-1:] == [token]:
            self.tokens.pop()
            return True
        return False
