use std::collections::BTreeSet;

use super::*;
use crate::model::Severity;
use crate::model::plan::{CoefficientBasis, CoefficientMode};

const HEAD: &str = "[warning]\nmetrics = [\"sales\"]\nyellow_below = \"80%\"\nred_below = \"60%\"\n\
     [rank]\nwithin = \"company\"\nleast_group = 5\n";
const FLAT: &str =
    "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"80%\", coefficient=1}]\n";

fn checked(text: &str) -> (Plan, Problems) {
    let file: PlanFile = toml::from_str(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let mut problems = Problems::new();
    let metrics = ["sales", "visits"].map(MetricId::from);
    let plan = file.check(&BTreeSet::from(metrics), &mut problems);
    (plan, problems)
}

fn whats(text: &str) -> Vec<String> {
    let (_, problems) = checked(&format!("{HEAD}{text}"));
    problems.into_iter().map(|problem| format!("{}: {}", problem.key, problem.what)).collect()
}

/// One plan that ends with `rest`.
fn one(rest: &str) -> Vec<String> {
    whats(&format!(
        "[coefficient]\nmetric = \"sales\"\nlevels = [\"person\"]\ngrains = [\"month\"]\n{rest}"
    ))
}

/// Plans, each with its own keys beside name, metric and bands.
fn several(plans: &[(&str, &str)]) -> Vec<String> {
    let tables: Vec<String> = plans
        .iter()
        .map(|(name, rest)| {
            format!(
                "[[coefficient]]\nname = \"{name}\"\nmetric = \"sales\"\nlevels = [\"person\"]\n\
                 grains = [\"month\"]\n{FLAT}{rest}\n"
            )
        })
        .collect();
    whats(&tables.concat())
}

#[test]
fn bands_must_cover_without_overlap() {
    assert!(one(FLAT).is_empty());
    let gap = "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"81%\", coefficient=1}]";
    assert_eq!(one(gap), ["coefficient.bands[1].from: there is a gap between 80 % and 81 %"]);
    let overlap =
        "bands = [{from=0, to=\"80%\", coefficient=\"0.8\"}, {from=\"79.5%\", coefficient=1}]";
    assert_eq!(
        one(overlap),
        ["coefficient.bands[1].from: the bands overlap between 79.5 % and 80 %"]
    );
    assert_eq!(one("bands = []"), ["coefficient.bands: the bands do not cover every value"]);
    let below = "bands = [{from=0, coefficient=-1}]";
    assert_eq!(one(below), ["coefficient.bands[0].coefficient: the coefficient is below 0"]);
}

#[test]
fn a_higher_band_that_pays_less_is_questioned_and_not_refused() {
    let falls =
        "bands = [{from=0, to=\"80%\", coefficient=1}, {from=\"80%\", coefficient=\"0.9\"}]";
    let (_, problems) = checked(&format!(
        "{HEAD}[coefficient]\nmetric = \"sales\"\nlevels = [\"person\"]\ngrains = [\"month\"]\n{falls}"
    ));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].severity, Severity::Warning);
    assert_eq!(problems[0].what, "a higher band gives less: 0.9 after 1");
    // The rates of slices may fall: whoever reaches more still gets more.
    assert!(one(&format!("mode = \"marginal\"\n{falls}")).is_empty());
}

#[test]
fn a_table_and_a_list_of_one_say_the_same() {
    let body = format!("metric = \"sales\"\nlevels = [\"person\"]\ngrains = [\"month\"]\n{FLAT}");
    let (one, _) = checked(&format!("{HEAD}[coefficient]\n{body}"));
    let (list, _) = checked(&format!("{HEAD}[[coefficient]]\n{body}"));
    assert_eq!(one, list);
    assert_eq!(one.coefficients[0].mode, CoefficientMode::Flat);
    assert_eq!(one.coefficients[0].pays, Some(crate::model::Grain::Month));
}

#[test]
fn a_misspelt_key_is_named_in_both_forms() {
    for head in ["[coefficient]", "[[coefficient]]"] {
        let text = format!("{HEAD}{head}\nmetrik = \"sales\"\n");
        let why = toml::from_str::<PlanFile>(&text).unwrap_err();
        assert!(why.message().contains("metrik"), "{why}");
        let line = text[..why.span().unwrap().start].lines().count();
        assert!((8..=9).contains(&line), "{line}: {why}");
    }
}

