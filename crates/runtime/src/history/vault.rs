//! Sealing what a case writes and opening what it reads.
//!
//! # The form of a sealed record
//! ```text
//! 1                     the version of the form
//! length u32            of the clear part, little endian
//! clear part            JSON; "shredded" in place of everything that was sealed
//! for each subject, in the order of their names:
//!   length u8, name     the subject, as the key table names it
//!   length u32, bytes   nonce (24), ciphertext and tag of XChaCha20-Poly1305; the text is the JSON list
//!                       of what was taken out, by the numbers of the cells
//! ```
//! The associated data are the instance, the number of the record and the subject, so a sealed part
//! cannot be moved. Sealed bytes of other kinds (snapshots, payloads, labels) begin with 0 when they are
//! clear and with 1 when they are sealed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use reglament_executor::InstanceId;
use reglament_feel::{Symbol, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::conceal::{Cell, Conceal, SHREDDED};
use super::keys::{DataKey, KeyError, Keys, Tag};
use super::policy::{CASE, Policy};
use crate::store::{DataKeyRow, IndexChange};

const CLEAR: u8 = 0;
const SEALED: u8 = 1;

/// The purpose of the blind indices of persons.
const PERSON: &str = "person";

/// Why something could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A key could not be made, wrapped or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A value has no stored form.
    #[error("the record cannot be encoded: {0}")]
    Encoding(String),
    /// The subject was shredded: nothing more is kept of it.
    #[error("the key of `{subject}` in case {instance} was shredded: nothing more is kept of it")]
    Shredded {
        /// The case.
        instance: InstanceId,
        /// The subject.
        subject: Arc<str>,
    },
    /// A part is larger than its length can say.
    #[error("the record is larger than 4 GiB")]
    TooLarge,
}

/// Why something could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes are not in the form of sealed bytes, or of a newer form.
    #[error("not a sealed record of a version that is known")]
    Damaged,
    /// The clear part or what was taken out does not fit the record.
    #[error("the record cannot be decoded: {0}")]
    Encoding(String),
    /// The key table has no row for the subject: it was lost, not shredded.
    #[error("the key table has no key of `{subject}` in case {instance}")]
    KeyMissing {
        /// The case.
        instance: InstanceId,
        /// The subject.
        subject: Arc<str>,
    },
    /// The sealed bytes are not those that were written.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Something that was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened<T> {
    /// What it is, with the word [`SHREDDED`] where data was shredded.
    pub content: T,
    /// Whether anything of it was shredded.
    pub is_shredded: bool,
}

/// The keys of one case with what they are for.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<dyn Keys>,
    policy: Arc<Policy>,
    instance: InstanceId,
    subjects: BTreeMap<Arc<str>, Subject>,
    changed: Vec<Arc<str>>,
}

#[derive(Clone)]
struct Subject {
    person: Option<Tag>,
    /// None once it was shredded.
    key: Option<(DataKey, Vec<u8>)>,
}

/// What was taken out of a record, by the numbers of the cells.
type Taken = Vec<(u32, Hidden)>;

