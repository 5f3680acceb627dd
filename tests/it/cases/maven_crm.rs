//! Maven's CRM: no targets, an org of names in columns, and agents with nothing to show. What is
//! expected is added up here from the raw extract.

use std::collections::{BTreeMap, BTreeSet};

use attain::model::Exact;
use chrono::NaiveDate;

use super::{Comparison, Ran, Row, data_of, read_csv, run_of};

const NAME: &str = "maven_crm";
const MONTH: &str = "2017-12";
const IDLE: [&str; 5] =
    ["Carl Lin", "Carol Thompson", "Elizabeth Anderson", "Mei-Mei Johns", "Natalya Ivanova"];

fn extract(file: &str) -> Vec<Row> {
    read_csv(&data_of(NAME).expect("the case ran").join(file))
}

/// The ids of the units above an agent, from the company down.
fn units_above(agent: &Row) -> [String; 3] {
    let (region, manager) = (agent.text("regional_office"), agent.text("manager"));
    ["Maven".to_owned(), region.to_owned(), format!("{region}/{manager}")]
}

/// The opportunities that were closed in a span of days, both inside.
fn closed_between(first: &str, last: &str) -> Vec<Row> {
    let within = |row: &Row| (first..=last).contains(&row.text("close_date"));
    extract("sales_pipeline.csv").into_iter().filter(within).collect()
}

#[test]
fn without_targets_nothing_is_attained_and_no_coefficient_is_earned() {
    let Some(ran) = run_of(NAME) else { return };
    for (key, row) in &ran.scores {
        assert_eq!(row.text("state"), "no_target", "{key:?}");
        assert_eq!(row.number("attainment"), None, "{key:?}");
        assert_eq!(row.text("warning"), "none", "{key:?}");
    }
    assert!(!ran.table("coefficients").is_empty());
    for row in ran.table("coefficients") {
        assert_eq!(row.number("coefficient"), None, "{}", row.text("unit_id"));
    }
    assert!(ran.table("rejects").is_empty(), "{} rows set aside", ran.table("rejects").len());
}

#[test]
fn regions_managers_and_agents_make_the_tree() {
    let Some(ran) = run_of(NAME) else { return };
    let mut tree = BTreeSet::new();
    for agent in &extract("sales_teams.csv") {
        let [company, region, team] = units_above(agent);
        tree.extend([
            (company.clone(), "company", String::new()),
            (region.clone(), "department", company),
            (team.clone(), "department", region),
            (agent.text("sales_agent").to_owned(), "person", team),
        ]);
    }
    assert_eq!(tree.len(), 1 + 3 + 6 + 35);
    let judged: BTreeSet<_> = month_of(ran, "won_value")
        .map(|row| {
            (row.text("unit_id").to_owned(), row.text("level"), row.text("parent_id").to_owned())
        })
        .collect();
    assert_eq!(judged, tree);
}

#[test]
fn agents_rank_by_what_they_won_the_idle_ones_last() {
    let Some(ran) = run_of(NAME) else { return };
    let agents = extract("sales_teams.csv");
    let mut won: BTreeMap<&str, Exact> =
        agents.iter().map(|agent| (agent.text("sales_agent"), Exact::zero())).collect();
    let closed = closed_between("2017-12-01", "2017-12-31");
    for deal in closed.iter().filter(|deal| deal.text("deal_stage") == "Won") {
        let total = won.get_mut(deal.text("sales_agent")).expect("a known agent");
        *total = &*total + &deal.number("close_value").unwrap();
    }
    let mut comparison = Comparison::default();
    for (agent, value) in &won {
        let row = ran.score("month", MONTH, agent, "won_value").expect("every agent is judged");
        let better = won.values().filter(|other| *other > value).count() as u64;
        comparison.exact(agent, row.number("actual"), Some(value.clone()));
        comparison.exact(agent, row.number("rank"), Some(Exact::from(better + 1)));
        assert_eq!(row.text("peers"), "35");
    }
    comparison.finish(35 * 2);
    for agent in IDLE {
        let row = ran.score("month", MONTH, agent, "won_value").expect("idle, not absent");
        assert_eq!((row.text("actual"), row.text("rank")), ("0.000000", "31"), "{agent}");
        let rate = ran.score("month", MONTH, agent, "win_rate").expect("judged all the same");
        assert_eq!((rate.text("actual"), rate.text("rank")), ("", ""), "{agent}");
    }
}

/// What a unit's closed deals come to.
#[derive(Default)]
struct Closed {
    won: i64,
    decided: i64,
    days: i64,
}

#[test]
fn win_rate_and_deal_cycle_of_a_quarter_hold_at_every_level() {
    let Some(ran) = run_of(NAME) else { return };
    let agents = extract("sales_teams.csv");
    let mut closed: BTreeMap<String, Closed> = BTreeMap::new();
    for deal in closed_between("2017-10-01", "2017-12-31") {
        let name = deal.text("sales_agent");
        let agent = agents.iter().find(|agent| agent.text("sales_agent") == name).unwrap();
        let day = |column| -> NaiveDate { deal.text(column).parse().unwrap() };
        let won = deal.text("deal_stage") == "Won";
        for unit in units_above(agent).into_iter().chain([name.to_owned()]) {
            let unit = closed.entry(unit).or_default();
            unit.decided += 1;
            if won {
                unit.won += 1;
                unit.days += (day("close_date") - day("engage_date")).num_days();
            }
        }
    }
    let mut comparison = Comparison::default();
    let share = |part: i64, whole: i64| {
        let share = Exact::from(part).over(&Exact::from(whole)).expect("deals to divide by");
        Some(attain::model::round::half_up(&share, 6))
    };
    for (unit, deals) in &closed {
        let actual = |metric| ran.actual("quarter", "2017-Q4", unit, metric);
        comparison.exact(unit, actual("win_rate"), share(deals.won, deals.decided));
        comparison.exact(unit, actual("deal_cycle"), share(deals.days, deals.won));
    }
    comparison.finish((1 + 3 + 6 + 30) * 2);
}

fn month_of<'a>(ran: &'a Ran, metric: &'a str) -> impl Iterator<Item = &'a Row> {
    ran.scores_of("month", metric).filter(|row| row.text("period") == MONTH)
}
