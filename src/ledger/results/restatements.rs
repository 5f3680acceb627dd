//! `restatements`: what a correction changed for whom, and why.

use std::collections::BTreeMap;

use super::{decimal, text, whole};
use crate::calc::correction::{Cause, Corrected, SHARE_DECIMALS};
use crate::data::columns::Column;
use crate::model::{Exact, Language, Org, round};

/// A figure that a correction changed.
#[derive(Clone, Debug)]
pub struct Restated {
    pub figure: Corrected,
    /// The version that the figure was last sent with.
    pub base_version: u32,
    pub version: u32,
    /// Whether a mail of the correction is about the unit.
    pub told: bool,
    pub reason: String,
}

/// The table, ordered by period, unit, figure and the version that it was last sent with.
pub fn restatements(rows: &[Restated], org: &Org) -> Vec<Column> {
    let level = |row: &Restated| org.level(&row.figure.unit).map(|level| level.code().to_owned());
    let metric = |row: &Restated| row.figure.told.metric().map(ToString::to_string);
    let causes = |row: &Restated| {
        let codes: Vec<&str> = row.figure.causes.iter().map(|cause| cause.code()).collect();
        Some(codes.join("+"))
    };
    let mut columns = vec![
        text("period", rows, |row| Some(row.figure.period.to_string())),
        text("grain", rows, |row| Some(row.figure.period.grain().code().to_owned())),
        whole("version", rows, |row| Some(u64::from(row.version))),
        whole("base_version", rows, |row| Some(u64::from(row.base_version))),
        text("unit_id", rows, |row| Some(row.figure.unit.to_string())),
        text("unit_name", rows, |row| Some(org.name(&row.figure.unit, Language::Zh))),
        text("level", rows, level),
        text("figure", rows, |row| Some(row.figure.told.code().to_owned())),
        text("metric", rows, metric),
        number("old", rows, |row| row.figure.old.clone()),
        number("new", rows, |row| row.figure.new.clone()),
        number("difference", rows, |row| row.figure.difference()),
        text("causes", rows, causes),
    ];
    // Rounded together, so that they add up in the table, too.
    let parts: Vec<BTreeMap<Cause, Exact>> = rows.iter().map(rounded).collect();
    columns.extend(Cause::ALL.into_iter().map(|cause| {
        let part = |parts: &BTreeMap<Cause, Exact>| parts.get(&cause).cloned();
        decimal(&format!("by_{}", cause.code()), SHARE_DECIMALS, &parts, part)
    }));
    columns.extend([
        text("told", rows, |row| Some(if row.told { "yes" } else { "no" }.to_owned())),
        text("reason", rows, |row| Some(row.reason.clone()).filter(|text| !text.is_empty())),
    ]);
    columns
}

fn rounded(row: &Restated) -> BTreeMap<Cause, Exact> {
    let parts: Vec<Exact> = row.figure.parts.values().cloned().collect();
    let shown = round::add_up(&parts, SHARE_DECIMALS);
    row.figure.parts.keys().copied().zip(shown).collect()
}

/// Amounts and shares stand in one column, in the digits of shares.
fn number(name: &str, rows: &[Restated], of: impl Fn(&Restated) -> Option<Exact>) -> Column {
    decimal(name, SHARE_DECIMALS, rows, of)
}
