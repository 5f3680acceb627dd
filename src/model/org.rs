//! The org tree, and who belonged where on which day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{DateRange, Exact, Language, UnitId};

/// Where a unit stands in the tree.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Company,
    Department,
    Person,
}

impl Level {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Department => "department",
            Self::Person => "person",
        }
    }
}

/// The company or a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: UnitId,
    pub name: String,
    /// The name in an English report, where the extract gives one.
    pub name_en: Option<String>,
    /// None for the company alone.
    pub parent: Option<UnitId>,
    /// The person who is responsible for it.
    pub owner: Option<UnitId>,
}

impl Unit {
    pub fn level(&self) -> Level {
        if self.parent.is_none() { Level::Company } else { Level::Department }
    }
}

/// Somebody that figures are computed for, or that a report goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UnitId,
    pub name: String,
    pub mail: Option<String>,
    pub language: Option<Language>,
    pub role: Option<String>,
    /// First day with the company; none where unknown.
    pub joined: Option<NaiveDate>,
    /// First day no longer with the company.
    pub left: Option<NaiveDate>,
    /// What a month is worth to them at a coefficient of 1 (奖金基数).
    pub bonus_base: Option<Exact>,
}

/// A person's stay in a unit; open ends where the extract gives none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub unit: UnitId,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Membership {
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// The days of it that lie in the dates.
    pub fn days_in(&self, dates: &DateRange) -> Option<DateRange> {
        let start = self.from.map_or(dates.start, |from| from.max(dates.start));
        let end = self.to.map_or(dates.end, |to| to.min(dates.end));
        DateRange::new(start, end)
    }
}

/// The whole tree. Built by `data`, which has checked that every parent and unit exists and that
/// there is no cycle.
#[derive(Clone, Debug)]
pub struct Org {
    pub company: UnitId,
    pub units: BTreeMap<UnitId, Unit>,
    pub people: BTreeMap<UnitId, Person>,
    /// Each person's stays, by first day, without overlap.
    pub memberships: BTreeMap<UnitId, Vec<Membership>>,
}

impl Org {
    pub fn level(&self, id: &UnitId) -> Option<Level> {
        match self.units.get(id) {
            Some(unit) => Some(unit.level()),
            None => self.people.contains_key(id).then_some(Level::Person),
        }
    }

    /// The name of a unit or person in a language; the id itself where nobody gave a name.
    pub fn name(&self, id: &UnitId, language: Language) -> String {
        if let Some(unit) = self.units.get(id) {
            return match (language, &unit.name_en) {
                (Language::En, Some(name)) => name.clone(),
                _ => unit.name.clone(),
            };
        }
        self.people.get(id).map_or_else(|| id.to_string(), |person| person.name.clone())
    }

    /// The unit that a person belonged to on a day. Without a stay on that day it is the company:
    /// the row is the person's and the company's, of no department.
    pub fn unit_on(&self, person: &UnitId, day: NaiveDate) -> &UnitId {
        self.stays(person)
            .iter()
            .find(|stay| stay.contains(day))
            .map_or(&self.company, |stay| &stay.unit)
    }

    /// The unit that a person belonged to last within the dates; none without a stay in them.
    pub fn last_unit_in(&self, person: &UnitId, dates: &DateRange) -> Option<&UnitId> {
        self.stays(person)
            .iter()
            .rev()
            .find(|stay| stay.days_in(dates).is_some())
            .map(|stay| &stay.unit)
    }

    /// A person's stays, by first day.
    pub fn stays(&self, person: &UnitId) -> &[Membership] {
        self.memberships.get(person).map_or(&[], Vec::as_slice)
    }

    /// The unit and all above it, up to the company.
    pub fn and_above<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a UnitId> {
        std::iter::successors(Some(unit), |id| self.units.get(*id)?.parent.as_ref())
    }

    /// Whether a unit or person stands in one of `units`, or below it, for the dates; always where
    /// none is named.
    pub fn lies_in(&self, unit: &UnitId, units: &[UnitId], dates: &DateRange) -> bool {
        let place = if self.people.contains_key(unit) { self.home(unit, dates) } else { unit };
        units.is_empty() || self.and_above(place).any(|above| units.contains(above))
    }

    /// The units right below, by id.
    pub fn children<'a>(&'a self, parent: &'a UnitId) -> impl Iterator<Item = &'a Unit> {
        self.units.values().filter(move |unit| unit.parent.as_ref() == Some(parent))
    }

    /// Whether a person was with the company on any of the days: by the dates of joining and
    /// leaving; where neither is known, by a stay, if any stay of theirs is known.
    pub fn takes_part(&self, person: &UnitId, dates: &DateRange) -> bool {
        let Some(known) = self.people.get(person) else { return false };
        if known.joined.is_some() || known.left.is_some() {
            return known.joined.is_none_or(|day| day < dates.end)
                && known.left.is_none_or(|day| day > dates.start);
        }
        let stays = self.stays(person);
        stays.is_empty() || stays.iter().any(|stay| stay.days_in(dates).is_some())
    }

    /// Whether a unit is there on all of the days; a person by the dates of joining and leaving.
    pub fn is_there_on_all(&self, unit: &UnitId, dates: &DateRange) -> bool {
        self.people.get(unit).is_none_or(|known| {
            known.joined.is_none_or(|day| day <= dates.start)
                && known.left.is_none_or(|day| day >= dates.end)
        })
    }

    /// The days of `dates` that a person was with the company, by the same rule as
    /// [`Self::takes_part`].
    pub fn days_there(&self, person: &UnitId, dates: &DateRange) -> Vec<DateRange> {
        let Some(known) = self.people.get(person) else { return Vec::new() };
        let stays = self.stays(person);
        if known.joined.is_none() && known.left.is_none() && !stays.is_empty() {
            return stays.iter().filter_map(|stay| stay.days_in(dates)).collect();
        }
        let start = known.joined.map_or(dates.start, |day| day.max(dates.start));
        let end = known.left.map_or(dates.end, |day| day.min(dates.end));
        DateRange::new(start, end).into_iter().collect()
    }

    /// The people whose last unit within the dates is `unit` itself, by id.
    pub fn members<'a>(
        &'a self,
        unit: &'a UnitId,
        dates: DateRange,
    ) -> impl Iterator<Item = &'a Person> {
        self.people.values().filter(move |person| {
            self.takes_part(&person.id, &dates) && self.home(&person.id, &dates) == unit
        })
    }

    /// The unit that a person is reported under for the dates: the last one, else the company.
    pub fn home(&self, person: &UnitId, dates: &DateRange) -> &UnitId {
        self.last_unit_in(person, dates).unwrap_or(&self.company)
    }

    /// The units in the order of the tree: each parent before its children, siblings by id.
    pub fn units_in_order(&self) -> Vec<&Unit> {
        fn visit<'a>(org: &'a Org, unit: &'a Unit, order: &mut Vec<&'a Unit>) {
            order.push(unit);
            for child in org.children(&unit.id) {
                visit(org, child, order);
            }
        }
        let mut order = Vec::new();
        if let Some(company) = self.units.get(&self.company) {
            visit(self, company, &mut order);
        }
        order
    }
}
