"""What CONTRACTS 2 says of presence, from the marks alone: beats and clears, in whole milliseconds.

Nobody enters or lapses by an event here. A stay is what lies between a beat and whatever ends it:
another mark, or five minutes. What the log says of expiries is not looked at; it may be late.
(changes_of() is about nothing else: what a log, as it is, tells those who follow it.)
"""

from bisect import bisect_right
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

EXPIRY = 300_000
NAMES = {"pms": "procurement", "ih": "innovation"}
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def milliseconds(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (at - EPOCH) // timedelta(milliseconds=1)


def iso(ms):
    return (EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03}Z"


def local_date(ms, zone):
    return (EPOCH + timedelta(milliseconds=ms)).astimezone(zone).date()


def next_midnight(ms, zone):
    """The first millisecond of the local day after that of `ms`."""
    low, high = ms, ms + 26 * 3_600_000
    while high - low > 1:
        middle = (low + high) // 2
        if local_date(middle, zone) == local_date(ms, zone):
            low = middle
        else:
            high = middle
    return high


class Mark(NamedTuple):
    position: int
    time: int
    user: object
    module: str  # None: a clear
    resource: str
    name: str  # of the event, origin.incarnation.sequence


def event_name(event):
    return f"{event['origin']}.{event['incarnation']}.{event['sequence']}"


def mark_of(event):
    """None: it is another event."""
    if event["type"] not in ("presence.beat", "presence.cleared"):
        return None
    data = event["data"]
    return Mark(event["position"], milliseconds(event["receivedtime"]), data["userId"],
                data.get("module"), data.get("resource"), event_name(event))


class PresenceModel:
    """As of `now`, which is behind all marks. Module "": all together."""

    def __init__(self, marks, zone, now):
        self.zone, self.now = zone, now
        self.stays = {module: [] for module in ("", *NAMES)}  # (from, to)
        self.seen = {}  # (module, user) → when last
        self.here = {}  # user → (its last mark, since when it is in that module)
        self.lapsed = []  # last marks of users whose deadline has come
        by_user = {}
        for mark in marks:
            by_user.setdefault(mark.user, []).append(mark)
            if mark.module is not None:
                self.seen[mark.module, mark.user] = mark.time
        for of_user in by_user.values():
            self._follow(of_user)
        self.starts = {m: sorted(start for start, _ in stays) for m, stays in self.stays.items()}
        self.ends = {m: sorted(end for _, end in stays) for m, stays in self.stays.items()}

    def _follow(self, marks):
        before = None
        for mark, following in zip(marks, [*marks[1:], None]):
            if mark.module is None:
                before = None
                continue
            end = mark.time + EXPIRY
            if following is not None:
                end = min(end, following.time)
            goes_on = before is not None and mark.time < before.time + EXPIRY
            stays_there = goes_on and before.module == mark.module
            for module, same in (("", goes_on), (mark.module, stays_there)):
                stays = self.stays[module]
                if same:
                    stays[-1] = (stays[-1][0], end)
                else:
                    stays.append((mark.time, end))
            before = mark
        if before is None:
            return
        if self.now < before.time + EXPIRY:
            self.here[before.user] = (before, self.stays[before.module][-1][0])
        else:
            self.lapsed.append(before)

    def active(self, module, at=None):
        at = self.now if at is None else at
        return bisect_right(self.starts[module], at) - bisect_right(self.ends[module], at)

    def next_deadline(self):
        return min((mark.time + EXPIRY for mark, _ in self.here.values()), default=None)

    def modules(self):
        today = local_date(self.now, self.zone)

        def counts(module):
            seen = [last for (where, _), last in self.seen.items() if where == module]
            return {"totalUsers": len(seen), "activeNow": self.active(module),
                    "today": sum(local_date(last, self.zone) == today for last in seen)}

        return {name: counts(module) for module, name in NAMES.items()}

    def viewers(self, resource):
        """user → (module, since, last seen)"""
        return {user: (mark.module, iso(since), iso(mark.time))
                for user, (mark, since) in self.here.items() if mark.resource == resource}

    def history(self, module, begin, end, step):
        """As the answer has it; all in milliseconds. `begin` has been."""
        until = min(end, self.now)
        stays = self.stays[module]
        rises = sorted({begin, *(start for start, _ in stays if begin < start < until)})
        peak = max(rises, key=lambda at: (self.active(module, at), -at))
        ended = [last - first for first, last in stays if begin <= last < until]
        shares = {m: sum(max(0, min(last, until) - max(first, begin))
                         for first, last in self.stays[m]) for m in NAMES}
        return {
            "module": module or None, "from": iso(begin), "to": iso(end), "step": step // 1000,
            "points": [{"time": iso(at), "activeNow": self.active(module, at)}
                       for at in range(begin, until, step)],
            "peak": {"value": self.active(module, peak), "time": iso(peak)},
            "averageSessionSeconds": sum(ended) / len(ended) / 1000 if ended else 0,
            "distribution": {m: share / (sum(shares.values()) or 1) for m, share in shares.items()}}


def changes_of(events, zone):
    """What the stream tells of these events, in their order: the counts are the log's, in which
    somebody who has lapsed stays until an event says so."""
    here, seen = {}, {}  # user → last beat; (module, user) → when last

    def tally(module, now):
        last = [at for (where, _), at in seen.items() if where == module]
        return {"module": module, "totalUsers": len(last),
                "activeNow": sum(mark.module == module for mark in here.values()),
                "today": sum(local_date(at, zone) == local_date(now, zone) for at in last)}

    def change(action, user, module, time, now, previous=None):
        said = tally(module, now) | {"timestamp": iso(time), "user": {"id": user, "action": action}}
        return said | ({"previous": tally(previous, now)} if previous else {})

    for event in events:
        now, user = milliseconds(event["receivedtime"]), event["data"].get("userId")
        mark, was = mark_of(event), here.get(user)
        expired = event["type"] == "presence.expired" and was is not None and (
            event["data"]["beat"] == was.name)
        if expired or mark is not None and was is not None and now >= was.time + EXPIRY:
            del here[user]
            yield change("expired", user, was.module, was.time + EXPIRY, now)
            was = None
        if mark is None:
            continue
        if mark.module is None:
            if was is not None:
                del here[user]
                yield change("left", user, was.module, now, now)
            continue
        here[user], seen[mark.module, user] = mark, now
        if was is None:
            yield change("entered", user, mark.module, now, now)
        elif was.module != mark.module:
            yield change("moved", user, mark.module, now, now, was.module)
