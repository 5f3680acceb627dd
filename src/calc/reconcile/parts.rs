//! Who is below whom, and with what: the targets of a metric by parent and child.

use std::collections::{BTreeMap, BTreeSet};

use crate::calc::targets::{TargetBook, TargetPiece};
use crate::model::{DateRange, Exact, FiscalYear, MetricId, Org, Period, UnitId};

/// The targets of one metric.
pub(super) struct Parts<'a> {
    org: &'a Org,
    fiscal: FiscalYear,
    units: BTreeMap<&'a UnitId, Vec<TargetPiece>>,
    /// A person's rows count for the unit where the person was when the row's period began.
    people: BTreeMap<&'a UnitId, BTreeMap<&'a UnitId, Vec<TargetPiece>>>,
}

/// What a child has in a period.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub value: Exact,
    /// How many of its months were cut out of longer periods, and so rounded to the last place.
    pub cut: usize,
}

/// The children of a unit in a period.
pub(super) struct Below<'a> {
    pub sum: Option<Exact>,
    /// How many children have a target.
    pub counted: usize,
    pub without: Vec<&'a UnitId>,
    pub cut: usize,
}

impl<'a> Parts<'a> {
    pub(super) fn new(
        book: &TargetBook,
        org: &'a Org,
        metric: &MetricId,
        fiscal: FiscalYear,
    ) -> Self {
        let units = org.units.keys().map(|unit| (unit, book.pieces(unit, metric))).collect();
        let mut people: BTreeMap<&UnitId, BTreeMap<&UnitId, Vec<TargetPiece>>> = BTreeMap::new();
        for person in org.people.keys() {
            for piece in book.pieces(person, metric) {
                let home = first_unit_in(org, person, &piece.row.dates(fiscal));
                people.entry(home).or_default().entry(person).or_default().push(piece);
            }
        }
        Self { org, fiscal, units, people }
    }

    /// The children of a unit. A department without rows of its own has the sum of those below it.
    pub(super) fn below(&self, unit: &'a UnitId, period: Period) -> Below<'a> {
        let mut below = Below { sum: None, counted: 0, without: Vec::new(), cut: 0 };
        let mut add = |part: Part| {
            let sum = below.sum.take().unwrap_or_else(Exact::zero);
            below.sum = Some(&sum + &part.value);
            below.counted += 1;
            below.cut += part.cut;
        };
        let mut without = Vec::new();
        for child in self.org.children(unit) {
            match self.of_unit(&child.id, period) {
                Some(part) => add(part),
                None => without.push(&child.id),
            }
        }
        for pieces in self.people.get(unit).into_iter().flat_map(BTreeMap::values) {
            if let Some(part) = self.sum(pieces, period) {
                add(part);
            }
        }
        without.extend(self.people_without(unit, period));
        below.without = without;
        below
    }

    fn of_unit(&self, unit: &'a UnitId, period: Period) -> Option<Part> {
        let own = self.units.get(unit).and_then(|pieces| self.sum(pieces, period));
        own.or_else(|| {
            let below = self.below(unit, period);
            below.sum.map(|value| Part { value, cut: below.cut })
        })
    }

    fn sum(&self, pieces: &[TargetPiece], period: Period) -> Option<Part> {
        let counted: Vec<&TargetPiece> =
            pieces.iter().filter(|piece| counts(piece, period, self.fiscal)).collect();
        Part::sum(&counted, period, self.fiscal)
    }

    /// Those who began the period in the unit, and have no target in it anywhere.
    fn people_without(&self, unit: &UnitId, period: Period) -> Vec<&'a UnitId> {
        let dates = period.dates(self.fiscal);
        let aimed: BTreeSet<&UnitId> = self
            .people
            .values()
            .flatten()
            .filter(|(_, pieces)| self.sum(pieces, period).is_some())
            .map(|(person, _)| *person)
            .collect();
        let here = |person: &&UnitId| {
            self.org.takes_part(person, &dates)
                && first_unit_in(self.org, person, &dates) == unit
                && !aimed.contains(*person)
        };
        self.org.people.keys().filter(here).collect()
    }
}

impl Part {
    /// Of pieces that count; none of none.
    pub(super) fn sum(
        counted: &[&TargetPiece],
        period: Period,
        fiscal: FiscalYear,
    ) -> Option<Self> {
        (!counted.is_empty()).then(|| Self {
            value: counted.iter().map(|piece| &piece.value).sum(),
            cut: counted.iter().filter(|piece| !lies_inside(piece.row, period, fiscal)).count(),
        })
    }
}

/// Whether a piece counts in a period: those inside it; explicit dates with the same ones only.
pub(super) fn counts(piece: &TargetPiece, period: Period, fiscal: FiscalYear) -> bool {
    let is_range = |period: &Period| matches!(period, Period::Range(_));
    match is_range(&period) {
        true => piece.period == period,
        false => !is_range(&piece.period) && lies_inside(piece.period, period, fiscal),
    }
}

fn lies_inside(within: Period, period: Period, fiscal: FiscalYear) -> bool {
    let (within, dates) = (within.dates(fiscal), period.dates(fiscal));
    dates.start <= within.start && within.end <= dates.end
}

/// The unit that a person belonged to first within the dates; without a stay in them, the company.
fn first_unit_in<'a>(org: &'a Org, person: &UnitId, dates: &DateRange) -> &'a UnitId {
    let stays = org.stays(person).iter();
    let mut inside = stays.filter(|stay| {
        stay.from.is_none_or(|from| from < dates.end) && stay.to.is_none_or(|to| to > dates.start)
    });
    inside.next().map_or(&org.company, |stay| &stay.unit)
}
