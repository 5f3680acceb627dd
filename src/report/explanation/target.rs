//! The target: the rows that somebody wrote, how they were parted, and for which days.

use std::collections::BTreeMap;

use super::{FigureFound, Subject, TargetFound, Writer, section, text};
use crate::calc::TargetStep;
use crate::calc::score::{Reason, Score, TargetBasis};
use crate::model::{Absence, Exact, Figure, Metric, Target, UnitId};
use crate::report::desk::plain;
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::shortened;
use crate::report::units::{left, right};

/// So many of those below are listed; `--json` has all.
const MOST_BELOW: usize = 20;

impl Writer<'_> {
    pub(super) fn target(&self, found: &FigureFound<'_>) -> Section {
        let mut blocks = Vec::new();
        if let Subject::Metric(metric) = self.of.subject
            && let Some(score) = self.desk.score(self.of.unit, &metric.id)
        {
            blocks = self.blocks_of(metric, score, &found.target);
        }
        section("target", self.words.target.text().to_owned(), blocks)
    }

    fn blocks_of(&self, metric: &Metric, score: &Score, found: &TargetFound) -> Vec<Block> {
        let Figure::Known(value) = &score.target else { return vec![text(self.no_target(score))] };
        let shown = self.exact(metric, value);
        let mut lines = Vec::new();
        let mut tables = Vec::new();
        match &score.target_basis {
            TargetBasis::Given(row) | TargetBasis::Carried(row) => {
                let given = matches!(score.target_basis, TargetBasis::Given(_));
                let phrase = if given { &self.words.given } else { &self.words.carried };
                let written_for = found.steps.first().map_or(score.period, |step| step.written_for);
                lines.push(phrase.fill(&[
                    ("value", &shown),
                    ("row", &self.origin(row)),
                    ("period", &self.period(written_for)),
                ]));
                lines.extend(found.rows.iter().filter_map(|target| self.about(target)));
            }
            TargetBasis::Spread(_) => {
                lines.push(self.words.put_together.fill(&[("value", &shown)]));
                lines.extend(found.rows.iter().filter_map(|target| self.about(target)));
                tables.push(self.steps(metric, &found.steps));
            }
            TargetBasis::SumOfBelow(count) => {
                let count = count.to_string();
                let gaps = [("value", shown.as_str()), ("count", &count)];
                lines.push(self.words.sum_below.fill(&gaps));
                tables.push(self.below(metric, &found.below));
            }
            TargetBasis::None => {}
        }
        lines.extend(shortened::notes(
            &self.desk,
            std::iter::once((metric, score.reasons.as_slice())),
        ));
        std::iter::once(text(lines)).chain(tables.into_iter().map(Block::Table)).collect()
    }

    fn no_target(&self, score: &Score) -> Vec<String> {
        let exempt = score.reasons.iter().find_map(|reason| match reason {
            Reason::Exempt { why } => Some(why.join(self.desk.words.list.comma.text())),
            _ => None,
        });
        vec![match (score.target.absence(), exempt) {
            (Some(Absence::Exempt), why) => {
                self.words.exempt.fill(&[("why", &why.unwrap_or_default())])
            }
            _ => self.words.none.text().to_owned(),
        }]
    }

    /// What a row of the target table says beside its value.
    fn about(&self, target: &Target) -> Option<String> {
        let words = self.words;
        let due = target.due.map(|day| day.to_string());
        let said = [
            (&words.about_owner, target.owner.as_ref()),
            (&words.about_due, due.as_ref()),
            (&words.about_source, target.source.as_ref()),
            (&words.about_note, target.note.as_ref()),
        ];
        let said: Vec<String> = said
            .into_iter()
            .filter_map(|(phrase, text)| Some(phrase.fill(&[("text", text?)])))
            .collect();
        let said = said.join(self.desk.words.list.clause.text());
        let row = self.origin(&target.origin);
        (!said.is_empty()).then(|| words.about.fill(&[("row", &row), ("said", &said)]))
    }

    /// Each month with the row that it is a part of.
    fn steps(&self, metric: &Metric, steps: &[TargetStep]) -> Table {
        let words = self.words;
        let weighed = steps.iter().any(|step| step.weight.is_some());
        let cut = steps.iter().any(|step| step.value != step.full);
        let mut columns = vec![left(&words.month), left(&words.from_row), right(&words.written)];
        if weighed {
            columns.extend([right(&words.weight), right(&words.part)]);
        }
        columns.extend(cut.then(|| right(&words.counted)));
        let row = |step: &TargetStep| {
            let from = format!("{}:{} {}", step.row.file, step.row.row, step.written_for);
            let mut cells = vec![
                plain(step.period.to_string()),
                plain(from),
                plain(self.exact(metric, &step.written)),
            ];
            if weighed {
                let share = step.weight.as_ref().and_then(|(own, all)| own.over(all));
                cells.extend([
                    plain(
                        share
                            .map_or_else(String::new, |share| self.desk.numbers.hundredths(&share)),
                    ),
                    plain(self.exact(metric, &step.full)),
                ]);
            }
            cells.extend(cut.then(|| plain(self.exact(metric, &step.value))));
            cells
        };
        let taken = steps.iter().any(|step| !step.taken.is_zero());
        let notes = if taken { vec![words.taken.text().to_owned()] } else { Vec::new() };
        let rows = steps.iter().map(row).collect();
        Table { key: "target_steps", title: String::new(), columns, rows, notes }
    }

    /// The targets that a sum goes over, the largest first.
    fn below(&self, metric: &Metric, below: &BTreeMap<UnitId, Exact>) -> Table {
        let mut parts: Vec<(&UnitId, &Exact)> = below.iter().collect();
        parts.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let row = |(unit, value): &(&UnitId, &Exact)| -> Vec<Cell> {
            vec![plain(self.desk.name(unit)), plain(self.exact(metric, value))]
        };
        let mut rows: Vec<Vec<Cell>> = parts.iter().take(MOST_BELOW).map(row).collect();
        if let Some(rest) = parts.get(MOST_BELOW..).filter(|rest| !rest.is_empty()) {
            let more = self.words.more.fill(&[("rest", &rest.len().to_string())]);
            let sum = rest.iter().map(|(_, value)| *value).sum();
            rows.push(vec![plain(more), plain(self.exact(metric, &sum))]);
        }
        let columns =
            vec![left(&self.desk.words.column.unit), right(&self.desk.words.column.target)];
        Table { key: "target_below", title: String::new(), columns, rows, notes: Vec::new() }
    }
}