#[test]
fn plans_for_the_same_people_do_not_overlap_in_time() {
    let first = ("h1", "valid_to = \"2026-07-01\"");
    assert!(several(&[first, ("h2", "valid_from = \"2026-07-01\"")]).is_empty());
    let overlap = "the plan holds for people whom “h1” holds for on the same days";
    let found = several(&[first, ("h2", "valid_from = \"2026-06-30\"")]);
    assert_eq!(found, [format!("coefficient[1]: {overlap}")]);
    // For some, then for all the others: the first that fits counts.
    let some = ("h1", "roles = [\"rep\", \"trainee\"]");
    assert!(several(&[some, ("rest", "")]).is_empty());
    assert!(several(&[some, ("h2", "roles = [\"manager\"]")]).is_empty());
    assert_eq!(several(&[some, ("h2", "roles = [\"rep\"]")]).len(), 1);
    // For all, then for some: the second never holds.
    assert_eq!(several(&[("h1", ""), ("some", "roles = [\"rep\"]")]).len(), 1);
    assert_eq!(several(&[("h1", "units = [\"D1\"]"), ("h2", "units = [\"D2\"]")]).len(), 0);
}

#[test]
fn several_plans_have_names_of_their_own() {
    let ends = ("a", "valid_to = \"2026-01-01\"");
    let found = several(&[ends, ("a", "valid_from = \"2026-01-01\"")]);
    assert_eq!(found, ["coefficient[1].name: two plans are called “a”"]);
}

#[test]
fn a_basis_is_one_of_three() {
    let composite = "[composite]\nmissing = \"zero\"\nweights = [{metric=\"sales\", weight=\"60%\"}, {metric=\"visits\", weight=\"40%\"}]\n";
    let plan = format!("[coefficient]\nlevels = [\"person\"]\ngrains = [\"month\"]\n{FLAT}");
    let (good, problems) = checked(&format!("{HEAD}{composite}{plan}basis = \"composite\"\n"));
    assert!(problems.is_empty(), "{problems:?}");
    let rule = good.composite.unwrap();
    assert_eq!(good.coefficients[0].basis, CoefficientBasis::Composite(rule));
    let none = whats(&format!("{plan}basis = \"composite\"\n"));
    assert_eq!(none, ["coefficient.basis: there is no composite to read the coefficient from"]);
    let both = whats(&format!("{composite}{plan}basis = \"composite\"\nmetric = \"sales\"\n"));
    assert_eq!(both, ["coefficient: a coefficient is read from one metric or from weights"]);
}

#[test]
fn weights_add_up_and_name_each_metric_once() {
    let weights =
        |text: &str| whats(&format!("[composite]\nmissing = \"zero\"\nweights = [{text}]"));
    let off = "{metric=\"sales\", weight=\"60%\"}, {metric=\"visits\", weight=\"39.9%\"}";
    assert_eq!(weights(off), ["composite.weights: the weights add up to 99.9 %"]);
    let twice = "{metric=\"sales\", weight=\"60%\"}, {metric=\"sales\", weight=\"40%\"}";
    assert_eq!(weights(twice), ["composite.weights[1].metric: “sales” is weighed twice"]);
    let turned = "{metric=\"sales\", weight=\"100%\", cap=1, floor=2}";
    assert_eq!(weights(turned), ["composite.weights[0].floor: the floor lies above the cap"]);
}

#[test]
fn a_key_without_meaning_is_refused() {
    let found = one(&format!("{FLAT}pays = \"quarter\"\n"));
    assert_eq!(found.len(), 1, "{found:?}");
    let found = one(&format!("{FLAT}participation_by = \"working_days\"\n"));
    assert_eq!(found.len(), 1, "{found:?}");
    let found = one(&format!("{FLAT}least_participation = \"101%\"\ncap = 0\n"));
    assert_eq!(found.len(), 2, "{found:?}");
    let rank = |text: &str| {
        let head = HEAD.replace("within = \"company\"", text);
        checked(&head).1.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
    };
    assert_eq!(rank("within = \"group\""), ["rank.within"]);
    assert_eq!(rank("within = \"company\"\nby = \"composite\""), ["rank.by"]);
    let group = "within = \"parent\"\ngroup = [{ name = \"a\", roles = [\"x\"] }]";
    assert_eq!(rank(group), ["rank.group"]);
    let empty = "within = \"group\"\ngroup = [{ name = \"a\" }]";
    assert_eq!(rank(empty), ["rank.group[0]"]);
}
