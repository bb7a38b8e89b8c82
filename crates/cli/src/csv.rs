//! Comma-separated values that spreadsheets open without carrying anything out.

use crate::Unusable;

/// The rows as CSV in UTF-8.
pub(crate) fn table<'t>(
    rows: impl Iterator<Item = impl Iterator<Item = &'t str>>,
) -> Result<String, Unusable> {
    let failed = |why: &dyn std::fmt::Display| Unusable::new(format!("cannot write CSV: {why}"));
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.map(inert))
            .map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

/// A cell that a spreadsheet would take for a formula, as text.
fn inert(cell: &str) -> String {
    let is_formula = match cell.as_bytes() {
        [b'=' | b'+' | b'@' | b'\t' | b'\r', ..] => true,
        [b'-', next, ..] => *next != b' ',
        _ => false,
    };
    if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_text() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("-1+1"), "'-1+1");
        assert_eq!(inert("-"), "-");
        assert_eq!(inert("- енгізілген"), "- енгізілген");
    }

    #[test]
    fn commas_quotes_and_line_breaks_are_kept() {
        let rows = [["a,b", "say \"no\"", "two\nlines"]];
        let text = table(rows.iter().map(|row| row.iter().copied())).unwrap();
        assert_eq!(text, "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\n");
    }
}
