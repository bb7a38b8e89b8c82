//! Messages and signals that are kept or on their way.

use std::sync::Arc;

use reglament_runtime::store::{Freight, MessageRow, MessageTarget};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, Result, Row, params};

use super::run;
use crate::name::{Names, Reader};
use crate::value::{
    instance, micros, number, optional_micros, read_at, read_instance, read_number,
    read_optional_at,
};

/// The columns in the order in which they are read.
pub(crate) const COLUMNS: &str = "number, routed, name, correlation_key, sender, sender_element, \
     target_definition, target_element, partner, expires, published_at, freight, signal_until, \
     signal_done, start_definition, start_at, start_event, payload";

const MESSAGE: i64 = 0;
const SIGNAL: i64 = 1;
const START: i64 = 2;

/// The columns of the freight.
#[derive(Default)]
struct FreightColumns {
    kind: i64,
    until: Option<i64>,
    done: Option<i64>,
    definition: Option<i64>,
    at: Option<i64>,
    event: Option<i64>,
}

pub(crate) fn put(db: &Connection, names: &mut Names, row: &MessageRow) -> Result<()> {
    let freight = freight_columns(db, names, &row.freight)?;
    let (sender, sender_element) = match &row.sender {
        Some((sender, element)) => (Some(instance(*sender)), Some(names.name(db, element)?)),
        None => (None, None),
    };
    let (definition, element) = match &row.target {
        Some(target) => (
            Some(names.digest(db, target.definition)?),
            Some(names.name(db, &target.element)?),
        ),
        None => (None, None),
    };
    run(
        db,
        "INSERT OR REPLACE INTO message (number, routed, name, correlation_key, sender, \
         sender_element, target_definition, target_element, partner, expires, published_at, \
         freight, signal_until, signal_done, start_definition, start_at, start_event, payload) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            number(row.number),
            row.routed,
            row.name,
            row.key,
            sender,
            sender_element,
            definition,
            element,
            row.partner.map(instance),
            optional_micros(row.expires),
            micros(row.published_at),
            freight.kind,
            freight.until,
            freight.done,
            freight.definition,
            freight.at,
            freight.event,
            row.payload,
        ],
    )
}

fn freight_columns(
    db: &Connection,
    names: &mut Names,
    freight: &Freight,
) -> Result<FreightColumns> {
    Ok(match freight {
        Freight::Message => FreightColumns {
            kind: MESSAGE,
            ..FreightColumns::default()
        },
        Freight::Signal { until, done } => FreightColumns {
            kind: SIGNAL,
            until: Some(number(*until)),
            done: Some(number(*done)),
            ..FreightColumns::default()
        },
        Freight::Start {
            definition,
            at,
            event,
        } => FreightColumns {
            kind: START,
            definition: Some(names.digest(db, *definition)?),
            at: Some(names.name(db, at)?),
            event: names.optional(db, event)?,
            ..FreightColumns::default()
        },
    })
}

pub(crate) fn get(reader: &Reader, row: &Row<'_>) -> Result<MessageRow> {
    let sender: Option<Arc<str>> = reader.optional_name(row, 5)?;
    let target: Option<Arc<str>> = reader.optional_name(row, 7)?;
    let partner: Option<i64> = row.get(8)?;
    Ok(MessageRow {
        number: read_number(row, 0)?,
        routed: row.get(1)?,
        name: row.get(2)?,
        key: row.get(3)?,
        sender: match sender {
            Some(element) => Some((read_instance(row, 4)?, element)),
            None => None,
        },
        target: match target {
            Some(element) => Some(MessageTarget {
                definition: reader.digest(row, 6)?,
                element,
            }),
            None => None,
        },
        partner: partner.map(|_| read_instance(row, 8)).transpose()?,
        expires: read_optional_at(row, 9)?,
        published_at: read_at(row, 10)?,
        freight: freight(reader, row)?,
        payload: row.get(17)?,
    })
}

fn freight(reader: &Reader, row: &Row<'_>) -> Result<Freight> {
    match row.get(11)? {
        MESSAGE => Ok(Freight::Message),
        SIGNAL => Ok(Freight::Signal {
            until: read_number(row, 12)?,
            done: read_number(row, 13)?,
        }),
        START => Ok(Freight::Start {
            definition: reader.digest(row, 14)?,
            at: reader.name(row, 15)?,
            event: reader.optional_name(row, 16)?,
        }),
        _ => {
            let (column, name) = (11, "freight".to_owned());
            Err(Error::InvalidColumnType(column, name, Type::Integer))
        }
    }
}
