//! The tests that every store passes.
//!
//! Each function holds one rule of [`Store`](crate::store::Store) against a store with nothing in it and
//! panics where the rule is broken. [`store_suite!`](crate::store_suite) makes a test of each of them:
//!
//! ```text
//! reglament_runtime::store_suite!(reglament_runtime::store::MemoryStore::new());
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod commit;
mod fixture;
mod list;
mod random;
mod row;

pub use commit::{
    a_batch_is_there_whole, a_batch_without_events_is_at_the_newest_position,
    a_group_goes_on_after_a_refused_batch, a_new_store_is_empty, a_refused_batch_leaves_nothing,
    a_stale_fence_is_refused, an_erased_instance_leaves_its_tombstone,
    heads_are_those_of_every_position, later_batches_of_a_group_see_earlier_ones,
    the_stream_is_gap_free_and_resumes_anywhere,
};
pub use list::{
    cases_are_listed_by_every_condition, pages_are_stable_while_entries_come_and_go,
    tasks_are_listed_by_due_instant_and_every_condition, terms_and_incidents_are_listed_in_order,
};
pub use random::random_batches_agree_with_memory;
pub use row::{
    answers_are_kept_until_they_expire, counters_cursors_and_definitions_are_kept,
    data_keys_are_found_by_case_and_by_person, due_instants_are_ordered_and_replaced,
    every_row_comes_back_as_it_was_written, jobs_are_taken_in_order_and_leases_hide_them,
    messages_are_found_by_every_query, subscriptions_are_found_by_every_query,
    the_first_partner_stays,
};

/// Makes a test of every rule. The expression opens a store with nothing in it; what has to live as
/// long as the store may stand behind it in a tuple.
#[macro_export]
macro_rules! store_suite {
    ($open:expr) => {
        $crate::store_suite!(@ $open;
            a_new_store_is_empty
            a_batch_is_there_whole
            a_refused_batch_leaves_nothing
            a_group_goes_on_after_a_refused_batch
            later_batches_of_a_group_see_earlier_ones
            a_stale_fence_is_refused
            the_stream_is_gap_free_and_resumes_anywhere
            a_batch_without_events_is_at_the_newest_position
            an_erased_instance_leaves_its_tombstone
            heads_are_those_of_every_position
            every_row_comes_back_as_it_was_written
            due_instants_are_ordered_and_replaced
            jobs_are_taken_in_order_and_leases_hide_them
            subscriptions_are_found_by_every_query
            messages_are_found_by_every_query
            answers_are_kept_until_they_expire
            the_first_partner_stays
            counters_cursors_and_definitions_are_kept
            data_keys_are_found_by_case_and_by_person
            cases_are_listed_by_every_condition
            tasks_are_listed_by_due_instant_and_every_condition
            terms_and_incidents_are_listed_in_order
            pages_are_stable_while_entries_come_and_go
            random_batches_agree_with_memory
        );
    };
    (@ $open:expr; $($rule:ident)*) => {$(
        #[tokio::test]
        async fn $rule() {
            let (store, _kept) = $open;
            $crate::store::testing::$rule(&store).await;
        }
    )*};
}
