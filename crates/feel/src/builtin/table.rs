//! The list of all built-in functions.

use super::{Builtin, Missing};
use super::{
    aggregate, boolean, context, conversion, interval, list, numeric, ordering, string, temporal,
};

/// A function that warns about missing arguments and is computed when it is called.
const fn plain(name: &'static str, forms: &'static [&'static str], run: super::Run) -> Builtin {
    Builtin {
        name,
        forms,
        run,
        foldable: false,
        missing: Missing::Warns,
    }
}

/// A function whose calls with constants are computed while parsing.
const fn folded(name: &'static str, forms: &'static [&'static str], run: super::Run) -> Builtin {
    Builtin {
        name,
        forms,
        run,
        foldable: true,
        missing: Missing::Warns,
    }
}

const fn asking(
    name: &'static str,
    forms: &'static [&'static str],
    run: super::Run,
    missing: Missing,
) -> Builtin {
    Builtin {
        name,
        forms,
        run,
        foldable: false,
        missing,
    }
}

/// All built-in functions.
pub(super) fn all() -> impl Iterator<Item = &'static Builtin> {
    [
        CONVERSION, BOOLEAN, STRING, LIST, NUMERIC, TEMPORAL, INTERVAL, CONTEXT,
    ]
    .into_iter()
    .flatten()
}

static CONVERSION: &[Builtin] = &[
    folded("date", &["from", "year, month, day"], conversion::date),
    folded(
        "date and time",
        &[
            "from",
            "date, time",
            "date, timezone",
            "year, month, day, hour, minute, second, offset?",
            "year, month, day, hour, minute, second, timezone?",
        ],
        conversion::date_and_time,
    ),
    folded(
        "time",
        &["from", "hour, minute, second, offset?"],
        conversion::time,
    ),
    folded(
        "number",
        &["from", "from, grouping separator, decimal separator"],
        conversion::number,
    ),
    plain("string", &["from"], conversion::string),
    folded("duration", &["from"], conversion::duration),
    plain(
        "years and months duration",
        &["from, to"],
        conversion::years_and_months_duration,
    ),
    plain("range", &["from"], conversion::range),
    plain("to json", &["value"], conversion::to_json),
    plain("from json", &["value"], conversion::from_json),
];

static BOOLEAN: &[Builtin] = &[
    plain("not", &["negand"], boolean::not),
    plain("is", &["value1, value2"], boolean::is),
    asking(
        "is defined",
        &["value"],
        boolean::is_defined,
        Missing::Asked,
    ),
    asking(
        "get or else",
        &["value, default"],
        boolean::get_or_else,
        Missing::Tolerated,
    ),
    asking(
        "assert",
        &["value, condition, cause?"],
        boolean::assert,
        Missing::Tolerated,
    ),
];

static STRING: &[Builtin] = &[
    plain(
        "substring",
        &["string, start position, length?"],
        string::substring,
    ),
    plain("string length", &["string"], string::string_length),
    plain("upper case", &["string"], string::upper_case),
    plain("lower case", &["string"], string::lower_case),
    plain(
        "substring before",
        &["string, match"],
        string::substring_before,
    ),
    plain(
        "substring after",
        &["string, match"],
        string::substring_after,
    ),
    plain("contains", &["string, match"], string::contains),
    plain("starts with", &["string, match"], string::starts_with),
    plain("ends with", &["string, match"], string::ends_with),
    plain(
        "replace",
        &["input, pattern, replacement, flags?"],
        string::replace,
    ),
    plain("matches", &["input, pattern, flags?"], string::matches),
    plain("split", &["string, delimiter"], string::split),
    plain("extract", &["string, pattern"], string::extract),
    plain("trim", &["string"], string::trim),
    plain("is blank", &["string"], string::is_blank),
    plain("to base64", &["value"], string::to_base64),
    plain(
        "string join",
        &["list, delimiter?", "list, delimiter, prefix, suffix"],
        string::string_join,
    ),
];

