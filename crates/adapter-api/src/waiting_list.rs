//! The waiting list for places in preschool organizations: first and general turn, places,
//! referrals.
//!
//! # Source
//! The kindergarten queue of Almaty: clause 6 (five categories have the right to a place in the
//! first turn; places limit the service), clause 5 (a referral, or a notification with the number in
//! the queue), annex 3 (the referral must be handed in within five days of issue), annex 4 (the
//! number of the registration journal; the applicant may follow the movement of the queue), annex 5
//! (the application names one organization).
//!
//! # How the silence of the text is read
//! - Clause 6 ranks no category above another: within a turn the number in the journal decides.
//! - A place that was found is reserved for the entry until the referral is issued, at most for the
//!   term of `Rules::reservation`; when that ends the entry waits again at its number.
//! - A referral that is not handed in within its term is void: its place goes to the next in the
//!   queue, and who did not come has to apply again.
//! - "5 күн" does not say which days: [`Rules::new`] refuses a term that nobody has read.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use reglament_core::calendar::WorkCalendar;
use reglament_core::identifier::Iin;
use reglament_core::term::{Term, TermError};
use reglament_core::timer::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{CallContext, Failure, Operations, SystemError, typed};

/// The five categories of children with the right to a place in the first turn, by their numbers in
/// the list.
///
/// # Source
/// The kindergarten queue of Almaty, clause 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum PriorityCategory {
    /// 1) Children of persons with disabilities.
    DisabledParent,
    /// 2) Children left without parental care.
    WithoutParentalCare,
    /// 3) Orphans.
    Orphan,
    /// 4) Children from large families.
    LargeFamily,
    /// 5) Children of those who took part in the war and of those with the privileges and
    ///    guarantees of invalids of the war.
    WarParticipant,
}

impl PriorityCategory {
    /// All five in the order of the list.
    pub const ALL: [PriorityCategory; 5] = [
        PriorityCategory::DisabledParent,
        PriorityCategory::WithoutParentalCare,
        PriorityCategory::Orphan,
        PriorityCategory::LargeFamily,
        PriorityCategory::WarParticipant,
    ];
}

impl From<PriorityCategory> for u8 {
    fn from(category: PriorityCategory) -> u8 {
        match category {
            PriorityCategory::DisabledParent => 1,
            PriorityCategory::WithoutParentalCare => 2,
            PriorityCategory::Orphan => 3,
            PriorityCategory::LargeFamily => 4,
            PriorityCategory::WarParticipant => 5,
        }
    }
}

impl TryFrom<u8> for PriorityCategory {
    type Error = String;

    fn try_from(number: u8) -> Result<PriorityCategory, String> {
        PriorityCategory::ALL
            .into_iter()
            .find(|category| u8::from(*category) == number)
            .ok_or_else(|| format!("expected a priority category from 1 to 5, found {number}"))
    }
}

/// In which turn an entry waits; the first turn comes before the general one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Of those with the right of a category.
    First,
    /// Of all others.
    General,
}

/// The number of an entry in the registration journal, from 1 without gaps.
pub type QueueNumber = u32;

/// What `queue.enter` asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enter {
    /// The child.
    pub child: Iin,
    /// The organization that the application names.
    pub organization: String,
    /// The turn.
    pub turn: Turn,
    /// The categories that give the right to the first turn.
    #[serde(default)]
    pub categories: Vec<PriorityCategory>,
}

/// What `queue.enter` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entered {
    /// The number in the journal.
    pub queue_number: QueueNumber,
}

/// Names an entry: what `places.check`, `queue.position`, `queue.refer` and `queue.leave` ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its number in the journal.
    pub queue_number: QueueNumber,
}

/// What `places.check` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceFound {
    /// Whether a place is now reserved for the entry.
    pub place_available: bool,
    /// Until when it is reserved.
    #[serde(default, with = "optional_instant")]
    pub place_reserved_until: Option<Timestamp>,
}

/// What `queue.refer` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralIssued {
    /// The referral.
    pub referral: Referral,
}

/// A referral (жолдама) to an organization.
///
/// # Source
/// The kindergarten queue of Almaty, annex 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referral {
    /// Its number, from 1 without gaps.
    pub number: u32,
    /// The organization.
    pub organization: String,
    /// The child.
    pub child: Iin,
    /// The day of issue.
    pub issued_on: Date,
    /// The last day on which it can be handed in.
    pub hand_in_until: Date,
}

/// What `queue.admit` asks: the referral was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HandIn {
    /// The number of the referral.
    pub referral_number: u32,
}

/// What `queue.admit` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Admitted {
    /// The entry that has its place now.
    pub queue_number: QueueNumber,
}

/// Places of an organization that are opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenPlaces {
    /// The organization.
    pub organization: String,
    /// How many more.
    pub count: u32,
}

