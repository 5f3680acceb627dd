//! A place among the peers, for programs.

use serde_json::{Value, json};

use crate::calc::explain::{Place, Ranked};
use crate::model::plan::RankBy;
use crate::model::{Exact, MetricUnit, UnitId, round};
use crate::report::InGroup;
use crate::report::explanation::{Explained, Subject};

/// How many digits after the point the words show of what is ranked: a fraction to the last digit
/// would tell what it was divided by.
fn digits_shown(of: &Explained<'_>, place: &Place) -> usize {
    const OF_A_SHARE: usize = 3;
    let metric = match of.subject {
        _ if place.standing.by_attainment => None,
        Subject::Metric(metric) => Some(metric),
        Subject::Rank if of.briefing.plan.rank.by != RankBy::Composite => {
            let main = of.briefing.headline.first();
            of.briefing.metrics.iter().find(|metric| Some(&metric.id) == main)
        }
        Subject::Rank | Subject::Composite | Subject::Coefficient => None,
    };
    let digits = metric.map(|metric| match metric.unit {
        MetricUnit::Percent => metric.decimals + 2,
        MetricUnit::Money | MetricUnit::Count | MetricUnit::Days => metric.decimals,
    });
    digits.unwrap_or(OF_A_SHARE)
}

/// The place, and what the reader may know of the others.
pub fn json(of: &Explained<'_>, place: &Place) -> Value {
    let standing = &place.standing;
    let entitled = of.entitled;
    if entitled.group == InGroup::Nothing {
        return Value::Null;
    }
    let tells = entitled.group == InGroup::Figures;
    let shown = |value: &Exact| match entitled.everything {
        true => value.clone(),
        false => round::half_up(value, digits_shown(of, place)),
    };
    let peer = |peer: Option<&Ranked>| {
        peer.filter(|_| tells).map(|peer| {
            let seen = entitled.to(&peer.unit);
            let distance = shown(&(&place.own().value - &peer.value).abs());
            let unit: Option<&UnitId> = Some(&peer.unit).filter(|_| seen);
            let value = Some(&peer.value).filter(|_| seen);
            json!({ "unit_id": unit, "value": value, "rank": peer.rank, "distance": distance })
        })
    };
    json!({
        "rank": standing.rank,
        "peers": standing.peers,
        "tied": place.tied(),
        "by": if standing.by_attainment { "attainment" } else { "actual" },
        "mean": standing.mean.as_ref().filter(|_| tells).map(shown),
        "median": standing.median.as_ref().filter(|_| tells).map(shown),
        "ahead": peer(place.ahead()),
        "behind": peer(place.behind()),
    })
}
