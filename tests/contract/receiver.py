"""A receiver of CloudEvents over HTTP that fails now and then: `answer(number)` gives the status of
each request (or a (status, headers) pair; None: it hangs up), and what it took is kept."""

import http.server
import json
import threading
import time


class Receiver:
    def __init__(self, answer=lambda number: 200):
        self.taken = []      # the events answered with 2xx, in order, repeats included
        self.requests = []   # (headers, event, path) of each request, taken or not
        self.times = []      # of each request
        self.answer = answer
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                receiver.requests.append((self.headers, event, self.path))
                receiver.times.append(time.monotonic())
                said = receiver.answer(len(receiver.requests))
                if said is None:
                    self.close_connection = True
                    return
                status, headers = said if isinstance(said, tuple) else (said, {})
                if 200 <= status < 300:
                    receiver.taken.append(event)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def waits(self):
        """Seconds between one request and the next."""
        return [after - before for before, after in zip(self.times, self.times[1:])]

    def once(self):
        """What a receiver that dedupes by (source, id) has, in the order of their first coming."""
        seen = {}
        for event in self.taken:
            seen.setdefault((event["source"], event["id"]), event)
        return list(seen.values())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
