//! The law of all explanations: whatever a run judges comes out again from the rows, the target's
//! steps and the bands that are shown for it.

use std::collections::BTreeSet;
use std::path::Path;

use attain::app::explain::ground::{Ground, Reach};
use attain::app::{Progress, Station, Surroundings};
use attain::calc::attainment::attainment;
use attain::calc::explain::{place_of_composite, place_of_score};
use attain::calc::score::{Score, TargetBasis};
use attain::data::facts::Whose;
use attain::model::{Direction, Exact, Figure, MetricId, Period, round};
use attain::settings::Project as Settings;
use chrono::{DateTime, Utc};

use crate::project::Project;

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: Station, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self, _: Station, _: &str) {}
}

/// All that a run of the period judges, with the rows at hand.
fn ground(dir: &Path, run: &str) -> Ground {
    let settings = Settings::load(dir, &[]).unwrap_or_else(|found| panic!("{found:?}"));
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let clock = move || now;
    let around = Surroundings { env: &[], now, clock: &clock, progress: &Quiet, kept: None };
    let lay = Ground::lay(settings, run.parse().unwrap(), None, Reach::All, &around);
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(lay).unwrap_or_else(|why| panic!("{:?}", why.diagnostics()))
}

/// What was held against each other.
#[derive(Debug, Default, PartialEq, Eq)]
struct Held {
    figures: usize,
    absent: usize,
    attainments: usize,
    targets: usize,
    parts: usize,
    ranks: usize,
    composites: usize,
    coefficients: usize,
}

fn hold(ground: &Ground) -> Held {
    let mut held = Held::default();
    let all: Vec<MetricId> = ground.project.metrics.iter().map(|one| one.id.clone()).collect();
    let periods: BTreeSet<Period> = ground.cards.scores.keys().map(|key| key.0).collect();
    let figures = ground.figures();
    for period in periods {
        let rows = ground.rows(&all, period, Whose::All).unwrap_or_else(|w| panic!("{w:?}"));
        let scores = ground.cards.scores.values().filter(|score| score.period == period);
        let mut units = BTreeSet::new();
        for score in scores {
            let steps = ground.steps(&rows, &figures, &score.unit, &score.metric);
            let last = steps.last().expect("a metric that is judged");
            assert_eq!(last.figure, score.actual, "{period} {} {}", score.unit, score.metric);
            match score.actual {
                Figure::Known(_) => held.figures += 1,
                Figure::Absent(_) => held.absent += 1,
            }
            hold_attainment(ground, score, &mut held);
            hold_target(ground, score, &mut held);
            hold_rank(ground, score, &mut held);
            units.insert(&score.unit);
        }
        // What others are made of is asked for as well.
        let hidden = ground.project.metrics.iter().filter(|metric| metric.hidden);
        for (metric, unit) in hidden.flat_map(|metric| units.iter().map(move |u| (metric, *u))) {
            let steps = ground.steps(&rows, &figures, unit, &metric.id);
            let figure = figures.figure(&metric.id, unit, period);
            assert_eq!(steps.last().unwrap().figure, figure, "{period} {unit} {}", metric.id);
            held.parts += 1;
        }
    }
    hold_composites(ground, &mut held);
    hold_coefficients(ground, &mut held);
    held
}

fn hold_attainment(ground: &Ground, score: &Score, held: &mut Held) {
    let metric = ground.project.metrics.iter().find(|one| one.id == score.metric).unwrap();
    let share = attainment(&score.actual, &score.target, metric.direction);
    assert_eq!(share, score.attainment);
    if let (Figure::Known(share), Direction::Higher) = (&share, metric.direction) {
        let (actual, target) = (score.actual.known().unwrap(), score.target.known().unwrap());
        assert_eq!(share * target, *actual);
        held.attainments += 1;
    }
}

