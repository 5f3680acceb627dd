//! What departments and people weigh when a target is split.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::given::read_given;
use super::propose::{Before, ProposeOptions, SplitBy, usage};
use crate::app::AppError;
use crate::app::gather::Gathered;
use crate::model::{DateRange, Exact, Org, Period, UnitId, round};
use crate::settings::Project;

/// Who takes part when the year begins, and what each weighs.
pub(super) fn weights(
    project: &Project,
    gathered: &Gathered,
    options: &ProposeOptions,
    before: &Before,
) -> Result<BTreeMap<UnitId, Exact>, AppError> {
    let org = &gathered.org;
    let begin = Period::Year(options.year).dates(project.fiscal).start;
    let first_day = DateRange { start: begin, end: begin + chrono::Days::new(1) };
    let people: Vec<&UnitId> =
        org.people.keys().filter(|person| org.takes_part(person, &first_day)).collect();
    if people.is_empty() {
        return Err(usage(format!("nobody is with the company on {begin}"), "check the year"));
    }
    let given = match &options.given {
        Some(path) => read_given(path, org)?,
        None => BTreeMap::new(),
    };
    Ok(match options.by {
        SplitBy::Capacity => {
            let weight = |id: &UnitId| given.get(id).cloned().unwrap_or_else(Exact::one);
            people.into_iter().map(|id| (id.clone(), weight(id))).collect()
        }
        SplitBy::LastYear => {
            let reached =
                |id: &UnitId| before.year(id).map(|value| value.clone().max(Exact::zero()));
            // Who was not there yet weighs as much as the others on average.
            let known: Vec<Exact> = people.iter().filter_map(|id| reached(id)).collect();
            let known: Vec<&Exact> = known.iter().filter(|value| value.is_positive()).collect();
            let mean = Exact::mean(known.into_iter()).unwrap_or_else(Exact::one);
            let mean = round::half_up(&mean, 2);
            let weight = |id: &UnitId| reached(id).unwrap_or_else(|| mean.clone());
            people.into_iter().map(|id| (id.clone(), weight(id))).collect()
        }
        SplitBy::Shares => shares(org, begin, &people, &given)?,
    })
}

/// Everybody's share of the unit above: as given, else an equal part of what is left.
fn shares(
    org: &Org,
    begin: NaiveDate,
    people: &[&UnitId],
    given: &BTreeMap<UnitId, Exact>,
) -> Result<BTreeMap<UnitId, Exact>, AppError> {
    let mut weights = BTreeMap::new();
    let has_people = |unit: &UnitId| {
        people
            .iter()
            .any(|person| org.and_above(org.unit_on(person, begin)).any(|above| above == unit))
    };
    for unit in org.units.keys() {
        let units = org.children(unit).map(|child| &child.id);
        let units = units.filter(|id| has_people(id) || given.contains_key(*id));
        let own = people.iter().copied().filter(|person| org.unit_on(person, begin) == unit);
        let below: Vec<&UnitId> = units.chain(own).collect();
        let said: Exact = below.iter().filter_map(|id| given.get(*id)).sum();
        let silent = below.iter().filter(|id| !given.contains_key(**id)).count();
        let percent = |share: &Exact| round::to_plain(&(share * &Exact::from(100)));
        let left = &Exact::one() - &said;
        if !below.is_empty() && (left.is_negative() || (silent == 0 && !left.is_zero())) {
            return Err(usage(
                format!("the shares below {unit} add up to {} %", percent(&said)),
                "make them add up to 100 %, or to less and leave some out to share the rest",
            ));
        }
        for id in below {
            let even = || &left / silent.max(1) as i64;
            weights.insert(id.clone(), given.get(id).cloned().unwrap_or_else(even));
        }
    }
    Ok(weights)
}