/// How many places an organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Places {
    /// All.
    pub total: u32,
    /// Those that nobody has and that are reserved for nobody.
    pub free: u32,
}

/// How an entry stands; what `queue.position` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// What has become of it.
    pub queue_state: EntryState,
    /// Its place among those who wait for the same organization, from 1; only while it waits.
    #[serde(default)]
    pub queue_position: Option<u32>,
}

/// What has become of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryState {
    /// It waits for a place.
    Waiting,
    /// A place is reserved for it.
    Reserved,
    /// A referral was issued.
    Referred,
    /// The referral was handed in: the child has the place.
    Admitted,
    /// The referral was not handed in within its term.
    Void,
    /// The applicant took it back.
    Left,
}

impl fmt::Display for EntryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            EntryState::Waiting => "waiting",
            EntryState::Reserved => "reserved",
            EntryState::Referred => "referred",
            EntryState::Admitted => "admitted",
            EntryState::Void => "void",
            EntryState::Left => "left",
        })
    }
}

/// One step of the movement of the queue: an entry changed its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// When.
    #[serde(with = "crate::instant")]
    pub at: Timestamp,
    /// The entry.
    pub queue_number: QueueNumber,
    /// What it became.
    pub state: EntryState,
}

/// The terms of the waiting list and the calendar that they are counted by.
#[derive(Clone, Debug)]
pub struct Rules {
    referral: Term,
    reservation: Term,
    calendar: WorkCalendar,
}

impl Rules {
    /// Rules whose terms have been read.
    ///
    /// # Errors
    /// A term has no value, or days without saying which: see [`Term::read_days_as`].
    pub fn new(
        referral: Term,
        reservation: Term,
        calendar: WorkCalendar,
    ) -> Result<Rules, TermError> {
        referral.budget()?;
        reservation.budget()?;
        Ok(Rules {
            referral,
            reservation,
            calendar,
        })
    }

    /// The day in the zone of the calendar.
    ///
    /// # Errors
    /// The instant is on no day of the calendar.
    pub fn day(&self, at: Timestamp) -> Result<Date, WaitingListError> {
        self.calendar.zone().local(at).date().ok_or_else(|| {
            SystemError::refused(format!("{at} is on no day of the calendar")).into()
        })
    }

    /// When a referral issued then is void, and the last day on which it can be handed in.
    ///
    /// # Errors
    /// The calendar does not cover the days.
    pub fn referral_until(&self, issued: Timestamp) -> Result<(Timestamp, Date), WaitingListError> {
        let deadline = self.referral.deadline(issued, &self.calendar);
        let deadline = deadline.map_err(|error| SystemError::refused(error.to_string()))?;
        Ok((deadline.at, deadline.date))
    }

    /// When a reservation made then ends.
    ///
    /// # Errors
    /// The calendar does not cover the days.
    pub fn reserved_until(&self, reserved: Timestamp) -> Result<Timestamp, WaitingListError> {
        let deadline = self.reservation.deadline(reserved, &self.calendar);
        let deadline = deadline.map_err(|error| SystemError::refused(error.to_string()))?;
        Ok(deadline.at)
    }
}

/// Why the waiting list refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitingListError {
    /// Terminal: the first turn was asked for without a category that gives the right to it.
    #[error("the first turn needs a priority category")]
    NoCategory,
    /// Terminal: the list has no such organization.
    #[error("there is no organization '{organization}'")]
    UnknownOrganization {
        /// The organization.
        organization: String,
    },
    /// Business (`queue.already-entered`): the child is in the queue of this organization.
    #[error("the child is in the queue under number {queue_number}")]
    AlreadyEntered {
        /// The number in the journal.
        queue_number: QueueNumber,
    },
    /// Terminal: there is no entry of this number.
    #[error("there is no entry {queue_number}")]
    UnknownEntry {
        /// The number in the journal.
        queue_number: QueueNumber,
    },
    /// Business (`queue.no-place`): no place is reserved for the entry, or no longer.
    #[error("no place is reserved for entry {queue_number}")]
    NoPlace {
        /// The number in the journal.
        queue_number: QueueNumber,
    },
    /// Business (`queue.closed`): the entry has ended, or has gone too far for what is asked.
    #[error("entry {queue_number} is {state}")]
    NotOpen {
        /// The number in the journal.
        queue_number: QueueNumber,
        /// What has become of it.
        state: EntryState,
    },
    /// Terminal: there is no referral of this number.
    #[error("there is no referral {referral_number}")]
    UnknownReferral {
        /// The number.
        referral_number: u32,
    },
    /// Business (`referral.void`): the referral was not handed in within its term.
    #[error("referral {referral_number} is void since {since}")]
    Void {
        /// The number.
        referral_number: u32,
        /// When its term ended.
        since: Timestamp,
    },
    /// As every system fails.
    #[error(transparent)]
    System(#[from] SystemError),
}

