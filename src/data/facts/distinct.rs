//! Distinct counts: per unit and key, the stretches in which the key occurs. A period's count is
//! the number of keys that occur in any of its stretches, at every grain anew.

use std::collections::HashMap;

use polars::prelude::*;

use super::credit::Crediting;
use super::days::{day_of, value_of};
use super::rows::CreditedRows;
use super::stretches::Stretches;
use super::{Wanted, refuse};
use crate::data::Frame;
use crate::model::{DateRange, Diagnostic, Exact, Facts, Period, UnitId};

/// Which stretches a key occurs in; merging two is a bitwise or.
pub type Occurrence = [u128; 4];
pub const MOST_STRETCHES: usize = 4 * 128;

/// Counts the metric's keys for each credited unit and period. A key counts once for everybody who
/// has a share of it, and once in the units above.
pub fn count_distinct(
    frame: &Frame,
    want: &Wanted<'_>,
    spans: &[(Period, DateRange)],
    stretches: &Stretches,
    credited: &[(&CreditedRows, Crediting<'_>)],
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
    let mut tables = Vec::new();
    for (rows, crediting) in credited {
        tables.push((read_keys(frame, rows, want)?, crediting));
    }
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut occurrences: HashMap<UnitId, HashMap<u32, Occurrence>> = HashMap::new();
    for (table, crediting) in &tables {
        let refuse = |why: PolarsError| frame.refuse(&why);
        let owners = table.column("_owner").and_then(|c| c.str()).map_err(refuse)?;
        let days = table.column("_day").and_then(|c| c.date()).map_err(refuse)?;
        let keys = table.column("_key").and_then(|c| c.str()).map_err(refuse)?;
        for index in 0..table.height() {
            let day = days.phys.get(index).and_then(day_of);
            let (Some(owner), Some(day), Some(key)) = (owners.get(index), day, keys.get(index))
            else {
                continue;
            };
            let Some(stretch) = stretches.of(day) else { continue };
            let next = numbers.len() as u32;
            let key = *numbers.entry(key).or_insert(next);
            for unit in crediting.credited(&UnitId::from(owner), day) {
                let seen = occurrences.entry(unit).or_default().entry(key).or_default();
                seen[stretch / 128] |= 1 << (stretch % 128);
            }
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

fn read_keys(
    frame: &Frame,
    rows: &CreditedRows,
    want: &Wanted<'_>,
) -> Result<DataFrame, Diagnostic> {
    let key = value_of(frame, want)?.cast(DataType::String).alias("_key");
    rows.lazy
        .clone()
        .select([col("_owner"), col("_day"), key])
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
