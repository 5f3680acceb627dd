//! In which row of which sheet a unit stands, and what its actual is the sum of.

use std::collections::BTreeMap;

use crate::calc::score::Score;
use crate::model::{Exact, Metric, MetricKind, UnitId};
use crate::report::desk::Desk;
use crate::report::sheet::{CellRef, Term};
use crate::report::statement::cells::{round_digits, rounded};
use crate::report::units::{departments_below, people_below};

/// The columns of figures, the same in both sheets.
pub(in crate::report::statement) const ACTUAL: usize = 5;
pub(super) const TARGET: usize = 6;
pub(super) const ATTAINMENT: usize = 7;

/// A row of the sheet of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PersonRow<'a> {
    Person(&'a UnitId),
    /// What a unit has beside its departments and the people listed under it, so that the sum is
    /// the whole.
    Rest(&'a UnitId, Exact),
}

/// The order of both sheets: by metric, then as the tree goes.
pub(in crate::report::statement) struct Places<'a> {
    pub metrics: Vec<&'a Metric>,
    /// The unit itself first.
    pub units: Vec<&'a UnitId>,
    /// By department as the tree goes, then by id.
    pub people: Vec<&'a UnitId>,
    /// For each metric, the rows of people, and of each unit which of them are its own.
    pub(super) rows: Vec<Vec<PersonRow<'a>>>,
    own: Vec<BTreeMap<&'a UnitId, std::ops::Range<usize>>>,
}

impl<'a> Places<'a> {
    pub(in crate::report::statement) fn find(desk: &Desk<'a>) -> Self {
        let org = desk.briefing.org;
        let metrics: Vec<&Metric> =
            desk.briefing.headline.iter().filter_map(|id| desk.metric(id)).collect();
        let below = departments_below(desk).into_iter().map(|unit| &unit.id);
        let units: Vec<&UnitId> = std::iter::once(desk.unit).chain(below).collect();
        let is_shown = |id: &&UnitId| {
            let mut scores = metrics.iter().filter_map(|metric| desk.score(id, &metric.id));
            scores.any(says_something)
        };
        let mut people: Vec<&UnitId> = people_below(desk).into_iter().filter(is_shown).collect();
        let place = |id: &UnitId| units.iter().position(|unit| *unit == org.home(id, &desk.dates));
        people.sort_by_key(|id| (place(id), (*id).clone()));
        let mut found = Self { metrics, units, people, rows: Vec::new(), own: Vec::new() };
        let mut next = 0;
        for at in 0..found.metrics.len() {
            let (rows, own) = found.of_metric(desk, at, next);
            next += rows.len();
            found.rows.push(rows);
            found.own.push(own);
        }
        found
    }

    /// The unit, those below it, and their people.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &'a UnitId> + '_ {
        self.units.iter().chain(&self.people).copied()
    }

    fn of_metric(
        &self,
        desk: &Desk<'a>,
        at: usize,
        first: usize,
    ) -> (Vec<PersonRow<'a>>, BTreeMap<&'a UnitId, std::ops::Range<usize>>) {
        let org = desk.briefing.org;
        let mut rows = Vec::new();
        let mut own = BTreeMap::new();
        for &unit in &self.units {
            let begin = first + rows.len();
            let mut here: Vec<&'a UnitId> = self.people.clone();
            here.retain(|id| org.home(id, &desk.dates) == unit);
            rows.extend(here.iter().copied().map(PersonRow::Person));
            let rest = self.rest(desk, at, unit, &here).filter(|rest| !rest.is_zero());
            rows.extend(rest.map(|rest| PersonRow::Rest(unit, rest)));
            own.insert(unit, begin..first + rows.len());
        }
        (rows, own)
    }

    /// What a unit's actual has beside that of those right below; none where they do not add up.
    fn rest(&self, desk: &Desk<'_>, at: usize, unit: &UnitId, people: &[&UnitId]) -> Option<Exact> {
        let metric = self.metrics[at];
        let actual = |id: &UnitId| desk.score(id, &metric.id)?.actual.known().cloned();
        if !adds_up(desk, metric) {
            return None;
        }
        let below = desk.briefing.org.children(unit).map(|child| &child.id);
        let sum: Exact = below.chain(people.iter().copied()).filter_map(actual).sum();
        Some(&actual(unit)? - &sum)
    }

    /// A cell of a unit's row for a metric.
    pub(in crate::report::statement) fn unit(
        &self,
        metric: usize,
        unit: &UnitId,
        column: usize,
    ) -> Option<CellRef> {
        let row = self.units.iter().position(|other| *other == unit)?;
        Some(CellRef::new("units", 0, metric * self.units.len() + row, column))
    }

    /// A cell of a person's row for a metric.
    pub(super) fn person(&self, metric: usize, id: &UnitId, column: usize) -> Option<CellRef> {
        let rows = &self.rows[metric];
        let row = rows.iter().position(|row| *row == PersonRow::Person(id))?;
        let before: usize = self.rows[..metric].iter().map(Vec::len).sum();
        Some(CellRef::new("people", 0, before + row, column))
    }

    /// A unit's actual as the sum of those right below; none where it is none.
    pub(super) fn sum(&self, desk: &Desk<'_>, metric: usize, score: &Score) -> Option<Vec<Term>> {
        const MOST: usize = 200;
        if !adds_up(desk, self.metrics[metric]) {
            return None;
        }
        let own = self.own[metric].get(&score.unit).filter(|rows| !rows.is_empty());
        let own = own
            .map(|rows| CellRef::new("people", 0, rows.start, ACTUAL).down(rows.end - rows.start));
        let children = desk.briefing.org.children(&score.unit);
        let children =
            children.filter_map(|child| Some(Term::Cell(self.unit(metric, &child.id, ACTUAL)?)));
        let all: Vec<Term> = children.chain(own).collect();
        if all.is_empty() || all.len() > MOST {
            return None;
        }
        let mut terms = vec![Term::code("SUM(")];
        for (at, term) in all.into_iter().enumerate() {
            if at > 0 {
                terms.push(Term::code(","));
            }
            terms.push(term);
        }
        terms.push(Term::code(")"));
        Some(rounded(terms, round_digits(score.actual.known()?)?))
    }
}

/// Whether somebody reached anything, or was meant to.
fn says_something(score: &Score) -> bool {
    score.target.known().is_some() || score.actual.known().is_some_and(|actual| !actual.is_zero())
}

/// Whether what units reached may be added: amounts and counts of rows, and what is put together of
/// these by adding.
pub(super) fn adds_up(desk: &Desk<'_>, metric: &Metric) -> bool {
    match &metric.kind {
        MetricKind::Derived(formula) => {
            let adds = |name: &str| desk.metric(&name.into()).is_some_and(|m| adds_up(desk, m));
            formula.is_linear() && formula.names().into_iter().all(adds)
        }
        _ => metric.is_additive(),
    }
}
