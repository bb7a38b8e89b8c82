//! Numbers in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use reglament_core::timer::Zone;

use super::{Script, lock};
use crate::numbering::{AssignNumber, AssignedNumber, Numbering, NumberingError, Series};
use crate::{CallContext, SystemError};

/// Series of numbers in memory.
pub struct ScriptedNumbering {
    /// Directs [`Numbering::assign`].
    pub assign: Script<AssignNumber, AssignedNumber, NumberingError>,
    zone: Zone,
    series: Vec<Series>,
    last: Mutex<BTreeMap<(String, i32), u32>>,
}

impl ScriptedNumbering {
    /// Series whose years begin at midnight of a zone.
    #[must_use]
    pub fn new(zone: Zone, series: impl IntoIterator<Item = Series>) -> ScriptedNumbering {
        ScriptedNumbering {
            assign: Script::default(),
            zone,
            series: series.into_iter().collect(),
            last: Mutex::default(),
        }
    }
}

#[async_trait]
impl Numbering for ScriptedNumbering {
    async fn assign(
        &self,
        context: &CallContext,
        request: AssignNumber,
    ) -> Result<AssignedNumber, NumberingError> {
        let answer = |request: &AssignNumber| {
            let name = &request.series;
            let series = self.series.iter().find(|series| series.name == *name);
            let series = series.ok_or_else(|| NumberingError::UnknownSeries {
                series: name.clone(),
            })?;
            let day = self.zone.local(context.now).date();
            let day = day.ok_or_else(|| SystemError::refused("the year cannot be printed"))?;
            let mut last = lock(&self.last);
            let number = last
                .get(&(name.clone(), day.year()))
                .map_or(1, |last| last + 1);
            let printed = series.print(day.year(), number)?;
            last.insert((name.clone(), day.year()), number);
            Ok(printed)
        };
        self.assign.effect(context, request, answer).await
    }
}