/// What a cell held.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hidden {
    Value(Value),
    Text(Arc<str>),
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("instance", &self.instance)
            .field("subjects", &self.subjects.len())
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// The vault of `instance`, with the keys that the store has for it.
    ///
    /// # Errors
    /// When a key cannot be unwrapped: another installation's, moved from another case, or the key
    /// service failed.
    pub fn new(
        keys: Arc<dyn Keys>,
        policy: Arc<Policy>,
        instance: InstanceId,
        rows: Vec<DataKeyRow>,
    ) -> Result<Self, KeyError> {
        let mut subjects = BTreeMap::new();
        for row in rows {
            let context = context(instance, 0, &row.subject);
            let key = match row.wrapped {
                Some(wrapped) => Some((keys.unwrap_key(&context, &wrapped)?, wrapped)),
                None => None,
            };
            let person = row.person;
            subjects.insert(row.subject, Subject { person, key });
        }
        Ok(Self {
            keys,
            policy,
            instance,
            subjects,
            changed: Vec::new(),
        })
    }

    /// Whether any subject of the case was shredded. Such a case can be read and not go on: its
    /// decisions would rest on the word [`SHREDDED`].
    #[must_use]
    pub fn is_shredded(&self) -> bool {
        self.subjects.values().any(|subject| subject.key.is_none())
    }

    /// The rows of the key table that have changed since the last call: they belong into the batch
    /// that writes what was sealed.
    pub fn take_changes(&mut self) -> Vec<IndexChange> {
        let mut changed = std::mem::take(&mut self.changed);
        changed.sort_unstable();
        changed.dedup();
        let rows = changed.into_iter().filter_map(|name| {
            let subject = self.subjects.get(&name)?;
            Some(IndexChange::DataKey(Box::new(DataKeyRow {
                instance: self.instance,
                person: subject.person,
                wrapped: subject.key.as_ref().map(|(_, wrapped)| wrapped.clone()),
                subject: name,
            })))
        });
        rows.collect()
    }

    /// The stored form of `record`, the record number `seq` of the case.
    ///
    /// # Errors
    /// See [`SealError`]. The vault may have a new key then, which does no harm.
    pub fn seal_record<R: Conceal + Serialize>(
        &mut self,
        seq: u64,
        mut record: R,
    ) -> Result<Vec<u8>, SealError> {
        let mut hidden = BTreeMap::new();
        if self.policy.seals() {
            self.name_persons(&mut record)?;
            hidden = self.take_out(&mut record);
        }
        let clear = encode(&record)?;
        let mut bytes = Vec::with_capacity(clear.len() + 5);
        bytes.push(SEALED);
        put_part(&mut bytes, &clear)?;
        for (subject, cells) in hidden {
            let key = self.key(&subject)?;
            let part = key.encrypt(&context(self.instance, seq, &subject), &encode(&cells)?)?;
            let length = u8::try_from(subject.len()).map_err(|_| SealError::TooLarge)?;
            bytes.push(length);
            bytes.extend_from_slice(subject.as_bytes());
            put_part(&mut bytes, &part)?;
        }
        Ok(bytes)
    }

    /// The record number `seq` that [`Vault::seal_record`] made `bytes` from.
    ///
    /// # Errors
    /// See [`OpenError`]. What was shredded is no error.
    pub fn open_record<R: Conceal + DeserializeOwned>(
        &self,
        seq: u64,
        bytes: &[u8],
    ) -> Result<Opened<R>, OpenError> {
        let mut parts = Parts::of(bytes)?;
        let mut content: R = decode(parts.clear)?;
        let mut is_shredded = false;
        let mut cells: BTreeMap<u32, Hidden> = BTreeMap::new();
        while let Some((subject, part)) = parts.next_sealed()? {
            let Some((key, _)) = &self.subject(subject)?.key else {
                is_shredded = true;
                continue;
            };
            let plain = key.decrypt(&context(self.instance, seq, subject), part)?;
            let taken: Taken = decode(&plain)?;
            cells.extend(taken);
        }
        put_back(&mut content, cells)?;
        Ok(Opened {
            content,
            is_shredded,
        })
    }

    /// The stored form of bytes that belong to the whole case: a snapshot, a payload. `purpose` keeps
    /// bytes of different kinds apart. They are clear when the policy seals nothing.
    ///
    /// # Errors
    /// See [`SealError`].
    pub fn seal_bytes(&mut self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut bytes = Vec::with_capacity(plain.len() + 41);
        if !self.policy.seals() {
            bytes.push(CLEAR);
            bytes.extend_from_slice(plain);
            return Ok(bytes);
        }
        bytes.push(SEALED);
        let key = self.key(CASE)?;
        bytes.extend(key.encrypt(&context(self.instance, 0, purpose), plain)?);
        Ok(bytes)
    }

    /// What [`Vault::seal_bytes`] sealed for the same purpose; none when it was shredded.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_bytes(&self, purpose: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, OpenError> {
        match bytes.split_first() {
            Some((&CLEAR, plain)) => Ok(Some(plain.to_vec())),
            Some((&SEALED, sealed)) => match &self.subject(CASE)?.key {
                Some((key, _)) => {
                    let plain = key.decrypt(&context(self.instance, 0, purpose), sealed)?;
                    Ok(Some(plain))
                }
                None => Ok(None),
            },
            _ => Err(OpenError::Damaged),
        }
    }

    fn subject(&self, name: &str) -> Result<&Subject, OpenError> {
        self.subjects
            .get(name)
            .ok_or_else(|| OpenError::KeyMissing {
                instance: self.instance,
                subject: Arc::from(name),
            })
    }

    /// The key of a subject, made when it is needed first.
    fn key(&mut self, name: &str) -> Result<DataKey, SealError> {
        let subject = match self.subjects.get(name) {
            Some(subject) => subject,
            None => self.new_subject(name)?,
        };
        match &subject.key {
            Some((key, _)) => Ok(key.clone()),
            None => Err(SealError::Shredded {
                instance: self.instance,
                subject: Arc::from(name),
            }),
        }
    }

    fn new_subject(&mut self, name: &str) -> Result<&mut Subject, SealError> {
        let name: Arc<str> = Arc::from(name);
        let key = self.keys.generate()?;
        let context = context(self.instance, 0, &name);
        let wrapped = self.keys.wrap_key(&context, &key)?;
        self.changed.push(Arc::clone(&name));
        let subject = Subject {
            person: None,
            key: Some((key, wrapped)),
        };
        Ok(self.subjects.entry(name).or_insert(subject))
    }

    /// Notes the persons that the record names.
    fn name_persons(&mut self, record: &mut impl Conceal) -> Result<(), SealError> {
        let mut named: Vec<(Arc<str>, String)> = Vec::new();
        record.cells(&mut |cell| match cell {
            Cell::Variable(symbol, value) => {
                let persons = self.policy.persons(symbol, value);
                named.extend(persons.map(|(subject, person)| (Arc::clone(subject), person)));
            }
            Cell::Person(person) if !person.is_empty() => {
                named.push((self.acting(person), person.to_string()));
            }
            Cell::Named(..) | Cell::Unnamed(_) | Cell::Text(_) | Cell::Person(_) => {}
        });
        self.bind_all(named)
    }

    fn bind_all(&mut self, named: Vec<(Arc<str>, String)>) -> Result<(), SealError> {
        for (subject, person) in named {
            let tag = person_tag(&*self.keys, &person);
            self.bind(&subject, tag)?;
        }
        Ok(())
    }

    /// What the marks of another program ask for from now on: the case was migrated. The persons that
    /// `values`, the variables of its process, name are named as if they had just been set.
    pub(crate) fn go_on_under<'v>(
        &mut self,
        policy: Arc<Policy>,
        values: impl Iterator<Item = (Symbol, &'v Value)>,
    ) -> Result<(), SealError> {
        self.policy = policy;
        let mut named: Vec<(Arc<str>, String)> = Vec::new();
        for (symbol, value) in values.filter(|_| self.policy.seals()) {
            let persons = self.policy.persons(symbol, value);
            named.extend(persons.map(|(subject, person)| (Arc::clone(subject), person)));
        }
        self.bind_all(named)
    }

    /// The subject of somebody who acts: each has one of their own, so that an applicant can be
    /// forgotten and the official who decided is not.
    fn acting(&self, person: &str) -> Arc<str> {
        let tag = person_tag(&*self.keys, person);
        Arc::from(format!("acting {tag}"))
    }

    fn bind(&mut self, name: &str, tag: Tag) -> Result<(), SealError> {
        let known = self.subjects.get(name);
        if known.is_some_and(|subject| subject.person == Some(tag) || subject.key.is_none()) {
            return Ok(());
        }
        if known.is_none() {
            self.new_subject(name)?;
        }
        if let Some(subject) = self.subjects.get_mut(name) {
            subject.person = Some(tag);
            self.changed.push(Arc::from(name));
        }
        Ok(())
    }

    /// Takes everything personal out of the record.
    fn take_out(&self, record: &mut impl Conceal) -> BTreeMap<Arc<str>, Taken> {
        let mut hidden: BTreeMap<Arc<str>, Taken> = BTreeMap::new();
        let mut number = 0;
        record.cells(&mut |cell| {
            if let Some((subject, taken)) = self.hide(cell) {
                hidden.entry(subject).or_default().push((number, taken));
            }
            number += 1;
        });
        hidden
    }

    fn hide(&self, cell: Cell<'_>) -> Option<(Arc<str>, Hidden)> {
        let subject_of = |symbol: Symbol| self.policy.subject_of(symbol).cloned();
        let case = || Arc::from(CASE);
        match cell {
            Cell::Variable(symbol, value) => Some((subject_of(symbol)?, take_value(value))),
            Cell::Named(name, value) => {
                let subject = self.policy.subject_of_name(&name)?;
                Some((Arc::clone(subject), take_value(value)))
            }
            Cell::Unnamed(value) => Some((case(), take_value(value))),
            Cell::Text(text) => Some((case(), take_text(text))),
            Cell::Person(person) if person.is_empty() => None,
            Cell::Person(person) => Some((self.acting(person), take_text(person))),
        }
    }
}

