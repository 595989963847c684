"""An API that repeats all it is sent: as it came, and in every way to write it."""

import base64
import html
import json
import re
import shlex
import textwrap
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread
from typing import Any, cast
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SHELL_SIGNS = " !\"#$&'()*;<>?[\\]^`{|}~"


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in cast("dict[str, Any]", value).values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from texts_in(each)


def written(text: str) -> Iterator[str]:
    """The text in every encoding, each at every place that a byte may have in it."""
    yield text
    yield json.dumps(text)
    yield json.dumps({"inner": json.dumps({"deep": text}, ensure_ascii=False)})
    yield json.dumps(json.dumps(text))
    yield json.dumps(text).replace("/", r"\/")
    yield re.sub(r"\\u(....)", lambda code: rf"\u{code[1].upper()}", json.dumps(text))
    yield repr(text)
    yield shlex.quote(text)
    yield "'" + text.replace("'", r"'\''") + "'"
    yield "".join(f"\\{each}" if each in SHELL_SIGNS else each for each in text)
    yield quote(text)
    yield quote(text, safe="")
    yield quote_plus(text)
    yield re.sub("%..", lambda code: code[0].lower(), quote(text, safe=""))
    yield quote(quote(text, safe=""), safe="")
    yield html.escape(text)
    yield html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield text.encode().hex()
    for before in ("", "a", "ab"):
        data = f"{before}{text} and more".encode()
        yield base64.b64encode(data).decode()
        yield base64.b64encode(data.decode().encode("utf-16-le")).decode()
        yield base64.b64encode(before.encode() + json.dumps(text).encode()).decode()
        yield base64.urlsafe_b64encode(data).decode()
        yield "\n".join(textwrap.wrap(base64.b64encode(data * 5).decode(), 76))
    yield f"in the middle: {text}, of a line\nand {text}"


def reveals(text: str, secret: str) -> bool:
    """Whether somebody who undoes any one encoding reads the secret in the text."""
    readings = [text, unquote(text), unquote(unquote(text)), unquote_plus(text)]
    readings += [html.unescape(text), text.replace("'\"'\"'", "'"), text.replace(r"'\''", "'")]
    readings.append(_without_escapes(text))
    readings.append(_without_escapes(readings[-1]))  # JSON may stand in JSON
    if any(secret in each for each in readings) or secret.encode().hex() in text.lower():
        return True
    runs = re.findall(r"[A-Za-z0-9+/_-]{8,}", re.sub(r"\s|\\+n|\| ", "", text))
    written = (secret.encode(), json.dumps(secret)[1:-1].encode(), secret.encode("utf-16-le"))
    decoded = [_decoded(run[begin:]) for run in runs for begin in range(4)]
    return any(each in data for each in written for data in decoded)


def _without_escapes(text: str) -> str:
    unquoted = re.sub(r"\\([^u])", r"\1", text)
    whole = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), unquoted)
    return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decoded(run: str) -> bytes:
    usual = run.translate(str.maketrans("-_", "+/"))
    whole = usual[:-1] if len(usual) % 4 == 1 else usual
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def picture_with(text: str) -> str:
    """A PNG that has the text in its metadata, as base64."""
    about, out = PngInfo(), BytesIO()
    about.add_text("Comment", text)
    Image.new("RGB", (640, 480)).save(out, "PNG", pnginfo=about)
    return base64.b64encode(out.getvalue()).decode()


class Echo(BaseHTTPRequestHandler):
    """Answers a command with all of it, and fails it where the path says so."""

    received: list[Any]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append((self.path, body))
        said = [each for text in texts_in(body) for each in written(text)]
        if "mch_refused" in self.path:
            error = {"code": "VALIDATION_ERROR", "message": said[0], "retryable": False}
            details = [{"loc": ["body", "text"], "msg": each} for each in said]
            self._answer(422, {"error": {**error, "details": details, "hint": said}})
        elif "mch_broken" in self.path:
            self._answer(200, [*said])
        else:
            failed = "mch_failed" in self.path
            result = {"output": "\n".join(said), "more": said, "by_name": dict.fromkeys(said, 1)}
            error = {"error": said[0]} if failed else {}
            self._answer(200, {"success": not failed, "result": result, **error, "extra": said})

    def do_GET(self) -> None:
        sent = [text for _, body in self.received for text in texts_in(body)]
        if self.path.endswith("/screenshot"):
            picture = picture_with(" ".join(sent))
            size = {"width": 640, "height": 480, "captured_at": " ".join(sent)}
            self._answer(200, {"image_b64": picture, "mime_type": "image/png", **size})
        else:
            machine = {"id": "mch_1", "status": "running", "display_name": " ".join(sent)}
            self._answer(200, {"data": [machine], "heard": sent})

    def _answer(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        sent = [text for _, each in self.received for text in texts_in(each)]
        self.send_header("X-Coasty-Request-Id", "".join(c for c in sent[-1] if c.isalnum()))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def echo_api() -> Generator[tuple[str, list[Any]]]:
    """Yield its URL, and the paths and bodies that it received."""
    received: list[Any] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Echo,), {"received": received}))
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", received
    finally:
        server.shutdown()
        server.server_close()
