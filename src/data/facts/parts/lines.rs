//! The lines that parts are read from: the owner, the day and the value of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use polars::prelude::*;

use crate::data::facts::credit::Crediting;
use crate::data::facts::days::day_of;
use crate::data::facts::stretches::Stretches;
use crate::model::UnitId;

/// The values met so far, numbered, under the names that people know them by.
pub struct ValueNames<'a> {
    names: &'a BTreeMap<String, String>,
    numbers: HashMap<String, usize>,
    shown: Vec<String>,
}

impl<'a> ValueNames<'a> {
    pub fn new(names: &'a BTreeMap<String, String>) -> Self {
        Self { names, numbers: HashMap::new(), shown: Vec::new() }
    }

    /// The name of each value, by its number.
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    fn number_of(&mut self, value: &str) -> usize {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        self.shown.push(self.names.get(value).map_or(value, String::as_str).to_owned());
        self.numbers.insert(value.to_owned(), self.shown.len() - 1);
        self.shown.len() - 1
    }
}

/// The lines of a table: the owner, the day and the number of the value of each.
pub struct Lines<'a> {
    pub table: DataFrame,
    crediting: Crediting<'a>,
    places: Vec<(Option<UnitId>, Option<NaiveDate>, usize)>,
}

impl<'a> Lines<'a> {
    pub fn of(
        table: DataFrame,
        crediting: Crediting<'a>,
        values: &mut ValueNames<'_>,
    ) -> PolarsResult<Self> {
        let owners = table.column("_owner")?.str()?;
        let days = table.column("_day")?.date()?;
        let texts = table.column("_value")?.str()?;
        let mut places = Vec::with_capacity(table.height());
        let mut last: Option<UnitId> = None;
        for index in 0..table.height() {
            let owner = owners.get(index).filter(|owner| !owner.is_empty());
            if last.as_ref().map(UnitId::as_str) != owner {
                last = owner.map(UnitId::from);
            }
            let value = values.number_of(texts.get(index).unwrap_or_default());
            places.push((last.clone(), days.phys.get(index).and_then(day_of), value));
        }
        Ok(Self { table, crediting, places })
    }

    /// Hands out each line that counts: its place in the table, the units of `wanted` that it
    /// counts for, its stretch and its value.
    pub fn each(
        &self,
        wanted: &BTreeSet<UnitId>,
        stretches: &Stretches,
        take: &mut dyn FnMut(usize, &[UnitId], usize, usize) -> PolarsResult<()>,
    ) -> PolarsResult<()> {
        let mut last: Option<(&UnitId, NaiveDate)> = None;
        let mut units = Vec::new();
        for (index, (owner, day, value)) in self.places.iter().enumerate() {
            let (Some(owner), Some(day)) = (owner, *day) else { continue };
            let Some(stretch) = stretches.of(day) else { continue };
            if last != Some((owner, day)) {
                units = self.crediting.credited(owner, day);
                units.retain(|unit| wanted.contains(unit));
                last = Some((owner, day));
            }
            take(index, &units, stretch, *value)?;
        }
        Ok(())
    }
}
