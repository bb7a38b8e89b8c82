//! How values of stores are written in columns.

use reglament_core::timer::{Date, Timestamp};
use reglament_executor::{InstanceId, Key};
use reglament_runtime::store::{Cursor, ElementInstanceId, Position};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};

/// A number as a column holds it. The numbers of a store never reach 2^63; as a bound of a query they
/// may, and mean no bound.
pub(crate) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn instance(id: InstanceId) -> i64 {
    number(id.0)
}

/// The 64 bits of a key.
pub(crate) fn key(key: Key) -> i64 {
    key.to_bits().cast_signed()
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_micros()
}

pub(crate) fn optional_micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(micros)
}

/// Where a list ordered by an instant goes on.
pub(crate) fn place(cursor: &Cursor) -> (i64, i64, i64) {
    let at = cursor.at.unwrap_or(Timestamp::MAX);
    (
        micros(at),
        instance(cursor.instance),
        cursor.key.cast_signed(),
    )
}

pub(crate) fn read_number(row: &Row<'_>, column: usize) -> Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(column, value))
}

pub(crate) fn read_instance(row: &Row<'_>, column: usize) -> Result<InstanceId> {
    read_number(row, column).map(InstanceId)
}

pub(crate) fn read_position(row: &Row<'_>, column: usize) -> Result<Position> {
    read_number(row, column).map(Position)
}

/// The element instance in two columns, of which `column` is the first.
pub(crate) fn read_id(row: &Row<'_>, column: usize) -> Result<ElementInstanceId> {
    let bits: i64 = row.get(column + 1)?;
    let key = Key::from_bits(bits.cast_unsigned());
    Ok(ElementInstanceId::new(read_instance(row, column)?, key))
}

pub(crate) fn read_at(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

pub(crate) fn read_optional_at(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    let micros: Option<i64> = row.get(column)?;
    Ok(micros.map(Timestamp::from_micros))
}

pub(crate) fn read_date(row: &Row<'_>, column: usize) -> Result<Option<Date>> {
    let text: Option<String> = row.get(column)?;
    let parsed = text.map(|text| Date::parse(&text)).transpose();
    parsed.map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

/// A limit as SQLite takes it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
