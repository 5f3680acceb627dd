//! Resources that lean towards the departments above target: suggested shares of customers and of
//! the market budget.

use super::score::Scorecards;
use super::spread::spread;
use crate::model::plan::{Resource, ShareBy, TiltRule};
use crate::model::{Absence, DateRange, Exact, Figure, FiscalYear, Grain, Org, Period, UnitId};

/// Shares are suggested to a tenth of a percent.
const DECIMALS: usize = 3;

/// What is known of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiltUnit {
    pub unit: UnitId,
    pub attainment: Figure,
    pub target: Figure,
    /// On the last day.
    pub people: usize,
}

/// One department's share of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiltShare {
    pub unit: UnitId,
    pub resource: Resource,
    pub base_by: ShareBy,
    /// Of 1; none where there is nothing to take it from.
    pub base: Option<Exact>,
    pub attainment: Figure,
    /// None without an attainment: the base share is kept.
    pub factor: Option<Exact>,
    /// Of 1, to a tenth of a percent; none without a base.
    pub share: Option<Exact>,
}

/// The suggestion for a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tilt {
    pub period: Period,
    /// By resource, then by unit.
    pub shares: Vec<TiltShare>,
}

impl Tilt {
    pub fn of(&self, unit: &UnitId, resource: Resource) -> Option<&TiltShare> {
        self.shares.iter().find(|share| share.unit == *unit && share.resource == resource)
    }
}

/// The period whose attainments tilt the shares of a month; none for a quarter that has not ended.
pub fn tilt_period(month: Period, grain: Grain, fiscal: FiscalYear) -> Option<Period> {
    let dates = month.dates(fiscal);
    match (grain, month) {
        (Grain::Ytd, Period::Month { year, month }) => Some(Period::Ytd { year, month }),
        (Grain::Quarter, _) => Some(Period::quarter_of(dates.start, fiscal))
            .filter(|quarter| quarter.dates(fiscal).end == dates.end),
        _ => Some(month),
    }
}

/// The suggestion for the departments right below the company; none where there are fewer than two.
pub fn tilt(
    rule: &TiltRule,
    month: Period,
    org: &Org,
    cards: &Scorecards,
    fiscal: FiscalYear,
) -> Option<Tilt> {
    let period = tilt_period(month, rule.grain, fiscal)?;
    let last = month.dates(fiscal).last_day();
    let last_day = DateRange::new(last, last + chrono::Days::new(1))?;
    let units: Vec<TiltUnit> = org
        .children(&org.company)
        .map(|unit| {
            let score = cards.score(period, &unit.id, &rule.metric);
            let figure = |of: fn(&super::Score) -> &Figure| {
                score.map_or(Figure::Absent(Absence::NoData), |score| of(score).clone())
            };
            let belongs = |person: &&UnitId| {
                org.takes_part(person, &last_day)
                    && org.and_above(org.home(person, &last_day)).any(|above| *above == unit.id)
            };
            TiltUnit {
                unit: unit.id.clone(),
                attainment: figure(|score| &score.attainment),
                target: figure(|score| &score.target),
                people: org.people.keys().filter(belongs).count(),
            }
        })
        .collect();
    let shares = Resource::ALL.iter().flat_map(|resource| shares(rule, *resource, &units));
    (units.len() > 1).then(|| Tilt { period, shares: shares.collect() })
}

/// The shares of one resource; those that there are add up to exactly 1. A department without an
/// attainment keeps its base share, and the others share what is left.
pub fn shares(rule: &TiltRule, resource: Resource, units: &[TiltUnit]) -> Vec<TiltShare> {
    let base_by = rule.base_of(resource);
    let bases = bases(base_by, units);
    let factors: Vec<Option<Exact>> =
        units.iter().map(|unit| unit.attainment.known().map(|share| factor(rule, share))).collect();
    let kept: Exact = bases
        .iter()
        .zip(&factors)
        .filter(|(_, factor)| factor.is_none())
        .filter_map(|(base, _)| base.as_ref())
        .sum();
    let weighed: Vec<Exact> = bases
        .iter()
        .zip(&factors)
        .map(|(base, factor)| match (base, factor) {
            (Some(base), Some(factor)) => base * factor,
            _ => Exact::zero(),
        })
        .collect();
    let (sum, left): (Exact, Exact) = (weighed.iter().sum(), Exact::one() - kept);
    let exact: Vec<Exact> = bases
        .iter()
        .zip(&factors)
        .zip(&weighed)
        .map(|((base, factor), weight)| match (base, factor) {
            (None, _) => Exact::zero(),
            (Some(base), None) => base.clone(),
            (Some(base), Some(_)) => {
                weight.over(&sum).map_or_else(|| base.clone(), |part| &part * &left)
            }
        })
        .collect();
    let known: Vec<usize> = (0..units.len()).filter(|&at| bases[at].is_some()).collect();
    let weights: Vec<Exact> = known.iter().map(|&at| exact[at].clone()).collect();
    let mut suggested: Vec<Option<Exact>> = vec![None; units.len()];
    for (&at, share) in known.iter().zip(spread(&Exact::one(), &weights, DECIMALS)) {
        suggested[at] = Some(share);
    }
    units
        .iter()
        .zip(bases)
        .zip(factors.into_iter().zip(suggested))
        .map(|((unit, base), (factor, share))| TiltShare {
            unit: unit.unit.clone(),
            resource,
            base_by,
            base,
            attainment: unit.attainment.clone(),
            factor,
            share,
        })
        .collect()
}

