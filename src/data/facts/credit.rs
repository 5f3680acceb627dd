//! Whom a row counts for: its owner, and the units that the owner belonged to on the day.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::model::metric::CreditTo;
use crate::model::{DateRange, Org, UnitId};

/// How the owners of a pass are found in the org.
#[derive(Clone, Copy)]
pub struct Crediting<'a> {
    pub org: &'a Org,
    pub credit_to: &'a CreditTo,
    /// Counts for the owner alone, and in no unit above.
    pub overlay: bool,
}

impl Crediting<'_> {
    /// Whether the org has the owner.
    pub fn knows(&self, owner: &UnitId) -> bool {
        match self.credit_to {
            CreditTo::Person(_) => self.org.people.contains_key(owner),
            CreditTo::Unit(_) => self.org.units.contains_key(owner),
        }
    }

    /// The owner and all units above on the day; nobody for an owner whom the org does not have.
    pub fn credited(&self, owner: &UnitId, day: NaiveDate) -> Vec<UnitId> {
        if !self.knows(owner) {
            return Vec::new();
        }
        if self.overlay {
            return vec![owner.clone()];
        }
        match self.credit_to {
            CreditTo::Person(_) => {
                let unit = self.org.unit_on(owner, day);
                std::iter::once(owner).chain(self.org.and_above(unit)).cloned().collect()
            }
            CreditTo::Unit(_) => self.org.and_above(owner).cloned().collect(),
        }
    }

    /// Everybody whose rows of some days may count for a unit; none stands for all, of the company.
    pub fn owners_for(&self, unit: &UnitId, dates: &DateRange) -> Option<BTreeSet<UnitId>> {
        if *unit == self.org.company {
            return None;
        }
        let below = |of: &UnitId| self.org.and_above(of).any(|above| above == unit);
        let own = std::iter::once(unit.clone());
        Some(match self.credit_to {
            CreditTo::Unit(_) => {
                own.chain(self.org.units.keys().filter(|id| below(id)).cloned()).collect()
            }
            CreditTo::Person(_) => {
                let stays_there = |person: &&UnitId| {
                    let stays = self.org.stays(person).iter();
                    stays.filter(|stay| below(&stay.unit)).any(|stay| stay.days_in(dates).is_some())
                };
                own.chain(self.org.people.keys().filter(stays_there).cloned()).collect()
            }
        })
    }
}
