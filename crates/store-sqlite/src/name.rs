//! Texts and digests that rows refer to by number.
//!
//! They come from models, so there are few. A number is never given out twice and its text never
//! changes, which is why both sides may keep what they have seen.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use reglament_runtime::store::Digest;
use rusqlite::{Connection, OptionalExtension, Result, Row};

/// The numbers that the writer knows.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: HashMap<Arc<str>, i64>,
    digests: HashMap<Digest, i64>,
    new_names: Vec<Arc<str>>,
    new_digests: Vec<Digest>,
}

impl Names {
    /// The number of `text`, given out when it is new.
    pub(crate) fn name(&mut self, db: &Connection, text: &Arc<str>) -> Result<i64> {
        if let Some(id) = self.names.get(text) {
            return Ok(*id);
        }
        let known = db
            .prepare_cached("SELECT id FROM name WHERE text = ?")?
            .query_row([text], |row| row.get(0))
            .optional()?;
        let id = match known {
            Some(id) => id,
            None => db
                .prepare_cached("INSERT INTO name (text) VALUES (?)")?
                .insert([text])?,
        };
        self.names.insert(Arc::clone(text), id);
        self.new_names.push(Arc::clone(text));
        Ok(id)
    }

    /// The number of a text that may be absent.
    pub(crate) fn optional(
        &mut self,
        db: &Connection,
        text: &Option<Arc<str>>,
    ) -> Result<Option<i64>> {
        text.as_ref().map(|text| self.name(db, text)).transpose()
    }

    /// The number of `digest`, given out when it is new.
    pub(crate) fn digest(&mut self, db: &Connection, digest: Digest) -> Result<i64> {
        if let Some(id) = self.digests.get(&digest) {
            return Ok(*id);
        }
        let known = db
            .prepare_cached("SELECT id FROM digest WHERE bytes = ?")?
            .query_row([digest.0], |row| row.get(0))
            .optional()?;
        let id = match known {
            Some(id) => id,
            None => db
                .prepare_cached("INSERT INTO digest (bytes) VALUES (?)")?
                .insert([digest.0])?,
        };
        self.digests.insert(digest, id);
        self.new_digests.push(digest);
        Ok(id)
    }

    /// What was given out since the last commit stays.
    pub(crate) fn keep(&mut self) {
        self.new_names.clear();
        self.new_digests.clear();
    }

    /// What was given out since the last commit was rolled back.
    pub(crate) fn forget(&mut self) {
        for text in self.new_names.drain(..) {
            self.names.remove(&text);
        }
        for digest in self.new_digests.drain(..) {
            self.digests.remove(&digest);
        }
    }
}

/// The texts that a reader has seen.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    names: RefCell<HashMap<i64, Arc<str>>>,
    digests: RefCell<HashMap<i64, Digest>>,
}

/// A connection with the texts that it has seen.
pub(crate) struct Reader {
    pub(crate) db: Connection,
    pub(crate) texts: Texts,
}

impl Reader {
    /// The text with the number in column `column`.
    pub(crate) fn name(&self, row: &Row<'_>, column: usize) -> Result<Arc<str>> {
        self.named(row.get(column)?)
    }

    /// The same where the column may be null.
    pub(crate) fn optional_name(&self, row: &Row<'_>, column: usize) -> Result<Option<Arc<str>>> {
        let id: Option<i64> = row.get(column)?;
        id.map(|id| self.named(id)).transpose()
    }

    fn named(&self, id: i64) -> Result<Arc<str>> {
        if let Some(text) = self.texts.names.borrow().get(&id) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = self
            .db
            .prepare_cached("SELECT text FROM name WHERE id = ?")?
            .query_row([id], |row| row.get(0))?;
        self.texts.names.borrow_mut().insert(id, Arc::clone(&text));
        Ok(text)
    }

    /// The digest with the number in column `column`.
    pub(crate) fn digest(&self, row: &Row<'_>, column: usize) -> Result<Digest> {
        let id: i64 = row.get(column)?;
        if let Some(digest) = self.texts.digests.borrow().get(&id) {
            return Ok(*digest);
        }
        let digest = Digest(
            self.db
                .prepare_cached("SELECT bytes FROM digest WHERE id = ?")?
                .query_row([id], |row| row.get(0))?,
        );
        self.texts.digests.borrow_mut().insert(id, digest);
        Ok(digest)
    }
}
