"""The servers that take the load, each on an empty folder of its own and stopped by its pid.

A server has `name`, `durability`, `pid`, `port`, `load` (what syncline_load is told beside the
port) and `env`. All of them keep their files on the same file system and listen on 127.0.0.1.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "ops"))
from running_server import RunningServer  # noqa: E402

START_DEADLINE = 30.0  # seconds
POSTGRES_USER = "postgres"
OUTBOX = """
DROP TABLE IF EXISTS outbox;
CREATE TABLE outbox (position bigserial PRIMARY KEY, id text NOT NULL, source text NOT NULL,
  type text NOT NULL, subject text, time timestamptz, data jsonb,
  created timestamptz NOT NULL DEFAULT now());
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fresh_folder(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


class Peer:
    """A process that answers on `port` once the constructor returns."""

    env = {}

    def __init__(self, command, port, log_path, **options):
        self.port = port
        with open(log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True, **options)
        self.pid = self.process.pid
        end = time.monotonic() + START_DEADLINE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"{self.name} did not start; see {log_path}")
            time.sleep(0.01)

    def _answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self):
        # SIGINT is a fast shutdown for both: clients are cut off, files are closed in order.
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(START_DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Redis(Peer):
    name = "Redis Streams"
    durability = "appendonly yes, appendfsync always"

    def __init__(self, folder):
        data = fresh_folder(folder / "redis")
        port = free_port()
        conf = folder / "redis.conf"
        conf.write_text(f"bind 127.0.0.1\nport {port}\ndir {data}\nappendonly yes\n"
                        "appendfsync always\nsave \"\"\n")
        super().__init__(["redis-server", str(conf)], port, folder / "redis.log")

    @staticmethod
    def load(batch):
        return ["syncline_load", "--protocol", "redis", "--pipeline", str(batch)]

    @staticmethod
    def version():
        words = subprocess.check_output(["redis-server", "--version"], text=True).split()
        return "Redis " + next(w for w in words if w.startswith("v="))[2:]


class Postgres(Peer):
    name = "PostgreSQL outbox"
    durability = "fsync on, synchronous_commit on"

    def __init__(self, folder):
        self.programs = Path(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1])
        account = pwd.getpwnam(POSTGRES_USER)
        self.account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        cluster = folder / "postgres"
        if not cluster.exists():
            cluster.mkdir()
            os.chown(cluster, account.pw_uid, account.pw_gid)
            subprocess.run([self.programs / "initdb", "-D", cluster, "-A", "trust", "-N"],
                           check=True, stdout=subprocess.DEVNULL, cwd="/", **self.account)
        port = free_port()
        settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
                    "fsync": "on", "synchronous_commit": "on", "max_connections": 100}
        command = [self.programs / "postgres", "-D", cluster]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        super().__init__(command, port, folder / "postgres.log", cwd="/", **self.account)
        subprocess.run([*self._psql(), "-q", "-c", OUTBOX, "-c",
                        "CHECKPOINT"], check=True, stderr=subprocess.DEVNULL)

    def _psql(self):
        return [self.programs / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U",
                POSTGRES_USER, "-v", "ON_ERROR_STOP=1"]

    def _answers(self):
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready).returncode == 0

    @staticmethod
    def load(batch):
        return ["syncline_load", "--protocol", "postgres", "--batch", str(batch)]

    @staticmethod
    def version():
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        words = subprocess.check_output([programs / "postgres", "--version"], text=True).split()
        return "PostgreSQL " + words[2]


class Umadb(Peer):
    name = "UmaDB"
    durability = "fsync before every answer"
    programs = ROOT / "build/umadb/bin"  # a virtual environment of bench/run

    def __init__(self, folder):
        data = fresh_folder(folder / "umadb")
        port = free_port()
        super().__init__([self.programs / "umadb", "--listen", f"127.0.0.1:{port}", "--db-path",
                          data], port, folder / "umadb.log")

    @classmethod
    def load(cls, batch):
        return [cls.programs / "python", Path(__file__).with_name("umadb_load.py"), "--batch",
                str(batch)]

    @classmethod
    def version(cls):
        words = subprocess.check_output([cls.programs / "umadb", "--version"], text=True).split()
        return "UmaDB " + words[-1]


class Syncline(RunningServer):
    name = "syncline"
    durability = "fsync before every answer"
    binary = None  # set once by compare.py

    def __init__(self, folder):
        data = fresh_folder(folder / "syncline")
        super().__init__(data, binary=str(self.binary), log_path=folder / "syncline.log")
        self.env = {"SYNCLINE_TOKEN": self.token}

    @staticmethod
    def load(batch):
        return ["syncline_load", "--protocol", "http", "--batch", str(batch)]
