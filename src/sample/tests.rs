//! What the demo company promises.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::calendar::{MONTHS, YEAR_2025, YEAR_2026};
use super::company::{Company, Duty, UNITS, found_company, region_of};
use super::course::Course;
use super::dice::Dice;
use super::target_table::{Value, lay_out};
use super::targets::Targets;
use super::{Size, generate};

fn planned(people: usize) -> (Company, Targets, Course) {
    let seed = Size::default().seed;
    let company = found_company(people, &mut Dice::new(seed, 1));
    let targets = Targets::plan(&company, &mut Dice::new(seed, 2));
    let course = Course::plan(&company, &targets, &mut Dice::new(seed, 3));
    (company, targets, course)
}

/// The hash of every file below a folder.
fn hashes(dir: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(hashes(&path));
        } else {
            let hash = format!("{:x?}", Sha256::digest(std::fs::read(&path).unwrap()));
            found.insert(path.display().to_string().replace(&*dir.to_string_lossy(), ""), hash);
        }
    }
    found
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let size = Size { order_lines: 3_000, ..Size::default() };
    let summary = generate(one.path(), &size).unwrap();
    assert_eq!(generate(other.path(), &size).unwrap(), summary);
    assert_eq!(hashes(one.path()), hashes(other.path()));
    generate(other.path(), &Size { seed: 1, ..size }).unwrap();
    assert_ne!(hashes(one.path()), hashes(other.path()));
}

#[test]
fn sizes_out_of_range_are_refused() {
    let nowhere = Path::new("/nonexistent");
    for people in [59, 2_400] {
        let why = generate(nowhere, &Size { people, ..Size::default() }).unwrap_err();
        assert!(why.to_string().starts_with("people must be from 60 to 2399"), "{why}");
    }
}

#[test]
fn everybody_has_a_name_and_an_address_of_their_own() {
    let (company, ..) = planned(2_399);
    let mut seen = std::collections::BTreeSet::new();
    for person in &company.people {
        assert!(seen.insert(&person.id) && seen.insert(&person.name) && seen.insert(&person.mail));
    }
    assert_eq!(seen.len(), 3 * 2_399);
}

#[test]
fn children_add_up_to_their_parent() {
    for people in [60, 700] {
        let (company, targets, _) = planned(people);
        let rows = lay_out(&company, &targets);
        for year in ["2025", "2026"] {
            for metric in ["销售额", "新客户数", "客户拜访量"] {
                let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
                for row in &rows {
                    if let (true, Value::Whole(value)) =
                        (row.metric == metric && row.period.starts_with(year), row.value)
                    {
                        *sums.entry(&row.unit).or_default() += value;
                    }
                }
                for (place, unit) in UNITS.iter().enumerate() {
                    let below = UNITS.iter().filter(|child| child.parent == Some(place));
                    let below: i64 = below.map(|child| sums[child.id]).sum();
                    let people = people_of(&company, place, year);
                    let own: i64 = people.iter().filter_map(|id| sums.get(&**id)).sum();
                    assert_eq!(sums[unit.id], below + own, "{} {metric} {year}", unit.id);
                }
            }
        }
    }
}

/// Those who were in the unit when the year began, or came to it from outside in that year.
fn people_of(company: &Company, unit: usize, year: &str) -> Vec<String> {
    let begin: chrono::NaiveDate = format!("{year}-01-01").parse().unwrap();
    let end: chrono::NaiveDate = format!("{year}-12-31").parse().unwrap();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for stay in &company.stays {
        if stay.from <= end && stay.to.is_none_or(|to| begin < to) {
            first.entry(stay.person).or_insert(stay.unit);
        }
    }
    let here = first.into_iter().filter(|&(_, at)| at == unit);
    here.map(|(person, _)| company.people[person].id.clone()).collect()
}

#[test]
fn the_named_targets_are_there() {
    let (company, targets, _) = planned(60);
    let rows = lay_out(&company, &targets);
    let value = |unit: &str, metric: &str, period: &str| {
        let row = rows.iter().find(|r| r.unit == unit && r.metric == metric && r.period == period);
        row.unwrap_or_else(|| panic!("{unit} {metric} {period}")).value
    };
    let manager = company.seats.iter().find(|seat| seat.duty == Duty::KeyCustomers).unwrap();
    let manager = &company.people[manager.holders[0].person].id;
    assert_eq!(value("C00", "销售额", "2026"), Value::Whole(130_000_000));
    assert_eq!(value("C00", "回款率", "2026"), Value::Percent(95));
    assert_eq!(value("D20", "销售额", "2026"), Value::Whole(52_000_000));
    assert_eq!(value("D10", "新客户数", "2026"), Value::Whole(50));
    assert_eq!(value(manager, "销售额", "2026"), Value::Whole(8_000_000));
    assert_eq!(value(manager, "新客户数", "2026"), Value::Whole(8));
    assert_eq!(value(manager, "客户拜访量", "2026-10"), Value::Whole(15));
    let of = |person: usize| rows.iter().filter(|r| r.unit == company.people[person].id).count();
    let holder = |duty| company.seats.iter().find(|s| s.duty == duty).unwrap().holders[0].person;
    assert_eq!(of(holder(Duty::Trainee)), 0);
    assert_eq!(of(holder(Duty::Service)), 2);
}

/// Thousandths that the seats reached of their sales targets in these months.
fn reached(
    (company, targets, course): &(Company, Targets, Course),
    months: std::ops::Range<usize>,
    holds: impl Fn(usize) -> bool,
) -> i64 {
    let places: Vec<usize> =
        (0..company.seats.len()).filter(|&place| holds(company.seats[place].unit)).collect();
    let sum = |months: &[i64]| months.iter().sum::<i64>();
    let actual: i64 = places.iter().map(|&p| sum(&course.0[p][months.clone()])).sum();
    let target: i64 = places.iter().map(|&p| sum(&targets.sales[p][months.clone()])).sum();
    actual * 10 / target
}

#[test]
fn the_judged_month_is_lively() {
    let all = planned(60);
    let (_, targets, course) = &all;
    let judged = MONTHS - 1..MONTHS;
    let region = |region: usize| reached(&all, judged.clone(), |unit| region_of(unit) == region);
    assert_eq!([1, 2, 5, 8].map(region), [1050, 880, 930, 730]);
    assert!((908..=913).contains(&reached(&all, judged, |_| true)));
    let mut bands = [0; 4];
    for (targets, sales) in targets.sales.iter().zip(&course.0) {
        let (target, sales) = (targets[MONTHS - 1], sales[MONTHS - 1]);
        if target > 0 {
            bands[[60, 80, 100].iter().filter(|&&edge| sales >= target * edge).count()] += 1;
        }
    }
    assert_eq!(bands, [7, 5, 17, 25]);
    let to_date = reached(&all, YEAR_2026.start..MONTHS, |_| true);
    assert!((930..=980).contains(&to_date), "{to_date}");
    let year_before = reached(&all, YEAR_2025, |_| true);
    assert!((980..=1_020).contains(&year_before), "{year_before}");
}

#[test]
fn a_larger_company_has_the_lines_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let size = Size { order_lines: 40_000, people: 200, ..Size::default() };
    let summary = generate(dir.path(), &size).unwrap();
    assert_eq!(summary.people, 200);
    assert!((40_000..40_400).contains(&summary.order_lines), "{summary:?}");
    assert!(
        summary.payments > summary.receivables && summary.receivables * 10 > summary.orders * 8
    );
}
