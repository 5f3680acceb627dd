//! What was concluded from the figure: the warning, and the place among the peers.

use super::{Subject, Writer, section, text};
use crate::calc::attainment::missing_to;
use crate::calc::explain::{Place, Ranked};
use crate::calc::score::{Reason, Score, Warning};
use crate::model::plan::WarningBasis;
use crate::model::{Exact, Level, Metric};
use crate::report::document::Section;
use crate::report::seen::InGroup;
use crate::report::words::inside;
use crate::report::{composite, notices, warned};

impl<'a> Writer<'a> {
    pub(super) fn warning(&self) -> Section {
        let title = self.words.warning.text().to_owned();
        let mut lines = Vec::new();
        if let Subject::Metric(metric) = self.of.subject
            && let Some(score) = self.desk.score(self.of.unit, &metric.id)
            && score.attainment.known().is_some()
        {
            lines = self.warning_lines(metric, score);
        }
        let blocks = if lines.is_empty() { Vec::new() } else { vec![text(lines)] };
        section("warning", title, blocks)
    }

    fn warning_lines(&self, metric: &Metric, score: &Score) -> Vec<String> {
        let rule = &self.of.briefing.plan.warning;
        let Some(edges) = rule.edges(&metric.id) else {
            return vec![self.words.not_warned.text().to_owned()];
        };
        let action = &self.desk.words.action;
        let phrase = match (rule.own.contains_key(&metric.id), edges.basis) {
            (_, WarningBasis::Ytd) => &action.own_edges_to_date,
            (true, WarningBasis::Month) => &action.own_edges,
            (false, WarningBasis::Month) => &action.edges,
        };
        let share = |value: &Exact| self.desk.numbers.share(value);
        let mut lines = vec![phrase.fill(&[
            ("metric", self.desk.label(metric)),
            ("since", warned::since(&self.desk)),
            ("red", &share(&edges.red_below)),
            ("yellow", &share(&edges.yellow_below)),
        ])];
        match notices::warning_line(&self.desk, metric, score) {
            Some(line) => {
                lines.push(line);
                lines.extend(warned::line(&self.desk, metric, score));
                let judged = warned::judged(&self.desk, score);
                for (edge, word) in [
                    (&edges.red_below, &self.desk.words.tone.red),
                    (&edges.yellow_below, &self.desk.words.tone.yellow),
                ] {
                    lines.extend(self.to_lift(metric, judged, edge, &inside(word.text())));
                }
            }
            None => lines.extend(self.reached(score)),
        }
        lines
    }

    /// That nothing warns, by the attainment that is held against the edges.
    fn reached(&self, score: &Score) -> Option<String> {
        let attainment = score.reasons.iter().find_map(|reason| match reason {
            Reason::Reached { attainment, .. } => Some(attainment),
            _ => None,
        })?;
        debug_assert_eq!(score.warning, Warning::None);
        let shown = self.desk.numbers.attainment(attainment);
        Some(self.words.no_warning.fill(&[("attainment", &shown)]))
    }

    /// How much more ends a warning; nothing where its edge is reached.
    fn to_lift(&self, metric: &Metric, judged: &Score, edge: &Exact, word: &str) -> Option<String> {
        let (actual, target) = (judged.actual.known()?, judged.target.known()?);
        judged.attainment.known().filter(|share| *share < edge)?;
        let missing = missing_to(edge, actual, target, metric.direction);
        Some(self.words.to_lift.fill(&[
            ("missing", &self.desk.numbers.enough(metric, &missing.abs())),
            ("edge", &self.desk.numbers.share(edge)),
            ("warning", word),
        ]))
    }

    pub(super) fn rank(&self) -> Section {
        let title = self.words.rank.text().to_owned();
        let mut lines = match self.of.place {
            Some(place) => self.place(place),
            None => self.no_place(),
        };
        lines.retain(|line| !line.is_empty());
        let blocks = if lines.is_empty() { Vec::new() } else { vec![text(lines)] };
        section("rank", title, blocks)
    }

