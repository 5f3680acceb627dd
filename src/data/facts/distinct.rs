//! Distinct counts: per unit and key, the stretches in which the key occurs. A period's count is
//! the number of keys that occur in any of its stretches, at every grain anew.

use std::collections::HashMap;

use chrono::NaiveDate;
use polars::prelude::*;

use super::days::{day_of, value_of};
use super::stretches::Stretches;
use super::{Wanted, refuse};
use crate::data::Frame;
use crate::model::{DateRange, Diagnostic, Exact, Facts, Period, UnitId};

/// Which stretches a key occurs in; merging two is a bitwise or.
pub type Occurrence = [u128; 4];
pub const MOST_STRETCHES: usize = 4 * 128;

/// Counts the metric's keys for each credited unit and period.
pub fn count_distinct(
    frame: &Frame,
    want: &Wanted<'_>,
    spans: &[(Period, DateRange)],
    stretches: &Stretches,
    credited: &dyn Fn(&UnitId, NaiveDate) -> Vec<UnitId>,
    facts: &mut Facts,
) -> Result<(), Diagnostic> {
    if stretches.count() > MOST_STRETCHES {
        return Err(refuse(
            frame,
            want.id,
            format!("{} stretches of time are too many", stretches.count()),
            "ask for a shorter history",
        ));
    }
    let table = read_keys(frame, want)?;
    let column = |name: &str| table.column(name).map_err(|why| frame.refuse(&why));
    let owners = column("_owner")?.str().map_err(|why| frame.refuse(&why))?.clone();
    let days = column("_day")?.date().map_err(|why| frame.refuse(&why))?.clone();
    let keys = column("_key")?.str().map_err(|why| frame.refuse(&why))?.clone();

    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut occurrences: HashMap<UnitId, HashMap<u32, Occurrence>> = HashMap::new();
    for index in 0..table.height() {
        let day = days.phys.get(index).and_then(day_of);
        let (Some(owner), Some(day), Some(key)) = (owners.get(index), day, keys.get(index)) else {
            continue;
        };
        let Some(stretch) = stretches.of(day) else { continue };
        let next = numbers.len() as u32;
        let key = *numbers.entry(key).or_insert(next);
        for unit in credited(&UnitId::from(owner), day) {
            let seen = occurrences.entry(unit).or_default().entry(key).or_default();
            seen[stretch / 128] |= 1 << (stretch % 128);
        }
    }
    for (unit, keys) in &occurrences {
        for (period, dates) in spans {
            let within = stretches.within(dates);
            let mask = mask_of(within);
            let count = keys.values().filter(|seen| meets(seen, &mask)).count();
            if count > 0 {
                facts.insert(want.id, *period, unit, Exact::from(count as u64));
            }
        }
    }
    Ok(())
}

fn read_keys(frame: &Frame, want: &Wanted<'_>) -> Result<DataFrame, Diagnostic> {
    let owner = want.simple.credit_to.column();
    frame
        .lazy
        .clone()
        .select([
            col(owner).cast(DataType::String).alias("_owner"),
            col(want.simple.date.as_str()).cast(DataType::Date).alias("_day"),
            value_of(frame, want)?.cast(DataType::String).alias("_key"),
        ])
        .drop_nulls(None)
        .group_by([col("_owner"), col("_day"), col("_key")])
        .agg([])
        .collect_with_engine(Engine::Streaming)
        .map(|result| result.unwrap_single())
        .map_err(|why| frame.refuse(&why))
}

pub fn mask_of(stretches: std::ops::Range<usize>) -> Occurrence {
    let mut mask = Occurrence::default();
    for stretch in stretches {
        mask[stretch / 128] |= 1 << (stretch % 128);
    }
    mask
}

pub fn meets(seen: &Occurrence, mask: &Occurrence) -> bool {
    seen.iter().zip(mask).any(|(seen, mask)| seen & mask != 0)
}
