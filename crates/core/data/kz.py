#!/usr/bin/env python3
"""Writes kz.json, the work calendar of Kazakhstan, from the PyPI package `holidays`.

    pip install holidays==0.109
    python3 kz.py > kz.json

The package lists the public holidays, the days off given for holidays that fall on a day off, the
days off that the government has transferred and the Saturdays and Sundays worked instead. Years
after the last one of which it knows the date of Kurban Ait and the transfers are provisional.
"""

import json
import re

import holidays
from holidays.countries.kazakhstan import KazakhstanStaticHolidays

FIRST, LAST = 2011, 2030

# What the package puts behind a name, in both languages.
LABELS = re.compile(
    r" \((?:observed|estimated|observed, estimated"
    r"|қайта белгіленген демалыс|бағаланған|қайта белгіленген демалыс, бағаланған)\)"
)


def transfers():
    """Pairs of a day off and the day worked instead of it."""
    for year, rows in KazakhstanStaticHolidays.special_public_holidays.items():
        for row in rows if isinstance(rows[0], tuple) else [rows]:
            month, day, worked_month, worked_day, *worked_year = row
            worked = (worked_year[0] if worked_year else year, worked_month, worked_day)
            yield "%04d-%02d-%02d" % (year, month, day), "%04d-%02d-%02d" % worked


def provisional(year, names):
    reasons = []
    if any("estimated" in name for date, name in names.items() if date.year == year):
        reasons.append("the date of Kurban Ait is estimated")
    if year > max(KazakhstanStaticHolidays.special_public_holidays):
        reasons.append("transfers of days off are not known")
    return reasons


def main():
    years = range(FIRST, LAST + 1)
    kk = holidays.country_holidays("KZ", years=years, language="kk")
    en = holidays.country_holidays("KZ", years=years, language="en_US")
    off_for = dict(transfers())
    days = {}
    for date in kk:
        if date.year not in years:
            continue
        text = date.isoformat()
        if text in off_for and "substituted" in en[date]:
            days[text] = {"date": text, "kind": "transferred", "for": off_for[text]}
            continue
        kind = "observed" if "observed" in en[date] else "holiday"
        days[text] = {
            "date": text,
            "kind": kind,
            "en": LABELS.sub("", en[date]),
            "kk": LABELS.sub("", kk[date]),
        }
        if "estimated" in en[date]:
            days[text]["estimated"] = True
    for off, worked in transfers():
        if int(worked[:4]) in years:
            assert worked not in days, worked
            days[worked] = {"date": worked, "kind": "worked", "for": off}
    for date in kk.weekend_workdays:
        assert date.year not in years or days[date.isoformat()]["kind"] == "worked", date

    head = {
        "id": "kz",
        "version": "holidays-%s" % holidays.__version__,
        "title": "Kazakhstan, week of five working days",
        "source": "PyPI package holidays %s (https://pypi.org/project/holidays/), country KZ; "
        "written by kz.py" % holidays.__version__,
        "licence": "MIT, Copyright (c) Vacanza Team and individual contributors, "
        "(c) dr-prodigy 2017-2023, (c) ryanss 2014-2017; full text in LICENSE.holidays",
        "zone": "Asia/Almaty",
        "weekly_days_off": ["saturday", "sunday"],
    }
    lines = ["  %s: %s" % (json.dumps(key), json.dumps(head[key])) for key in head]
    rows = ['    "%d": %s' % (y, json.dumps({"provisional": provisional(y, en)})) for y in years]
    lines.append('  "years": {\n%s\n  }' % ",\n".join(rows))
    rows = ["    " + json.dumps(days[d], ensure_ascii=False) for d in sorted(days)]
    lines.append('  "days": [\n%s\n  ]' % ",\n".join(rows))
    print("{\n%s\n}" % ",\n".join(lines))


if __name__ == "__main__":
    main()
