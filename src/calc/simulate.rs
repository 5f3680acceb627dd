//! Two plans over the same periods: what each person would get, and what it would cost.

use std::collections::{BTreeMap, BTreeSet};

use super::award::{BandEdges, CoefficientAward, NoCoefficient};
use super::score::Scorecards;
use crate::model::{Exact, FiscalYear, Period, UnitId};

/// What one plan gives a person for a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The name of the plan that holds.
    pub plan: Option<String>,
    /// None where the plans give no coefficient at the period's grain.
    pub coefficient: Option<Result<Exact, NoCoefficient>>,
    pub band: Option<BandEdges>,
    /// The payouts of the period and of those inside it; none where nothing is paid.
    pub amount: Option<Exact>,
}

impl Given {
    pub fn coefficient(&self) -> Option<&Exact> {
        self.coefficient.as_ref()?.as_ref().ok()
    }
}

/// A person in a period, under the plan as it is and under the other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub period: Period,
    pub unit: UnitId,
    pub old: Given,
    pub new: Given,
}

/// How a person fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fares {
    Gains,
    Loses,
    Unchanged,
}

/// A person over all periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonTotal {
    pub unit: UnitId,
    /// What is paid; nothing paid is zero here.
    pub old: Exact,
    pub new: Exact,
    /// By what decides: the amounts, or the coefficients where no amounts are known.
    pub difference: Exact,
    pub fares: Fares,
}

/// How many awards lie in a band, under either plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandCount {
    /// None for those without a coefficient.
    pub band: Option<BandEdges>,
    pub old: usize,
    pub new: usize,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// By period and unit.
    pub rows: Vec<Compared>,
    /// Whoever gains most first; then by unit.
    pub people: Vec<PersonTotal>,
    pub bands: Vec<BandCount>,
    /// Whether amounts decide who gains; else coefficients do.
    pub by_amount: bool,
}

impl Simulation {
    pub fn old_cost(&self) -> Exact {
        self.people.iter().map(|person| &person.old).sum()
    }

    pub fn new_cost(&self) -> Exact {
        self.people.iter().map(|person| &person.new).sum()
    }

    pub fn count(&self, fares: Fares) -> usize {
        self.people.iter().filter(|person| person.fares == fares).count()
    }
}

/// The periods to judge for those asked: they themselves, and the months and quarters inside them,
/// which a plan may pay by.
pub fn periods_to_judge(asked: &[Period], fiscal: FiscalYear) -> Vec<Period> {
    let all: BTreeSet<Period> = asked.iter().flat_map(|&period| paid_in(period, fiscal)).collect();
    all.into_iter().collect()
}

/// The period, and each month inside it.
pub(super) fn paid_in(period: Period, fiscal: FiscalYear) -> BTreeSet<Period> {
    std::iter::once(period).chain(period.months(fiscal)).collect()
}

/// Compares what two plans gave, for people, over the periods asked.
pub fn compare(
    old: &Scorecards,
    new: &Scorecards,
    people: impl Fn(&UnitId) -> bool,
    asked: &[Period],
    fiscal: FiscalYear,
) -> Simulation {
    let mut rows = Vec::new();
    for &period in asked {
        let inside = paid_in(period, fiscal);
        let in_either = [old, new].into_iter().flat_map(|cards| cards.coefficients.keys());
        let units: BTreeSet<&UnitId> = in_either
            .filter(|(of, unit)| inside.contains(of) && people(unit))
            .map(|(_, unit)| unit)
            .collect();
        rows.extend(units.into_iter().map(|unit| Compared {
            period,
            unit: unit.clone(),
            old: given(old, period, &inside, unit),
            new: given(new, period, &inside, unit),
        }));
    }
    let by_amount = rows.iter().any(|row| row.old.amount.is_some() || row.new.amount.is_some());
    let bands = count_bands(&rows);
    let people = totals(&rows, by_amount);
    Simulation { people, bands, rows, by_amount }
}

fn given(cards: &Scorecards, period: Period, inside: &BTreeSet<Period>, unit: &UnitId) -> Given {
    let award = cards.coefficient(period, unit);
    let paid = inside.iter().filter_map(|&period| cards.coefficient(period, unit)?.payout());
    let amounts: Vec<&Exact> = paid.map(|payout| &payout.amount).collect();
    Given {
        plan: award.and_then(plan_name),
        coefficient: award.map(|award| award.coefficient.clone()),
        band: award.and_then(|award| award.coefficient().and(award.band.clone())),
        amount: (!amounts.is_empty()).then(|| amounts.into_iter().sum()),
    }
}

fn plan_name(award: &CoefficientAward) -> Option<String> {
    award.plan.as_ref().and_then(|plan| plan.name.clone())
}

fn totals(rows: &[Compared], by_amount: bool) -> Vec<PersonTotal> {
    let mut sums: BTreeMap<&UnitId, [Exact; 3]> = BTreeMap::new();
    let zero = Exact::zero();
    for row in rows {
        let paid = |given: &Given| given.amount.clone().unwrap_or_else(Exact::zero);
        let earned = |given: &Given| given.coefficient().cloned().unwrap_or_else(Exact::zero);
        let (old, new) = (paid(&row.old), paid(&row.new));
        let more = if by_amount { &new - &old } else { earned(&row.new) - earned(&row.old) };
        let sum =
            sums.entry(&row.unit).or_insert_with(|| [zero.clone(), zero.clone(), zero.clone()]);
        for (sum, part) in sum.iter_mut().zip([old, new, more]) {
            *sum = &*sum + &part;
        }
    }
    let mut people: Vec<PersonTotal> = sums
        .into_iter()
        .map(|(unit, [old, new, difference])| {
            let fares = match (difference.is_positive(), difference.is_negative()) {
                (true, _) => Fares::Gains,
                (_, true) => Fares::Loses,
                _ => Fares::Unchanged,
            };
            PersonTotal { unit: unit.clone(), old, new, difference, fares }
        })
        .collect();
    people.sort_by(|a, b| b.difference.cmp(&a.difference).then_with(|| a.unit.cmp(&b.unit)));
    people
}