/// 1 + strength × (attainment − 1), held between floor and cap.
fn factor(rule: &TiltRule, attainment: &Exact) -> Exact {
    let free = Exact::one() + &rule.strength * &(attainment - &Exact::one());
    free.max(rule.floor.clone()).min(rule.cap.clone())
}

/// Each department's part of the whole; none where there is nothing to take it from.
fn bases(by: ShareBy, units: &[TiltUnit]) -> Vec<Option<Exact>> {
    let weight = |unit: &TiltUnit| match by {
        ShareBy::Target => unit.target.known().filter(|target| target.is_positive()).cloned(),
        ShareBy::Headcount => Some(Exact::from(unit.people as u64)),
        ShareBy::Even => Some(Exact::one()),
    };
    let weights: Vec<Option<Exact>> = units.iter().map(weight).collect();
    let sum: Exact = weights.iter().flatten().sum();
    weights.iter().map(|weight| weight.as_ref()?.over(&sum)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn rule(by: ShareBy) -> TiltRule {
        TiltRule {
            metric: "sales".into(),
            grain: Grain::Ytd,
            customers_by: by,
            market_by: by,
            strength: Exact::one(),
            floor: Exact::one(),
            cap: number("1.5"),
        }
    }

    fn unit(id: &str, attainment: Option<&str>, target: i64, people: usize) -> TiltUnit {
        let absent = Figure::Absent(Absence::NoTarget);
        TiltUnit {
            unit: id.into(),
            attainment: attainment
                .map_or(absent.clone(), |attainment| Figure::Known(number(attainment))),
            target: if target == 0 { absent } else { Figure::Known(Exact::from(target)) },
            people,
        }
    }

    fn suggested(rule: &TiltRule, units: &[TiltUnit]) -> Vec<Option<Exact>> {
        shares(rule, Resource::Market, units).into_iter().map(|share| share.share).collect()
    }

    #[test]
    fn only_those_above_target_gain() {
        let units = [
            unit("A", Some("120%"), 500, 1),
            unit("B", Some("90%"), 300, 1),
            unit("C", Some("200%"), 200, 1),
        ];
        // 0.5 × 1.2 = 0.60, 0.3 × 1 = 0.30, 0.2 × 1.5 (the cap) = 0.30: of 1.20.
        let by_target = suggested(&rule(ShareBy::Target), &units);
        assert_eq!(by_target, ["50%", "25%", "25%"].map(|share| Some(number(share))));
        let half = TiltRule { strength: number("50%"), ..rule(ShareBy::Even) };
        // 1.1, 1, 1.5 (1.5 before the cap): of 3.6; 30.55…, 27.77…, 41.66…
        let even = suggested(&half, &units);
        assert_eq!(even, ["30.5%", "27.8%", "41.7%"].map(|share| Some(number(share))));
    }

    #[test]
    fn without_an_attainment_the_base_share_is_kept() {
        let units =
            [unit("A", Some("150%"), 1, 4), unit("B", Some("100%"), 1, 4), unit("C", None, 0, 2)];
        // C keeps 20 %; A and B share 80 % as 0.4 × 1.5 to 0.4 × 1.
        let shares = suggested(&rule(ShareBy::Headcount), &units);
        assert_eq!(shares, ["48%", "32%", "20%"].map(|share| Some(number(share))));
        let by_target = suggested(&rule(ShareBy::Target), &units);
        assert_eq!(by_target, [Some(number("60%")), Some(number("40%")), None]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_reward_never_falls_behind_the_base(
            units in proptest::collection::vec((0i64..2000, proptest::option::of(0i64..300)), 2..9),
            floor in 0i64..=100,
        ) {
            let units: Vec<TiltUnit> = units
                .iter()
                .enumerate()
                .map(|(at, (target, attainment))| {
                    let attainment = attainment.map(|percent| format!("{percent}%"));
                    unit(&format!("D{at}"), attainment.as_deref(), *target, at)
                })
                .collect();
            let rule = TiltRule {
                floor: Exact::from_minor(i128::from(floor), 2),
                ..rule(ShareBy::Target)
            };
            let found = shares(&rule, Resource::Market, &units);
            let sum: Exact = found.iter().filter_map(|share| share.share.as_ref()).sum();
            if found.iter().any(|share| share.base.is_some()) {
                prop_assert_eq!(sum, Exact::one());
            }
            let best = found.iter().filter(|share| share.base.is_some()).filter_map(|s| s.factor.as_ref()).max();
            for share in found.iter().filter(|share| share.factor.as_ref() == best && best.is_some()) {
                if let (Some(base), Some(suggested)) = (&share.base, &share.share) {
                    prop_assert!(suggested + &Exact::from_minor(2, DECIMALS) >= *base);
                }
            }
        }
    }
}
