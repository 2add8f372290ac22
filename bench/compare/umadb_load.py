"""The load of bench/run for UmaDB, whose protocol (gRPC) syncline_load does not speak. Prints the
same line of JSON. The client is UmaDB's own, in a thread each; what Python costs beside it is the
generator's CPU time, and is little where a request carries many events."""

import argparse
import json
import os
import threading
import time
import uuid

from umadb import Client, Event

SUBJECTS = 1000
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Caller:
    """A closed loop: the next request goes out when the last one is answered."""

    def __init__(self, url, batch, data, number):
        self.client, self.batch, self.data, self.number = Client(url), batch, data, number
        self.times = []  # of requests that were answered while it was measured

    def run(self, begin, end):
        while (now := time.perf_counter()) < end:
            subject = f"subject/{(self.number * 7919 + len(self.times)) % SUBJECTS}"
            self.client.append([
                Event("bench.event", self.data, [subject], uuid.uuid4())
                for _ in range(self.batch)])
            done = time.perf_counter()
            if begin <= now and done <= end:
                self.times.append(done - now)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("port", "clients", "batch", "size", "server"):
        parser.add_argument("--" + name, type=int, required=True)
    for name in ("warmup", "seconds"):
        parser.add_argument("--" + name, type=float, required=True)
    options = parser.parse_args()

    data = json.dumps({"text": "x" * (options.size - len('{"text": ""}'))}).encode()
    clients = [Caller(f"http://127.0.0.1:{options.port}", options.batch, data, number)
               for number in range(options.clients)]
    begin = time.perf_counter() + options.warmup
    end = begin + options.seconds
    threads = [threading.Thread(target=client.run, args=(begin, end)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, begin - time.perf_counter()))
    server, own = cpu_of(options.server), time.process_time()
    time.sleep(max(0.0, end - time.perf_counter()))
    server, own = cpu_of(options.server) - server, time.process_time() - own
    for thread in threads:
        thread.join()

    times = sorted(time for client in clients for time in client.times)
    events = len(times) * options.batch
    print(json.dumps({
        "events": events, "events_per_second": events / options.seconds,
        "latency_us": {f"p{cent}": times[len(times) * cent // 100] * 1e6 for cent in (50, 99)},
        "cpu_seconds": {"generator": own, "server": server}}))


main()
