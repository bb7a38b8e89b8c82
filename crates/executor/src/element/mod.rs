//! What each kind of flow node does when it is executed, one file per kind.

pub(crate) mod ad_hoc_sub_process;
pub(crate) mod call_activity;
pub(crate) mod end_event;
pub(crate) mod event_based_gateway;
pub(crate) mod intermediate_catch_event;
pub(crate) mod intermediate_throw_event;
pub(crate) mod task;
