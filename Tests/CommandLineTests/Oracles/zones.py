#!/usr/bin/env python3
"""Offsets of time zones as Python's zoneinfo sees them.

Writes lines `utc ZONE SECONDS OFFSET` and `local ZONE SECONDS UTC-SECONDS`: for random times between the
years 1800 and 2270 in every zone of the database, and for the seconds around changes of offset in some.
"""
import datetime
import random
import sys
import zoneinfo

EPOCH = datetime.datetime(1970, 1, 1)
LOWEST, HIGHEST = -5_364_662_400, 9_467_020_800
BY_THE_SECOND = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca",
    "Pacific/Apia", "Europe/Dublin", "America/Nuuk", "Antarctica/Troll", "Asia/Tehran",
]


def offset(zone, seconds):
    utc = (EPOCH + datetime.timedelta(seconds=seconds)).replace(tzinfo=datetime.timezone.utc)
    return int(utc.astimezone(zone).utcoffset().total_seconds())


def utc_seconds(zone, seconds):
    # fold=0: the earlier of two instants, and in a gap the offset before it.
    local = (EPOCH + datetime.timedelta(seconds=seconds)).replace(tzinfo=zone, fold=0)
    return seconds - int(local.utcoffset().total_seconds())


def changes(zone):
    """The instants at which the offset changes, found by halving."""
    step = 5 * 86_400
    before = offset(zone, LOWEST)
    for end in range(LOWEST + step, HIGHEST, step):
        after = offset(zone, end)
        if after != before:
            low, high = end - step, end
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            yield high
        before = after


def main():
    names = sorted(name for name in zoneinfo.available_timezones() if name != "localtime")
    generator = random.Random(4)
    lines = []
    for name in names:
        zone = zoneinfo.ZoneInfo(name)
        times = [generator.randrange(LOWEST, HIGHEST) for _ in range(60)]
        if name in BY_THE_SECOND:
            for instant in changes(zone):
                times += [instant - 1, instant, instant + generator.randrange(7200)]
        for seconds in times:
            lines.append(f"utc {name} {seconds} {offset(zone, seconds)}")
            local = seconds + generator.choice([-36_000, -3600, -900, 0, 900, 3600, 7200, 50_400])
            lines.append(f"local {name} {local} {utc_seconds(zone, local)}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