impl From<WaitingListError> for Failure {
    fn from(error: WaitingListError) -> Failure {
        let message = error.to_string();
        match error {
            WaitingListError::NoCategory
            | WaitingListError::UnknownOrganization { .. }
            | WaitingListError::UnknownEntry { .. }
            | WaitingListError::UnknownReferral { .. } => Failure::terminal(message),
            WaitingListError::AlreadyEntered { .. } => {
                Failure::business("queue.already-entered", message)
            }
            WaitingListError::NoPlace { .. } => Failure::business("queue.no-place", message),
            WaitingListError::NotOpen { .. } => Failure::business("queue.closed", message),
            WaitingListError::Void { .. } => Failure::business("referral.void", message),
            WaitingListError::System(error) => error.into(),
        }
    }
}

/// The waiting list. Every operation first ends the reservations and referrals whose term has run
/// out at the time of the call, so that an answer never rests on one of them.
///
/// Who comes first: the first turn before the general one, within a turn the lower number. An entry
/// gets a place of its organization when there are at least as many free ones as its position.
#[async_trait]
pub trait WaitingList: Send + Sync {
    /// Opens more places of an organization, which the list knows from then on.
    ///
    /// # Errors
    /// The system fails.
    async fn open_places(
        &self,
        context: &CallContext,
        request: OpenPlaces,
    ) -> Result<Places, WaitingListError>;

    /// Enters a child into the queue of an organization (`queue.enter`).
    ///
    /// # Errors
    /// The first turn without a category, an unknown organization, a child that is in the queue or
    /// has a place, the system fails.
    async fn enter(
        &self,
        context: &CallContext,
        request: Enter,
    ) -> Result<Entered, WaitingListError>;

    /// Looks for a place and reserves it (`places.check`). For an entry that has one reserved or
    /// was referred the answer stays yes.
    ///
    /// # Errors
    /// There is no such entry, it has ended, the system fails.
    async fn check_places(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<PlaceFound, WaitingListError>;

    /// Issues the referral for the reserved place (`queue.refer`). For an entry that was referred
    /// it is the same referral.
    ///
    /// # Errors
    /// No place is reserved, there is no such entry, it has ended, the system fails.
    async fn refer(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<ReferralIssued, WaitingListError>;

    /// Takes a referral that was handed in: the child has the place (`queue.admit`).
    ///
    /// # Errors
    /// There is no such referral, it is void or its entry has ended, the system fails.
    async fn admit(
        &self,
        context: &CallContext,
        request: HandIn,
    ) -> Result<Admitted, WaitingListError>;

    /// Takes an entry back, or gives its place up (`queue.leave`); a place that it had is free.
    ///
    /// # Errors
    /// There is no such entry, it is void or has left, the system fails.
    async fn leave(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError>;

    /// How an entry stands (`queue.position`).
    ///
    /// # Errors
    /// There is no such entry, the system fails.
    async fn position(
        &self,
        context: &CallContext,
        request: Entry,
    ) -> Result<Standing, WaitingListError>;

    /// How many places an organization has.
    ///
    /// # Errors
    /// The list has no such organization, the system fails.
    async fn places(
        &self,
        context: &CallContext,
        organization: &str,
    ) -> Result<Places, WaitingListError>;

    /// The movement of the queue of an organization, oldest first, at most `limit` steps after the
    /// first `skip`.
    ///
    /// # Errors
    /// The list has no such organization, the system fails.
    async fn movement(
        &self,
        context: &CallContext,
        organization: &str,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Movement>, WaitingListError>;
}

/// `queue.enter`: takes `child`, `organization`, `turn`, `categories`; gives `queueNumber`.
/// `places.check`: takes `queueNumber`; gives `placeAvailable`, `placeReservedUntil`.
/// `queue.refer`: takes `queueNumber`; gives `referral`.
/// `queue.admit`: takes `referralNumber`; gives `queueNumber`.
/// `queue.leave`, `queue.position`: take `queueNumber`; give `queueState`, `queuePosition`.
pub fn operations(adapter: Arc<dyn WaitingList>) -> Operations {
    macro_rules! operation {
        ($method:ident) => {{
            let adapter = Arc::clone(&adapter);
            typed(move |context: CallContext, request| {
                let adapter = Arc::clone(&adapter);
                async move { adapter.$method(&context, request).await }
            })
        }};
    }
    Operations::new()
        .with("queue.enter", operation!(enter))
        .with("places.check", operation!(check_places))
        .with("queue.refer", operation!(refer))
        .with("queue.admit", operation!(admit))
        .with("queue.leave", operation!(leave))
        .with("queue.position", operation!(position))
}

/// An instant that may be absent, as RFC 3339.
mod optional_instant {
    use reglament_core::timer::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Instant(#[serde(with = "crate::instant")] Timestamp);

    pub(super) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(Instant).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<Instant>::deserialize(deserializer).map(|found| found.map(|Instant(at)| at))
    }
}