    fn no_place(&self) -> Vec<String> {
        let not_ranked = match self.of.subject {
            Subject::Metric(metric) => {
                let score = self.desk.score(self.of.unit, &metric.id);
                score.into_iter().flat_map(|score| &score.reasons).find_map(|one| match one {
                    Reason::NotRanked(why) => Some(why),
                    _ => None,
                })
            }
            Subject::Composite | Subject::Rank => {
                self.desk.composite(self.of.unit).and_then(|one| one.not_ranked.as_ref())
            }
            Subject::Coefficient => None,
        };
        match (not_ranked, self.of.subject) {
            (Some(why), _) => vec![composite::not_ranked(&self.desk, why)],
            (None, Subject::Rank) => vec![self.words.place_alone.text().to_owned()],
            (None, _) => Vec::new(),
        }
    }

    /// The metric whose figures are ranked; none where attainments or composites are.
    fn ranked_metric(&self, place: &Place) -> Option<&'a Metric> {
        let metric = match self.of.subject {
            Subject::Metric(metric) => Some(metric),
            Subject::Rank if !self.desk.ranks_by_composite() => self.desk.main(),
            _ => None,
        };
        metric.filter(|_| !place.standing.by_attainment)
    }

    fn place(&self, place: &Place) -> Vec<String> {
        let (standing, words) = (&place.standing, self.words);
        if standing.peers < 2 {
            return vec![words.place_alone.text().to_owned()];
        }
        let least = self.of.briefing.plan.rank.least_group;
        let least_text = least.to_string();
        if self.of.entitled.group == InGroup::Nothing {
            return vec![words.no_place.fill(&[("least", &least_text)])];
        }
        let lead = &self.desk.words.lead;
        let phrase = match standing.group.level {
            Level::Person => &lead.rank_people,
            Level::Department | Level::Company => &lead.rank_units,
        };
        let composite = match self.of.subject {
            Subject::Composite => true,
            Subject::Rank => self.desk.ranks_by_composite(),
            Subject::Metric(_) | Subject::Coefficient => false,
        };
        let basis = match self.ranked_metric(place) {
            Some(metric) => self.desk.label_inside(metric),
            None if composite => inside(self.desk.words.composite.name.text()),
            None => lead.by_attainment.text().to_owned(),
        };
        let mut lines = vec![phrase.fill(&[
            ("basis", &basis),
            ("within", &self.desk.peers_name(&standing.group.within)),
            ("peers", &standing.peers.to_string()),
            ("rank", &standing.rank.to_string()),
        ])];
        if place.tied() > 0 {
            lines.push(words.tied.fill(&[("count", &place.tied().to_string())]));
        }
        if self.of.entitled.group == InGroup::Place {
            let few = if standing.peers < least { &words.too_small } else { &words.known_group };
            lines.push(few.fill(&[("least", &least_text)]));
            return lines;
        }
        let value = |value: &Exact| match self.ranked_metric(place) {
            Some(metric) => self.desk.numbers.full(metric, value, None),
            None => self.desk.numbers.attainment(value),
        };
        if let (Some(mean), Some(median)) = (&standing.mean, &standing.median) {
            let (mean, median) = (value(mean), value(median));
            lines.push(words.group.fill(&[("mean", &mean), ("median", &median)]));
        }
        let neighbours = [
            (place.ahead(), &words.ahead, &words.ahead_unnamed),
            (place.behind(), &words.behind, &words.behind_unnamed),
        ];
        for (peer, named, unnamed) in neighbours {
            let Some(peer) = peer else { continue };
            let distance = self.distance(place, peer);
            lines.push(match self.of.entitled.to(&peer.unit) {
                true => named.fill(&[
                    ("name", &self.desk.name_before_number(&peer.unit)),
                    ("value", &value(&peer.value)),
                    ("distance", &distance),
                ]),
                false => unnamed.fill(&[("distance", &distance)]),
            });
        }
        lines
    }

    fn distance(&self, place: &Place, peer: &Ranked) -> String {
        let distance = (&place.own().value - &peer.value).abs();
        match self.ranked_metric(place) {
            Some(metric) => self.desk.numbers.distance(metric, &distance),
            None => self.desk.numbers.points_up(&distance),
        }
    }
}
