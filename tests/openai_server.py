"""An OpenAI-compatible service on this machine, with every way such services fail.

    with OpenAIServer(reply=lambda messages: "…", faults=["429", "stall"]) as server:
        os.environ["OPENAI_BASE_URL"] = server.url

`reply` answers chat completions, `sound` makes the bytes of speech. Faults come from a script
first, then at random at a rate; each spoils one request.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-5Ecr3t"
STATUSES = ("400", "401", "404", "408", "429", "500", "503")
BROKEN = ("garbage", "html", "no choices", "null choices", "list", "drop")
FAULTS = ("429", "500", "503", *BROKEN)

Message = dict[str, str]
Reply = Callable[[list[Message]], str]
Sound = Callable[[dict[str, Any]], bytes]


class Quiet(ThreadingHTTPServer):
    """A server that does not mind who hangs up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass


MOST_SPOILT = 3  # times that chance spoils one request


class OpenAIServer:
    """The service, listening while it is entered; `asked` has each request's body, in order."""

    def __init__(
        self,
        reply: Reply = lambda messages: messages[-1]["content"],
        sound: Sound = lambda request: b"",
        faults: Iterable[str] = (),
        rate: float = 0.0,
        seed: int = 0,
        retry_after: str = "0.02",
    ) -> None:
        """`retry_after`, in seconds, goes with a 429."""
        self.reply, self.sound = reply, sound
        self.script, self.rate, self.random = deque(faults), rate, random.Random(seed)
        self.retry_after = retry_after
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: set[str] = set()
        self.met: Counter[str] = Counter()
        self.spoilt: Counter[str] = Counter()
        self.open = self.most_open = 0
        self.lock = threading.Lock()
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/v1"

    def __enter__(self) -> OpenAIServer:
        self.http = Quiet(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()

    def texts(self) -> list[str]:
        """The last message of each chat request."""
        return [request["messages"][-1]["content"] for request in self.asked]

    def _fault(self, request: str) -> str:
        """What will go wrong with this request; empty if nothing.

        Chance spoils one request only so often: else a test would fail once in many runs, when a
        client that rightly gives up after some tries meets as many faults.
        """
        if self.script:
            fault = self.script.popleft()
        elif self.spoilt[request] < MOST_SPOILT and self.random.random() < self.rate:
            fault = self.random.choice(FAULTS)
            self.spoilt[request] += 1
        else:
            fault = ""
        if fault:
            self.met[fault] += 1
        return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                if not sent:  # whoever asked is gone
                    return
                body = json.loads(sent)
                with server.lock:
                    server.asked.append(body)
                    server.paths.append(self.path)
                    server.keys.add(self.headers.get("Authorization", ""))
                    fault = server._fault(sent.decode())
                    server.open += 1
                    server.most_open = max(server.most_open, server.open)
                try:
                    self.answer(body, fault)
                finally:
                    with server.lock:
                        server.open -= 1

            def answer(self, body: dict[str, Any], fault: str) -> None:
                if fault in STATUSES:
                    key = self.headers.get("Authorization", "")
                    message = f"no: {fault}, your key is {key.removeprefix('Bearer ')}"
                    headers = {"Retry-After": server.retry_after} if fault == "429" else {}
                    told = json.dumps({"error": {"message": message, "code": fault}})
                    self.send(int(fault), "application/json", told.encode(), headers)
                elif fault == "quota":
                    told = json.dumps({"error": {"message": "pay", "code": "insufficient_quota"}})
                    self.send(429, "application/json", told.encode())
                elif fault == "stall":
                    server.ended.wait(60)
                elif fault == "drop":
                    self.close_connection = True
                elif fault == "html":
                    self.send(200, "text/html", b"<html><body>Welcome to the proxy</body></html>")
                elif fault == "garbage":
                    self.send(200, "application/json", b'{"choices": [{"mess')
                elif fault == "list":
                    self.send(200, "application/json", b"[1, 2]")
                elif self.path.endswith("/audio/speech"):
                    self.speak(body, fault)
                else:
                    self.send(200, "application/json", completion(body, fault, server.reply))

            def speak(self, body: dict[str, Any], fault: str) -> None:
                sound = server.sound(body)
                if fault == "cut":
                    sound = sound[: len(sound) // 2]
                if fault == "drip":
                    self.drip(sound)
                    return
                if fault == "empty":
                    sound = b""
                self.send(200, "audio/wav", sound)

            def drip(self, sound: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(sound)))
                self.end_headers()
                for at in range(len(sound)):
                    if server.ended.wait(0.02):
                        return
                    self.wfile.write(sound[at : at + 1])

            def send(
                self, status: int, kind: str, content: bytes, headers: dict[str, str] | None = None
            ) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        return Handler


def completion(body: dict[str, Any], fault: str, reply: Reply) -> bytes:
    """A chat completion, spoilt by a fault of content."""
    text = "" if fault == "empty" else reply(body["messages"])
    message = {"role": "assistant", "content": text}
    finish = {"cut": "length", "filter": "content_filter"}.get(fault, "stop")
    choices: Any = [{"index": 0, "message": message, "finish_reason": finish}]
    if fault in ("no choices", "null choices"):
        choices = [] if fault == "no choices" else None
    told = {"id": "x", "object": "chat.completion", "created": 0, "model": body["model"]}
    return json.dumps({**told, "choices": choices}).encode()
