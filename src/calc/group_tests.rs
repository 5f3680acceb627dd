use std::collections::BTreeMap;

use super::*;
use crate::model::org::Membership;
use crate::model::plan::Participation;
use crate::model::{Level, Unit};

/// C has D1 and D2; P1 and P2 are in D1, P3 in D2, P4 in C itself without a role. P2 joined on
/// 2026-10-20.
fn org() -> Org {
    let unit = |id: &str, parent: Option<&str>| {
        let parent = parent.map(UnitId::from);
        let unit = Unit { id: id.into(), name: id.into(), name_en: None, parent, owner: None };
        (UnitId::from(id), unit)
    };
    let person = |id: &str, role: Option<&str>, joined: &str| {
        let person = Person {
            id: id.into(),
            name: id.into(),
            mail: None,
            language: None,
            role: role.map(str::to_owned),
            joined: Some(joined.parse().unwrap()),
            left: None,
            bonus_base: None,
        };
        (UnitId::from(id), person)
    };
    let stay = |person: &str, unit: &str| {
        (UnitId::from(person), vec![Membership { unit: unit.into(), from: None, to: None }])
    };
    Org {
        company: "C".into(),
        units: BTreeMap::from([unit("C", None), unit("D1", Some("C")), unit("D2", Some("C"))]),
        people: BTreeMap::from([
            person("P1", Some("rep"), "2024-01-01"),
            person("P2", Some("rep"), "2026-10-20"),
            person("P3", Some("manager"), "2024-01-01"),
            person("P4", None, "2024-01-01"),
        ]),
        memberships: BTreeMap::from([stay("P1", "D1"), stay("P2", "D1"), stay("P3", "D2")]),
    }
}

fn group(rule: &RankRule, unit: &str, takes_part: bool) -> Result<Within, NotRanked> {
    let (org, unit) = (org(), UnitId::from(unit));
    let dates = DateRange::new("2026-10-01".parse().unwrap(), "2026-11-01".parse().unwrap());
    let dates = dates.unwrap();
    let level = org.level(&unit).unwrap();
    let parent = match level {
        Level::Person => org.home(&unit, &dates).clone(),
        _ => org.company.clone(),
    };
    let member = Member { unit: &unit, level, parent: Some(&parent), depth: 0, takes_part };
    let calendar = WorkCalendar::weekdays();
    let found = group_of(rule, &org, &calendar, &dates, &member, &parent);
    found.map(|group| group.within)
}

fn within(within: RankWithin) -> RankRule {
    RankRule::new(within, 5)
}

#[test]
fn people_are_compared_in_the_company_their_department_or_their_role() {
    let company = Ok(Within::Unit("C".into()));
    assert_eq!(group(&within(RankWithin::Company), "P1", true), company);
    assert_eq!(group(&within(RankWithin::Parent), "P1", true), Ok(Within::Unit("D1".into())));
    let role = within(RankWithin::Role);
    assert_eq!(group(&role, "P1", true), Ok(Within::Role("rep".to_owned())));
    assert_eq!(group(&role, "P4", true), Err(NotRanked::NoRole));
    assert_eq!(group(&role, "D1", true), company, "a department has no role");
}

#[test]
fn the_first_group_that_fits_counts() {
    let named = |name: &str, roles: &[&str], units: &[&str], people: &[&str]| RankGroup {
        name: name.to_owned(),
        label: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        units: units.iter().map(|unit| UnitId::from(*unit)).collect(),
        people: people.iter().map(|person| UnitId::from(*person)).collect(),
    };
    let groups = vec![
        named("chosen", &[], &[], &["P4"]),
        named("reps", &["rep"], &["D1"], &[]),
        named("rest of D1", &[], &["D1"], &[]),
    ];
    let rule = RankRule { groups, ..within(RankWithin::Group) };
    let of = |unit: &str| group(&rule, unit, true);
    assert_eq!(of("P4"), Ok(Within::Group("chosen".to_owned())));
    assert_eq!(of("P1"), Ok(Within::Group("reps".to_owned())));
    assert_eq!(of("P3"), Err(NotRanked::NoGroup));
    assert_eq!(of("D2"), Ok(Within::Unit("C".into())));
}

#[test]
fn only_those_who_were_there_are_ranked() {
    let least = "50%";
    let participation =
        Participation { least: Exact::parse(least).unwrap(), by: DaysBy::CalendarDays };
    let rule = RankRule { participation: Some(participation), ..within(RankWithin::Company) };
    assert!(group(&rule, "P1", true).is_ok());
    let Err(NotRanked::Participation { days, .. }) = group(&rule, "P2", true) else {
        panic!("12 of 31 days are too few");
    };
    assert_eq!((days.there, days.of), (12, 31));
    assert!(group(&rule, "D1", true).is_ok(), "a department is there every day");
    assert_eq!(group(&within(RankWithin::Company), "P1", false), Err(NotRanked::NotThere));
}
