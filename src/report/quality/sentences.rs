//! What was found, in sentences.

use chrono::NaiveDate;

use super::Sheet;
use crate::model::{Consequence, Exact, Finding, Found, Measure, Rhythm};
use crate::report::reminder::lacking;
use crate::report::words::Phrase;

/// So many days are named.
const NAMED: usize = 8;

impl Sheet<'_> {
    /// The files that have not arrived, one sentence each.
    pub(super) fn late(&self) -> Vec<String> {
        self.briefing.late.iter().map(|one| lacking(self.words, one)).collect()
    }

    /// What has this consequence, one sentence each.
    pub(super) fn sentences(&self, then: Consequence) -> Vec<String> {
        let words = &self.words.quality;
        let mut said = Vec::new();
        if then == Consequence::Hold {
            for source in &self.facts.sources {
                let Some((share, allowed)) = source.above() else { continue };
                said.push(self.fill(
                    &words.rejected,
                    &[
                        ("extract", self.extract(&source.extract).to_owned()),
                        ("rejected", self.numbers.whole(source.rejected)),
                        ("rows", self.numbers.whole(source.rows)),
                        (
                            "share",
                            self.numbers.share_against(&share, std::slice::from_ref(allowed)),
                        ),
                        ("allowed", self.numbers.share(allowed)),
                    ],
                ));
            }
        }
        let of = self.facts.findings.iter().filter(|finding| finding.then == then);
        said.extend(of.map(|finding| self.sentence(finding)));
        if !self.facts.unreached.is_empty() && self.facts.unreached_then == then {
            let count = self.facts.unreached.len().to_string();
            said.push(words.owners_line.fill(&[("count", &count)]));
        }
        said
    }

    fn fill(&self, phrase: &Phrase, gaps: &[(&str, String)]) -> String {
        let gaps: Vec<(&str, &str)> =
            gaps.iter().map(|(key, text)| (*key, text.as_str())).collect();
        phrase.fill(&gaps)
    }

    fn sentence(&self, finding: &Finding) -> String {
        let words = &self.words.quality;
        let extract = ("extract", self.extract(&finding.extract).to_owned());
        match &finding.what {
            Found::Silent { period, last } => {
                let mut gaps = vec![extract, ("period", self.period_text(*period))];
                match last {
                    Some(day) => {
                        gaps.push(("day", day.to_string()));
                        self.fill(&words.silent, &gaps)
                    }
                    None => self.fill(&words.silent_never, &gaps),
                }
            }
            Found::Late { last, end, working_days, allowed } => self.fill(
                &words.late,
                &[
                    extract,
                    ("day", last.to_string()),
                    ("end", end.to_string()),
                    ("days", working_days.to_string()),
                    ("allowed", allowed.to_string()),
                ],
            ),
            Found::Gaps { rhythm, since } => {
                let phrase = match rhythm {
                    Rhythm::Weekly => &words.gaps_weeks,
                    _ => &words.gaps_days,
                };
                let count = since.len().to_string();
                self.fill(phrase, &[extract, ("count", count), ("days", self.days(since))])
            }
            Found::Drift { month, measure, value, mean, months, tolerance } => self.fill(
                &words.drift_line,
                &[
                    extract,
                    ("month", self.period_text(*month)),
                    ("measure", self.measure(measure)),
                    ("value", self.amount(measure, value)),
                    ("months", months.to_string()),
                    ("mean", self.amount(measure, mean)),
                    ("change", self.change(value, mean)),
                    ("tolerance", self.numbers.share(tolerance)),
                ],
            ),
            Found::Stated { month, measure, stated, read, aside } => {
                let aside = match aside {
                    0 => String::new(),
                    rows => words.stated_aside.fill(&[("rows", &self.numbers.whole(*rows))]),
                };
                self.fill(
                    &words.stated_line,
                    &[
                        extract,
                        ("month", self.period_text(*month)),
                        ("measure", self.measure(measure)),
                        ("stated", self.amount(measure, stated)),
                        ("read", self.amount(measure, read)),
                        ("difference", self.amount(measure, &(read - stated))),
                        ("aside", aside),
                    ],
                )
            }
            Found::NotStated { month, by } => self.fill(
                &words.not_stated,
                &[extract, ("by", by.to_string()), ("month", self.period_text(*month))],
            ),
            Found::People { absent, .. } => {
                self.fill(&words.people_line, &[extract, ("count", absent.len().to_string())])
            }
            Found::Rejected { period, rows, rejected, allowed, .. } => {
                let share = Exact::from(*rejected).over(&Exact::from(*rows));
                let share = share.unwrap_or_else(Exact::zero);
                let shown = self.numbers.share_against(&share, std::slice::from_ref(allowed));
                self.fill(
                    &words.rejected_in,
                    &[
                        extract,
                        ("period", self.period_text(*period)),
                        ("rejected", self.numbers.whole(*rejected)),
                        ("rows", self.numbers.whole(*rows)),
                        ("share", shown),
                        ("allowed", self.numbers.share(allowed)),
                    ],
                )
            }
            Found::Slip { metric, month, difference } => {
                let known = self.briefing.metrics.iter().find(|known| known.id == *metric);
                let label = known.map_or(metric.as_str(), |known| known.label.get(self.language));
                let month = month.map(|month| self.period_text(month));
                self.fill(
                    &words.slip,
                    &[
                        extract,
                        ("metric", label.to_owned()),
                        ("month", month.unwrap_or_else(|| words.undated_rows.text().to_owned())),
                        ("difference", self.numbers.plain_cents(difference)),
                    ],
                )
            }
        }
    }

    /// What is measured, in words.
    pub(super) fn measure(&self, measure: &Measure) -> String {
        match measure {
            Measure::Rows => self.words.quality.measure_rows.text().to_owned(),
            Measure::Sum(column) => self.words.quality.measure_sum.fill(&[("column", column)]),
        }
    }

    /// Sums to the cent, rows as they are; a mean of rows with a digit after the point.
    pub(super) fn amount(&self, measure: &Measure, value: &Exact) -> String {
        match measure {
            Measure::Sum(_) => self.numbers.plain_cents(value),
            Measure::Rows => self.numbers.of_rows(value),
        }
    }

    /// How far a value lies off the mean; a dash where the mean is nothing.
    pub(super) fn change(&self, value: &Exact, mean: &Exact) -> String {
        let change = (value - mean).over(&mean.abs());
        let nothing = || self.words.absence.nothing.text().to_owned();
        change.map_or_else(nothing, |change| self.numbers.relative(&change))
    }

    /// The first days as a list, and how many more there are.
    pub(super) fn days(&self, days: &[NaiveDate]) -> String {
        let named: Vec<String> = days.iter().take(NAMED).map(ToString::to_string).collect();
        let listed = named.join(self.words.list.comma.text());
        match days.len().saturating_sub(NAMED) {
            0 => listed,
            more => self.words.list.more.fill(&[("names", &listed), ("rest", &more.to_string())]),
        }
    }
}
