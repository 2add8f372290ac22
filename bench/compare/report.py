"""Runs to Markdown: medians with their spread, and ratios taken round by round."""

import statistics

NUMBER_OF_EVENTS_FOR_CPU = 10_000


def median(values):
    return statistics.median(values)


def spread(values, form):
    return f"{median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def cpu(runs, whose):
    return median(r["cpu_seconds"][whose] * NUMBER_OF_EVENTS_FOR_CPU / r["events"] for r in runs)


def ratios(ours, theirs):
    return [a["events_per_second"] / b["events_per_second"] for a, b in zip(ours, theirs)]


def server_table(servers, rounds, clients):
    """`rounds`: server name → its runs, the n-th of each from the same round."""
    ours = rounds["syncline"]
    lines = [
        "| server | durability | clients | events/s, median (spread) "
        "| syncline / it, median (spread) | p50 ms | p99 ms "
        "| server CPU, s per 10,000 | generator CPU, s per 10,000 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for server in servers:
        runs = rounds[server.name]
        ratio = "1" if server.name == "syncline" else spread(ratios(ours, runs), ".2f")
        lines.append(
            f"| {server.name} | {server.durability} | {clients} "
            f"| {spread([r['events_per_second'] for r in runs], ',.0f')} | {ratio} "
            f"| {median(r['latency_us']['p50'] for r in runs) / 1000:.2f} "
            f"| {median(r['latency_us']['p99'] for r in runs) / 1000:.2f} "
            f"| {cpu(runs, 'server'):.3f} | {cpu(runs, 'generator'):.3f} |")
    return "\n".join(lines)


def append_table(cases):
    """`cases`: (what, the JSON of syncline_append_bench)."""
    lines = [
        "| engine append, 64 in flight | events per commit | engine, events/s "
        "| raw RocksDB, events/s | ratio, median (spread) | engine p50 ms | p99 ms "
        "| CPU µs per event, engine / raw |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for what, result in cases:
        pairs = result["pairs"]

        def of(key):
            return [pair[key] for pair in pairs]

        lines.append(
            f"| {what} | {median(of('events_per_commit')):.0f} "
            f"| {spread(of('engine_per_second'), ',.0f')} | {spread(of('raw_per_second'), ',.0f')} "
            f"| {spread(of('ratio'), '.2f')} | {median(of('p50_us')) / 1000:.2f} "
            f"| {median(of('p99_us')) / 1000:.2f} "
            f"| {median(of('engine_cpu_us')):.1f} / {median(of('raw_cpu_us')):.1f} |")
    return "\n".join(lines)


def write_between(path, marker, text):
    """Replaces what stands between `<!-- marker -->` and `<!-- /marker -->`."""
    begin, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    page = path.read_text()
    head, rest = page.split(begin, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}")
