//! The generated company, read and judged with the default project: what the demo shows.

use std::path::Path;

use attain::calc::{self, Case, Scorecards, TargetBook};
use attain::data::facts::{FactRequest, find_facts};
use attain::data::load::{LoadRequest, load};
use attain::data::{Reject, org::build_org, targets::read_targets};
use attain::model::{Exact, Level, Period, WorkCalendar};
use attain::sample::{self, Size};
use attain::settings::Project;

/// The judgements of 2026-10, and all rows set aside.
async fn judge() -> (Scorecards, Vec<Reject>) {
    let data = tempfile::tempdir().unwrap();
    sample::generate(data.path(), &Size::default()).unwrap();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let project = Project::load(&config, &[]).unwrap();
    let month: Period = "2026-10".parse().unwrap();
    let request = LoadRequest {
        extracts: &project.extracts,
        root: data.path().to_str().unwrap(),
        base: Path::new("/"),
        through: month,
        late_allowed: false,
        env: &[],
        kept: None,
    };
    let frames = load(&request, &mut |_| {}).await.unwrap();
    let org = build_org(&project, &frames).unwrap();
    let targets = read_targets(&project, &frames, &org).unwrap().targets;
    let periods = [month, "2025-10".parse().unwrap(), "2026-09".parse().unwrap()];
    let wanted = FactRequest {
        metrics: &project.metrics,
        periods: &periods,
        org: &org,
        fiscal: project.fiscal,
    };
    let found = find_facts(&frames, &wanted).unwrap();
    let book = TargetBook::new(&targets, &project.seasonality(), &project.metrics, project.fiscal);
    let case = Case {
        org: &org,
        metrics: &project.metrics,
        facts: &found.facts,
        targets: &book,
        plan: &project.plan,
        calendar: &WorkCalendar::weekdays(),
        fiscal: project.fiscal,
        through: month.dates(project.fiscal).end,
    };
    let cards = calc::judge(&case, &[month]);
    let rejects = frames.iter().flat_map(|frame| frame.rejects.clone()).chain(found.rejects);
    (cards, rejects.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_month_is_lively() {
    let (cards, rejects) = judge().await;
    let month: Period = "2026-10".parse().unwrap();
    let attained = |unit: &str, metric: &str| -> Exact {
        let score = cards.score(month, &unit.into(), &metric.into()).unwrap();
        score.attainment.known().unwrap().clone()
    };
    let lies = |attained: Exact, low: &str, high: &str| {
        let edge = |text| Exact::parse(text).unwrap();
        assert!(edge(low) <= attained && attained < edge(high), "{attained:?}: {low} to {high}");
    };
    lies(attained("C00", "sales"), "90.5%", "91.5%");
    lies(attained("D40", "sales"), "72.5%", "73.5%");
    lies(attained("D10", "sales"), "104.5%", "105.5%");
    lies(attained("D40", "visits"), "100%", "106%");
    lies(attained("D40", "win_rate"), "70%", "80%");
    lies(attained("C00", "collection_rate"), "95%", "107%");

    let sellers = cards
        .scores
        .values()
        .filter(|score| score.level == Level::Person && score.metric.as_str() == "sales");
    let mut bands = [0; 4];
    for attained in sellers.filter_map(|score| score.attainment.known()) {
        let edges = ["60%", "80%", "100%"].map(|edge| Exact::parse(edge).unwrap());
        bands[edges.iter().filter(|&edge| edge <= attained).count()] += 1;
    }
    assert_eq!(bands, [7, 5, 17, 25]);

    let mut counts = std::collections::BTreeMap::new();
    for reject in &rejects {
        *counts.entry(reject.extract.as_str()).or_insert(0) += 1;
    }
    let expected = [("order_lines", 6), ("orders", 12), ("payments", 3), ("visits", 3)];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}
