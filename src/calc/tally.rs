//! Bonus coefficients counted: how many people each band has, and what is paid, period by period.

use std::collections::{BTreeMap, BTreeSet};

use super::award::{BandEdges, CoefficientAward};
use super::score::Scorecards;
use super::simulate::paid_in;
use crate::model::{Exact, FiscalYear, Period, UnitId};

/// What is paid for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub people: usize,
    pub amount: Exact,
}

/// The awards of some people in a period and in the months inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those in which anybody has an award: months first, then the period itself.
    pub periods: Vec<Period>,
    /// How many awards lie in each band, from low to high, those without a coefficient last; by the
    /// periods.
    pub bands: Vec<(Option<BandEdges>, Vec<usize>)>,
    /// By the periods; none where nothing is paid.
    pub paid: Vec<Option<Paid>>,
    /// Over all of them; each of the people once.
    pub total: Option<Paid>,
}

impl Tally {
    /// Counts the awards of those who are `counted`.
    pub fn of(
        cards: &Scorecards,
        period: Period,
        fiscal: FiscalYear,
        counted: impl Fn(&UnitId) -> bool,
    ) -> Self {
        let inside = paid_in(period, fiscal);
        let mut awards: BTreeMap<Period, Vec<&CoefficientAward>> = BTreeMap::new();
        for ((of, unit), award) in &cards.coefficients {
            if inside.contains(of) && counted(unit) {
                awards.entry(*of).or_default().push(award);
            }
        }
        let mut bands: BTreeMap<(bool, Option<BandEdges>), Vec<usize>> = BTreeMap::new();
        for (at, award) in
            awards.values().enumerate().flat_map(|(at, of)| of.iter().map(move |award| (at, award)))
        {
            let band = award.coefficient().and(award.band.clone());
            let counts = bands.entry((band.is_none(), band)).or_default();
            counts.resize(awards.len(), 0);
            counts[at] += 1;
        }
        let each = awards.values().map(|of| paid(of)).collect();
        let all: Vec<&CoefficientAward> = awards.values().flatten().copied().collect();
        let total = paid(&all);
        let bands = bands.into_iter().map(|((_, band), counts)| (band, counts)).collect();
        Self { periods: awards.into_keys().collect(), bands, paid: each, total }
    }
}

fn paid(awards: &[&CoefficientAward]) -> Option<Paid> {
    let payouts = awards.iter().filter_map(|award| Some((&award.unit, award.payout()?)));
    let (people, amounts): (BTreeSet<&UnitId>, Vec<&Exact>) =
        payouts.map(|(unit, payout)| (unit, &payout.amount)).unzip();
    (!people.is_empty()).then(|| Paid { people: people.len(), amount: amounts.into_iter().sum() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calc::award::{NoCoefficient, Pay, Payout};
    use crate::model::{Absence, Figure};

    fn number(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    /// An award in a band that begins at its coefficient; an empty one is none.
    fn award(period: &str, unit: &str, coefficient: &str, amount: i64) -> CoefficientAward {
        let known = (!coefficient.is_empty()).then(|| number(coefficient));
        let payout = || Payout { base: number("1000"), months: 1, amount: Exact::from(amount) };
        CoefficientAward {
            period: period.parse().unwrap(),
            unit: unit.into(),
            plan: None,
            value: known.clone().map(Figure::Known),
            parts: Vec::new(),
            band: known.clone().map(|from| (from, None)),
            slices: Vec::new(),
            earned: known.clone(),
            second: None,
            uncapped: None,
            coefficient: known.ok_or(NoCoefficient::Basis(Absence::NoTarget)),
            next: None,
            point: None,
            pay: if amount > 0 { Pay::Paid(payout()) } else { Pay::Nothing },
        }
    }

    #[test]
    fn months_and_their_quarter_are_counted_beside_each_other() {
        let awards = [
            award("2026-07", "A", "1.2", 1200),
            award("2026-07", "B", "0.8", 800),
            award("2026-08", "A", "1.2", 1200),
            award("2026-08", "B", "", 0),
            award("2026-Q3", "A", "1.2", 0),
            award("2026-Q3", "D", "0.8", 0),
            award("2026-10", "A", "1.2", 9),
        ];
        let mut cards = Scorecards::default();
        cards.coefficients =
            awards.into_iter().map(|of| ((of.period, of.unit.clone()), of)).collect();
        let quarter = "2026-Q3".parse().unwrap();
        let fiscal = FiscalYear::default();
        let tally = Tally::of(&cards, quarter, fiscal, |unit| unit.as_str() != "D");
        let periods: Vec<String> = tally.periods.iter().map(ToString::to_string).collect();
        assert_eq!(periods, ["2026-07", "2026-08", "2026-Q3"]);
        let counts: Vec<&[usize]> = tally.bands.iter().map(|(_, counts)| &counts[..]).collect();
        assert_eq!(counts, [&[1, 0, 0], &[1, 1, 1], &[0, 1, 0]], "0.8, 1.2, and none");
        let paid: Vec<Option<(usize, Exact)>> =
            tally.paid.into_iter().map(|of| of.map(|of| (of.people, of.amount))).collect();
        let some = |people, amount| Some((people, Exact::from(amount)));
        assert_eq!(paid, [some(2, 2000), some(1, 1200), None]);
        assert_eq!(tally.total.map(|of| (of.people, of.amount)), some(2, 3200));
    }
}