/// The blind index of a person: what [`Store::data_keys_of`](crate::store::Store::data_keys_of) finds
/// the keys by. Spaces around the name do not count.
#[must_use]
pub fn person_tag(keys: &dyn Keys, person: &str) -> Tag {
    keys.tag(PERSON, person.trim())
}

/// What becomes of the keys of one case when `person` is forgotten, or with `None` everybody in it: the
/// rows that have to be put. The key of the case goes with every person, because snapshots and texts
/// that may quote anybody are sealed under it; what they held is in the history as far as it is not
/// shredded.
#[must_use]
pub fn shred(rows: Vec<DataKeyRow>, person: Option<Tag>) -> Vec<IndexChange> {
    let names = |row: &DataKeyRow| person.is_none() || row.person == person;
    let is_meant = rows.iter().any(names);
    let gone = rows
        .into_iter()
        .filter(|row| is_meant && row.wrapped.is_some())
        .filter(|row| names(row) || &*row.subject == CASE);
    gone.map(|row| {
        IndexChange::DataKey(Box::new(DataKeyRow {
            person: None,
            wrapped: None,
            ..row
        }))
    })
    .collect()
}

fn take_value(value: &mut Value) -> Hidden {
    Hidden::Value(std::mem::replace(value, Value::from(SHREDDED)))
}