fn hold_target(ground: &Ground, score: &Score, held: &mut Held) {
    let Figure::Known(target) = &score.target else { return };
    let (unit, metric, period) = (&score.unit, &score.metric, score.period);
    let told: Exact = match &score.target_basis {
        TargetBasis::SumOfBelow(count) => {
            let below = ground.book.targets_below(&ground.cards, unit, metric, period);
            assert_eq!(below.len(), *count, "{period} {unit} {metric}");
            below.values().sum()
        }
        TargetBasis::Given(row) | TargetBasis::Carried(row) => {
            let steps = ground.book.steps(unit, metric, period);
            assert_eq!(steps.len(), 1);
            assert_eq!(steps[0].row, *row);
            steps[0].value.clone()
        }
        TargetBasis::Spread(rows) => {
            let steps = ground.book.steps(unit, metric, period);
            let from: BTreeSet<_> = steps.iter().map(|step| step.row.clone()).collect();
            assert_eq!(from, rows.iter().cloned().collect(), "{period} {unit} {metric}");
            steps.iter().map(|step| &step.value).sum()
        }
        TargetBasis::None => panic!("a target from nowhere: {period} {unit} {metric}"),
    };
    assert_eq!(told, *target, "{period} {unit} {metric}");
    held.targets += 1;
}

fn hold_rank(ground: &Ground, score: &Score, held: &mut Held) {
    // Of all places, those of the run's own period: each looks at all scores of its period.
    let Some(standing) = score.standing.as_ref().filter(|_| score.period == ground.run) else {
        return;
    };
    let place = place_of_score(&ground.cards, score).expect("a place for a standing");
    assert_eq!(place.peers.len(), standing.peers);
    let metric = ground.project.metrics.iter().find(|one| one.id == score.metric).unwrap();
    let own = &place.own().value;
    let lowest_first = !standing.by_attainment && metric.direction == Direction::Lower;
    let better = place.peers.iter().filter(|peer| match lowest_first {
        true => peer.value < *own,
        false => peer.value > *own,
    });
    assert_eq!(better.count() + 1, standing.rank);
    assert_eq!(place.ahead().is_none(), standing.rank == 1);
    held.ranks += 1;
}

fn hold_composites(ground: &Ground, held: &mut Held) {
    for composite in ground.cards.composites.values() {
        let Figure::Known(value) = &composite.value else { continue };
        let told: Exact = composite.parts.iter().filter_map(|part| part.brings()).sum();
        assert_eq!(told, *value);
        assert_eq!(
            composite.standing.is_some(),
            place_of_composite(&ground.cards, composite).is_some()
        );
        held.composites += 1;
    }
}

fn hold_coefficients(ground: &Ground, held: &mut Held) {
    for award in ground.cards.coefficients.values() {
        let (Some(coefficient), Some(earned)) = (award.coefficient(), &award.earned) else {
            continue;
        };
        let factor = award.second.as_ref().and_then(|step| step.factor.clone());
        let raw = earned * &factor.unwrap_or_else(Exact::one);
        assert_eq!(award.uncapped.clone().unwrap_or_else(|| coefficient.clone()), raw);
        if let Some(payout) = award.payout() {
            let base = &payout.base * &Exact::from(payout.months as u64);
            assert_eq!(round::half_up(&(&base * coefficient), 2), payout.amount);
        }
        held.coefficients += 1;
    }
}

#[test]
fn every_figure_of_the_sample_company_comes_out_of_its_rows() {
    let project = Project::whole();
    let held = hold(&ground(project.dir(), "2026-10"));
    assert!(held.figures > 25_000, "{held:?}");
    assert!(held.targets > 5_000 && held.attainments > 4_000 && held.parts > 20_000, "{held:?}");
    assert!(held.ranks > 500 && held.composites > 1_000 && held.coefficients > 500, "{held:?}");
    assert!(held.absent > 100, "{held:?}");
}

#[test]
fn every_figure_of_the_cases_comes_out_of_its_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut seen = 0;
    for case in std::fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        // The others bring no rows of their own.
        if !case.join("data").is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(case.join("case.toml")).unwrap();
        let about: toml::Table = toml::from_str(&text).unwrap();
        let held = hold(&ground(&case, about["period"].as_str().unwrap()));
        assert!(held.figures > 0, "{}: {held:?}", case.display());
        seen += 1;
    }
    assert!(seen >= 10, "{seen} cases");
}
