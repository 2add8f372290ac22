"""Where the server's CPU goes: `flame.py BIN`. Called by bench/run --flame.

`perf` samples a server under each of the two loads that docs/performance.md compares, and what it
saw is drawn as a flame graph (https://www.brendangregg.com/flamegraphs.html): a thread at the
bottom, on it what it called, each as wide as its share of the samples, in order of the alphabet.
"""

import argparse
import collections
import html
import re
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))
import compare  # noqa: E402
from servers import Syncline  # noqa: E402

DRAWINGS = Path(__file__).resolve().parents[2] / "docs"
SECONDS = 20
SAMPLES_PER_SECOND = 499  # in a virtual machine the kernel may give far fewer
STACK_BYTES = 16 * 1024
WIDTH, ROW, CHARACTER = 1200, 16, 6.2
LEAST = 0.004  # of all samples: what is narrower is not drawn


def sample(binaries, folder, clients, batch):
    """The stacks of a loaded server, [(thread, caller, …, callee)], one for each sample."""
    recorded = folder / "perf.data"
    server = Syncline(folder)
    program, *words = server.load(batch)
    try:
        load = subprocess.Popen(
            [binaries / program, *words, "--port", str(server.port), "--clients", str(clients),
             "--size", str(compare.DATA_BYTES), "--seconds", str(SECONDS + 3)],
            env={**compare.os.environ, **server.env}, stdout=subprocess.DEVNULL)
        time.sleep(2)  # past the first flush
        subprocess.run(["perf", "record", "-q", "-F", str(SAMPLES_PER_SECOND), "-o", recorded,
                        "--call-graph", f"dwarf,{STACK_BYTES}", "-p", str(server.pid), "--",
                        "sleep", str(SECONDS)], check=True, stderr=subprocess.DEVNULL)
        load.wait(60)
    finally:
        server.stop()
    script = subprocess.run(["perf", "script", "-i", recorded, "--no-inline", "-F", "comm,ip,sym"],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            text=True).stdout
    return [stack_of(entry.splitlines()) for entry in script.split("\n\n") if entry.strip()]


def stack_of(lines):
    frames = [short(line.split(None, 1)[1]) for line in lines[1:] if len(line.split(None, 1)) > 1]
    return (lines[0].strip(), *reversed(frames))


def short(symbol):
    """A function's name without its parameters, template arguments and ABI tags."""
    name = re.sub(r"\[abi:\w+\]", "", symbol.strip()).replace("(anonymous namespace)::", "")
    name = re.sub(r"operator(\(\)|<<|<|>>|>|->)", "operator", name)
    while (cut := re.sub(r"<[^<>]*>", "", name)) != name:
        name = cut
    return name.split("(", 1)[0].replace("syncline::", "") or symbol


class Box:
    def __init__(self):
        self.samples = 0
        self.inner = collections.defaultdict(Box)

    def add(self, stack):
        box = self
        box.samples += 1
        for name in stack:
            box = box.inner[name]
            box.samples += 1

    def depth(self, least):
        inner = [box.depth(least) for box in self.inner.values() if box.samples >= least]
        return 1 + max(inner, default=0)


def colour(name):
    """Warm: the program's own; pale: libraries and the kernel. The same for the same name."""
    shade = zlib.crc32(name.encode()) % 24
    own = name[:1].isupper() and "::" in name
    red, green, blue = (250, 160 + shade, 90 + shade) if own else (190 + shade, 205 + shade, 220)
    return f"#{red:02x}{green:02x}{blue:02x}"


def draw(root, title):
    least = max(1, root.samples * LEAST)
    height = (root.depth(least) + 1) * ROW + 8
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
             f'font-family="monospace" font-size="10">',
             f'<text x="4" y="12">{html.escape(title)}</text>']

    def boxes(box, x, level):
        for name, inner in sorted(box.inner.items()):
            width = inner.samples / root.samples * WIDTH
            if inner.samples >= least:
                y = height - (level + 1) * ROW
                label = html.escape(f"{name} {100 * inner.samples / root.samples:.1f} %")
                fits = html.escape(name[:int(width / CHARACTER)])
                parts.append(f'<g><title>{label}</title><rect x="{x:.1f}" y="{y}" '
                             f'width="{max(width - 0.5, 0.5):.1f}" height="{ROW - 1}" '
                             f'fill="{colour(name)}"/><text x="{x + 2:.1f}" y="{y + 11}">{fits}'
                             "</text></g>")
                boxes(inner, x, level + 1)
            x += width

    boxes(root, 0.0, 0)
    return "\n".join([*parts, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", type=Path)
    binaries = parser.parse_args().binaries.resolve()
    Syncline.binary = binaries / "syncline"
    for name, (title, clients, batch) in zip(("single", "batch"), compare.CASES):
        with tempfile.TemporaryDirectory(prefix="syncline-flame-") as folder:
            stacks = sample(binaries, Path(folder), clients, batch)
        root = Box()
        for stack in stacks:
            root.add(stack)
        title = f"{title}, {clients} clients: the server's CPU time in {root.samples} samples"
        (DRAWINGS / f"flame-{name}.svg").write_text(draw(root, title))
        print(title)


main()
