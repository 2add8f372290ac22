"""An ext4 file system in a file, of which the power can be cut. Root and a loop device needed."""

import fcntl
import os
import struct
import subprocess
from pathlib import Path

EXT4_IOC_SHUTDOWN = 0x8004587D
NOLOGFLUSH = struct.pack("I", 2)  # not even the journal's last transaction is written


class LoopDisk:
    """Mounted at `path`. What was synced survives cut(), and nothing else does for sure: the
    file system writes back by itself only every five minutes."""

    def __init__(self, folder, size="512M"):
        self.image = Path(folder) / "disk.img"
        self.path = Path(folder) / "disk"
        self.path.mkdir()
        subprocess.run(["truncate", "-s", size, self.image], check=True)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True)
        self._mount()

    @staticmethod
    def why_not():
        """A reason to skip, or None."""
        if os.geteuid() != 0:
            return "a loop device is root's"
        if not os.path.exists("/dev/loop-control"):
            return "no loop devices"
        return None

    def _mount(self):
        subprocess.run(["mount", "-o", "loop,commit=300", self.image, self.path], check=True)

    def cut(self):
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, NOLOGFLUSH)
        finally:
            os.close(folder)

    def power_up(self):
        """As a machine comes up after a cut. Nobody may have a file open on it."""
        self.unmount()
        self._mount()

    def unmount(self):
        subprocess.run(["umount", self.path], check=True)