static LIST: &[Builtin] = &[
    plain("list contains", &["list, element"], list::list_contains),
    plain("count", &["list"], list::count),
    plain("is empty", &["list"], list::is_empty),
    plain("min", &["list..."], aggregate::min),
    plain("max", &["list..."], aggregate::max),
    plain("sum", &["list..."], aggregate::sum),
    plain("product", &["list..."], aggregate::product),
    plain("mean", &["list..."], aggregate::mean),
    plain("median", &["list..."], aggregate::median),
    plain("stddev", &["list..."], aggregate::stddev),
    plain("mode", &["list..."], aggregate::mode),
    plain("all", &["list..."], aggregate::all),
    plain("any", &["list..."], aggregate::any),
    plain("sublist", &["list, start position, length?"], list::sublist),
    plain("append", &["list, item..."], list::append),
    plain("concatenate", &["list..."], list::concatenate),
    plain(
        "insert before",
        &["list, position, newItem"],
        list::insert_before,
    ),
    plain("remove", &["list, position"], list::remove),
    plain(
        "list replace",
        &["list, position, newItem", "list, match, newItem"],
        list::list_replace,
    ),
    plain("reverse", &["list"], list::reverse),
    plain("index of", &["list, match"], list::index_of),
    plain("union", &["list..."], list::union),
    plain("distinct values", &["list"], list::distinct_values),
    plain("duplicate values", &["list"], list::duplicate_values),
    plain("flatten", &["list"], list::flatten),
    plain("partition", &["list, size"], list::partition),
    plain("sort", &["list, precedes"], ordering::sort),
];

static NUMERIC: &[Builtin] = &[
    plain("decimal", &["n, scale"], numeric::decimal),
    plain("floor", &["n, scale?"], numeric::floor),
    plain("ceiling", &["n, scale?"], numeric::ceiling),
    plain("round up", &["n, scale"], numeric::round_up),
    plain("round down", &["n, scale"], numeric::round_down),
    plain("round half up", &["n, scale"], numeric::round_half_up),
    plain("round half down", &["n, scale"], numeric::round_half_down),
    plain("abs", &["n"], numeric::abs),
    plain("modulo", &["dividend, divisor"], numeric::modulo),
    plain("sqrt", &["number"], numeric::sqrt),
    plain("log", &["number"], numeric::log),
    plain("exp", &["number"], numeric::exp),
    plain("odd", &["number"], numeric::odd),
    plain("even", &["number"], numeric::even),
];

static TEMPORAL: &[Builtin] = &[
    plain("now", &[""], temporal::now),
    plain("today", &[""], temporal::today),
    plain("day of year", &["date"], temporal::day_of_year),
    plain("day of week", &["date"], temporal::day_of_week),
    plain("month of year", &["date"], temporal::month_of_year),
    plain("week of year", &["date"], temporal::week_of_year),
    plain("last day of month", &["date"], temporal::last_day_of_month),
];

const POINTS_AND_RANGES: &[&str] = &[
    "point1, point2",
    "point, range",
    "range, point",
    "range1, range2",
];

static INTERVAL: &[Builtin] = &[
    plain("before", POINTS_AND_RANGES, interval::before),
    plain("after", POINTS_AND_RANGES, interval::after),
    plain("meets", &["range1, range2"], interval::meets),
    plain("met by", &["range1, range2"], interval::met_by),
    plain("overlaps", &["range1, range2"], interval::overlaps),
    plain(
        "overlaps before",
        &["range1, range2"],
        interval::overlaps_before,
    ),
    plain(
        "overlaps after",
        &["range1, range2"],
        interval::overlaps_after,
    ),
    plain(
        "finishes",
        &["point, range", "range1, range2"],
        interval::finishes,
    ),
    plain(
        "finished by",
        &["range, point", "range1, range2"],
        interval::finished_by,
    ),
    plain(
        "includes",
        &["range, point", "range1, range2"],
        interval::includes,
    ),
    plain(
        "during",
        &["point, range", "range1, range2"],
        interval::during,
    ),
    plain(
        "starts",
        &["point, range", "range1, range2"],
        interval::starts,
    ),
    plain(
        "started by",
        &["range, point", "range1, range2"],
        interval::started_by,
    ),
    plain(
        "coincides",
        &["point1, point2", "range1, range2"],
        interval::coincides,
    ),
];

static CONTEXT: &[Builtin] = &[
    plain(
        "get value",
        &["m, key", "context, key", "context, keys"],
        context::get_value,
    ),
    plain("get entries", &["m", "context"], context::get_entries),
    plain("context", &["entries"], context::context),
    plain(
        "context put",
        &["context, key, value", "context, keys, value"],
        context::context_put,
    ),
    plain("context merge", &["contexts"], context::context_merge),
];