fn take_text(text: &mut Arc<str>) -> Hidden {
    Hidden::Text(std::mem::replace(text, Arc::from(SHREDDED)))
}

fn put_back(record: &mut impl Conceal, mut cells: BTreeMap<u32, Hidden>) -> Result<(), OpenError> {
    let mut number = 0;
    let mut fits = true;
    record.cells(&mut |cell| {
        match (cell, cells.remove(&number)) {
            (_, None) => {}
            (
                Cell::Variable(_, place) | Cell::Named(_, place) | Cell::Unnamed(place),
                Some(Hidden::Value(value)),
            ) => *place = value,
            (Cell::Text(place) | Cell::Person(place), Some(Hidden::Text(text))) => *place = text,
            (_, Some(_)) => fits = false,
        }
        number += 1;
    });
    if fits && cells.is_empty() {
        Ok(())
    } else {
        Err(OpenError::Damaged)
    }
}

/// What sealed bytes are bound to.
fn context(instance: InstanceId, seq: u64, subject: &str) -> Vec<u8> {
    let mut context = Vec::with_capacity(16 + subject.len());
    context.extend_from_slice(&instance.0.to_le_bytes());
    context.extend_from_slice(&seq.to_le_bytes());
    context.extend_from_slice(subject.as_bytes());
    context
}

fn encode(content: &impl Serialize) -> Result<Vec<u8>, SealError> {
    serde_json::to_vec(content).map_err(|error| SealError::Encoding(error.to_string()))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, OpenError> {
    serde_json::from_slice(bytes).map_err(|error| OpenError::Encoding(error.to_string()))
}

fn put_part(bytes: &mut Vec<u8>, part: &[u8]) -> Result<(), SealError> {
    let length = u32::try_from(part.len()).map_err(|_| SealError::TooLarge)?;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
    Ok(())
}

/// A sealed record while it is read.
struct Parts<'b> {
    clear: &'b [u8],
    rest: &'b [u8],
}

impl<'b> Parts<'b> {
    fn of(bytes: &'b [u8]) -> Result<Self, OpenError> {
        let mut parts = match bytes.split_first() {
            Some((&SEALED, rest)) => Self { clear: &[], rest },
            _ => return Err(OpenError::Damaged),
        };
        parts.clear = parts.part()?;
        Ok(parts)
    }

    fn next_sealed(&mut self) -> Result<Option<(&'b str, &'b [u8])>, OpenError> {
        let Some((length, rest)) = self.rest.split_first() else {
            return Ok(None);
        };
        self.rest = rest;
        let subject = self.take(usize::from(*length))?;
        let subject = std::str::from_utf8(subject).map_err(|_| OpenError::Damaged)?;
        Ok(Some((subject, self.part()?)))
    }

    fn part(&mut self) -> Result<&'b [u8], OpenError> {
        let (length, rest) = self.rest.split_first_chunk().ok_or(OpenError::Damaged)?;
        self.rest = rest;
        let length = u32::from_le_bytes(*length);
        self.take(usize::try_from(length).map_err(|_| OpenError::Damaged)?)
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], OpenError> {
        let (part, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(OpenError::Damaged)?;
        self.rest = rest;
        Ok(part)
    }
}
