#!/usr/bin/env python3
"""Writes kz_terms.csv: 1,000 random terms and the days on which they end.

    pip install holidays==0.109
    python3 kz_terms.py > kz_terms.csv

The days are computed by the package `holidays` (its counting of working days) and by dateutil (its
arithmetic of months), not by the library that is tested with them. The next day is day one; a month
that is too short gives its last day; the roll is applied once, at the end.
"""

import csv
import random
import sys
from datetime import date, timedelta

import holidays
from dateutil.relativedelta import relativedelta

KZ = holidays.country_holidays("KZ", years=range(2011, 2031))
ROLLS = {"next working day": 1, "previous working day": -1, "none": 0}


def end(start, amount, unit):
    if unit == "working days":
        return KZ.get_nth_working_day(start, amount)
    if unit == "calendar days":
        return start + timedelta(days=amount)
    if unit == "months":
        return start + relativedelta(months=amount)
    return start + relativedelta(years=amount)


def rolled(day, roll):
    while ROLLS[roll] and not KZ.is_working_day(day):
        day += timedelta(days=ROLLS[roll])
    return day


def main():
    rng = random.Random(20130319)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["from", "amount", "unit", "roll", "due"])
    first = date(2011, 1, 1)
    for _ in range(1000):
        unit = rng.choice(["working days"] * 6 + ["calendar days"] * 2 + ["months", "years"])
        amount = rng.randint(1, {"working days": 90, "calendar days": 200, "months": 30, "years": 3}[unit])
        start = first + timedelta(days=rng.randrange((date(2027, 6, 30) - first).days))
        roll = "none" if unit == "working days" else rng.choice(list(ROLLS))
        out.writerow([start, amount, unit, roll, rolled(end(start, amount, unit), roll)])


if __name__ == "__main__":
    main()
