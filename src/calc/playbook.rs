//! Which measures of the play-book a warned unit is proposed.

use super::score::{Score, Warning};
use crate::model::{Exact, MetricId, Play};

/// A measure for a metric that misses its target, or that is the main cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal<'a> {
    pub play: &'a Play,
    pub score: &'a Score,
}

impl Proposal<'_> {
    /// What the metric is to come to: as the play-book says, else its target.
    pub fn expected(&self) -> Option<&Exact> {
        self.play.expected.as_ref().or(self.score.target.known())
    }
}

/// The measures for a unit by its scores of one period: none where nothing is warned. First those
/// for the causes, in their order, then those for the metrics that miss their target, the furthest
/// first. Where the play-book has measures for the unit's level, they take the place of the general
/// ones.
pub fn propose<'a>(
    plays: &'a [Play],
    scores: &[&'a Score],
    causes: &[MetricId],
) -> Vec<Proposal<'a>> {
    if scores.iter().all(|score| score.warning == Warning::None) {
        return Vec::new();
    }
    let is_cause = |score: &Score| causes.contains(&score.metric);
    let mut missed: Vec<&Score> =
        scores.iter().copied().filter(|score| !is_cause(score) && misses(score)).collect();
    missed.sort_by(|a, b| {
        let attainment = |score: &Score| score.attainment.known().cloned();
        (attainment(a), &a.metric).cmp(&(attainment(b), &b.metric))
    });
    let of = |id: &MetricId| scores.iter().copied().find(|score| score.metric == *id);
    let ordered = causes.iter().filter_map(of).chain(missed);
    ordered.flat_map(|score| plays_for(plays, score)).collect()
}

/// Whether a metric falls short of its target: in the period, or in the one that warned.
pub fn misses(score: &Score) -> bool {
    score.warning != Warning::None
        || score.attainment.known().is_some_and(|share| *share < Exact::one())
}

fn plays_for<'a>(plays: &'a [Play], score: &'a Score) -> Vec<Proposal<'a>> {
    let of = |level| plays.iter().filter(move |p| p.metric == score.metric && p.level == level);
    let own: Vec<&Play> = of(Some(score.level)).collect();
    let plays = if own.is_empty() { of(None).collect() } else { own };
    plays.into_iter().map(|play| Proposal { play, score }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calc::score::{Change, TargetBasis};
    use crate::model::{Absence, Bilingual, Figure, Level, Period};

    fn score(metric: &str, attainment: &str, warning: Warning) -> Score {
        let absent = Figure::Absent(Absence::NoBase);
        Score {
            period: Period::Month { year: 2026, month: 10 },
            unit: "D1".into(),
            level: Level::Department,
            parent: None,
            metric: metric.into(),
            actual: absent.clone(),
            target: Figure::Known(Exact::from(7)),
            target_basis: TargetBasis::None,
            attainment: match Exact::parse(attainment) {
                Ok(share) => Figure::Known(share),
                Err(_) => Figure::Absent(Absence::NoTarget),
            },
            gap: None,
            previous: absent.clone(),
            mom: Change::Absent(Absence::NoBase),
            year_ago: absent,
            yoy: Change::Absent(Absence::NoBase),
            standing: None,
            warning,
            streak: 0,
            reasons: Vec::new(),
        }
    }

    fn play(metric: &str, level: Option<Level>, measure: &str, expected: Option<i64>) -> Play {
        Play {
            metric: metric.into(),
            level,
            measure: Bilingual { zh: measure.into(), en: measure.into() },
            due_days: 30,
            expected: expected.map(Exact::from),
        }
    }

    #[test]
    fn the_furthest_behind_comes_first_and_causes_before_all() {
        let plays = [
            play("visits", None, "visit", None),
            play("visits", Some(Level::Person), "not mine", None),
            play("win_rate", None, "general", None),
            play("win_rate", Some(Level::Department), "train", Some(9)),
            play("order_value", None, "bundle", None),
            play("repeat_rate", None, "on target", None),
        ];
        let scores = [
            score("sales", "0.7", Warning::Yellow),
            score("visits", "0.99", Warning::None),
            score("win_rate", "0.6", Warning::None),
            score("order_value", "-", Warning::None),
            score("repeat_rate", "1", Warning::None),
        ];
        let scores: Vec<&Score> = scores.iter().collect();
        let measures = |causes: &[MetricId]| -> Vec<&str> {
            let proposed = propose(&plays, &scores, causes);
            proposed.iter().map(|proposal| proposal.play.measure.en.as_str()).collect()
        };
        assert_eq!(measures(&[]), ["train", "visit"]);
        assert_eq!(measures(&["order_value".into()]), ["bundle", "train", "visit"]);
        assert_eq!(measures(&["visits".into()]), ["visit", "train"]);
        let proposed = propose(&plays, &scores, &[]);
        assert_eq!(proposed[0].expected(), Some(&Exact::from(9)));
        assert_eq!(proposed[1].expected(), Some(&Exact::from(7)), "the target");
        assert!(propose(&plays, &scores[1..], &[]).is_empty(), "nothing is warned");
    }
}