/// From low to high, those without a coefficient last.
fn count_bands(rows: &[Compared]) -> Vec<BandCount> {
    let mut counts: BTreeMap<(bool, Option<BandEdges>), [usize; 2]> = BTreeMap::new();
    for row in rows {
        for (at, given) in [&row.old, &row.new].into_iter().enumerate() {
            if given.coefficient.is_some() {
                let band = given.band.clone();
                counts.entry((band.is_none(), band)).or_default()[at] += 1;
            }
        }
    }
    counts.into_iter().map(|((_, band), [old, new])| BandCount { band, old, new }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calc::award::{Pay, Payout};
    use crate::model::Figure;

    fn number(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    /// Awards of a coefficient, of which a base of 1000 pays a month's; an empty one is none.
    fn cards(awards: &[(&str, &str, &str)]) -> Scorecards {
        let mut cards = Scorecards::default();
        for (period, unit, coefficient) in awards {
            let period: Period = period.parse().unwrap();
            let why = NoCoefficient::NoPlan { day: "2026-10-31".parse().unwrap(), role: None };
            let known = (!coefficient.is_empty()).then(|| number(coefficient));
            let base = number("1000");
            let pay = match (&known, period) {
                (Some(known), Period::Month { .. }) => {
                    let amount = &base * known;
                    Pay::Paid(Payout { base, months: 1, amount })
                }
                _ => Pay::Nothing,
            };
            let award = CoefficientAward {
                period,
                unit: (*unit).into(),
                plan: None,
                value: known.clone().map(Figure::Known),
                parts: Vec::new(),
                band: known.clone().map(|known| (known, None)),
                slices: Vec::new(),
                earned: known.clone(),
                second: None,
                uncapped: None,
                coefficient: known.ok_or(why),
                next: None,
                point: None,
                pay,
            };
            cards.coefficients.insert((period, award.unit.clone()), award);
        }
        cards
    }

    fn compared(old: &Scorecards, new: &Scorecards, asked: &[&str]) -> Simulation {
        let asked: Vec<Period> = asked.iter().map(|period| period.parse().unwrap()).collect();
        compare(old, new, |unit| unit.as_str() != "D", &asked, FiscalYear::default())
    }

    fn fares(simulation: &Simulation) -> Vec<String> {
        let told = |person: &PersonTotal| {
            let difference = crate::model::round::to_plain(&person.difference);
            format!("{} {difference} {:?}", person.unit, person.fares)
        };
        simulation.people.iter().map(told).collect()
    }

    #[test]
    fn who_gains_most_comes_first_and_departments_are_no_cost() {
        let old = cards(&[("2026-10", "A", "1.0"), ("2026-10", "B", "1.2"), ("2026-10", "C", "1")]);
        let new = cards(&[("2026-10", "A", "1.2"), ("2026-10", "B", ""), ("2026-10", "C", "1")]);
        let mut with_department = new.clone();
        with_department.coefficients.extend(cards(&[("2026-10", "D", "9")]).coefficients);
        let simulation = compared(&old, &with_department, &["2026-10"]);
        assert_eq!(fares(&simulation), ["A 200 Gains", "C 0 Unchanged", "B -1200 Loses"]);
        assert_eq!(
            (simulation.old_cost(), simulation.new_cost()),
            (number("3200"), number("2200"))
        );
        let bands: Vec<[usize; 2]> = simulation.bands.iter().map(|b| [b.old, b.new]).collect();
        assert_eq!(bands, [[2, 1], [1, 1], [0, 1]], "1.0, 1.2, and without a coefficient");
    }

    #[test]
    fn a_quarter_is_paid_what_its_months_are() {
        let old = cards(&[
            ("2026-Q3", "A", "1.1"),
            ("2026-07", "A", "1"),
            ("2026-09", "A", "1.2"),
            ("2026-10", "A", "5"),
        ]);
        let simulation = compared(&old, &Scorecards::default(), &["2026-Q3"]);
        assert_eq!(simulation.rows.len(), 1);
        let given = &simulation.rows[0].old;
        assert_eq!(
            (given.coefficient(), &given.amount),
            (Some(&number("1.1")), &Some(number("2200")))
        );
        assert_eq!(simulation.rows[0].new, Given::default());
    }

    #[test]
    fn without_any_base_coefficients_decide() {
        let (old, new) = (cards(&[("2026-Q3", "A", "1")]), cards(&[("2026-Q3", "A", "0.8")]));
        let simulation = compared(&old, &new, &["2026-Q3"]);
        assert!(!simulation.by_amount);
        assert_eq!(fares(&simulation), ["A -0.2 Loses"]);
    }

    #[test]
    fn the_same_plan_changes_nothing() {
        let old = cards(&[("2026-10", "A", "1.0"), ("2026-10", "B", "")]);
        let simulation = compared(&old, &old, &["2026-10"]);
        assert_eq!(simulation.count(Fares::Unchanged), 2);
        assert_eq!(simulation.old_cost(), simulation.new_cost());
    }
}
