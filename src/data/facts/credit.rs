//! Whom a row counts for: its owner, and the units that the owner belonged to on the day.

use chrono::NaiveDate;

use crate::model::metric::CreditTo;
use crate::model::{Org, UnitId};

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
}
