//! Why a number is as it is, in words and tables: definition, rows, what was left out, arithmetic,
//! target, warning, coefficient, rank, and what moved since the version before.

mod before;
mod book;
mod definition;
mod facts;
mod figures;
mod judged;
mod left_out;
mod reckoning;
mod rows;
mod target;
pub(super) mod words;

pub use self::book::explanation_book;
pub use self::facts::{
    Before, ChangedFile, Entitled, Explained, FigureFound, FileChange, Item, Moved, RunFacts,
    SetAside, SetAsideRow, Subject, TargetFound,
};
use self::words::ExplainWords;
use super::desk::Desk;
use super::document::{Block, Section, Table};
use super::seen::InGroup;
use super::{coefficient, composite, lead};
use crate::calc::{CoefficientAward, Pay};
use crate::model::{Language, Metric};

/// An explanation as a person reads it.
#[derive(Clone, Debug)]
pub struct ExplanationText {
    /// The figure in a sentence or two, and where it comes from.
    pub heading: Vec<String>,
    pub sections: Vec<Section>,
}

/// Puts an explanation into words.
pub fn explanation_text(explained: &Explained<'_>, language: Language) -> ExplanationText {
    let writer = Writer::new(explained, language);
    ExplanationText { heading: writer.heading(), sections: writer.sections() }
}

struct Writer<'a> {
    of: &'a Explained<'a>,
    desk: Desk<'a>,
    words: &'a ExplainWords,
}

impl<'a> Writer<'a> {
    fn new(of: &'a Explained<'a>, language: Language) -> Self {
        let desk = Desk::new(of.briefing, of.unit, language);
        Self { of, words: &desk.words.explain, desk }
    }

    /// What is asked about, as its reader calls it.
    fn subject(&self) -> &str {
        match self.of.subject {
            Subject::Metric(metric) => self.desk.label(metric),
            Subject::Coefficient => self.words.pay.text(),
            Subject::Composite => self.desk.words.composite.name.text(),
            Subject::Rank => self.words.rank.text(),
        }
    }

    fn heading(&self) -> Vec<String> {
        let (period, id) = (self.period(self.of.briefing.judged), self.of.unit.as_str());
        let mut lines = vec![self.words.heading.fill(&[
            ("metric", self.subject()),
            ("name", &self.desk.name(self.of.unit)),
            ("id", id),
            ("period", &period),
        ])];
        lines.extend(self.stands());
        lines.extend(self.runs());
        lines
    }

    /// The figure in a sentence.
    fn stands(&self) -> Option<String> {
        let Subject::Metric(metric) = self.of.subject else { return None };
        let score = self.desk.score(self.of.unit, &metric.id);
        match (score, self.figure_of_steps()) {
            (Some(score), _) => {
                let period = self.period(self.of.briefing.judged);
                Some(lead::stand_in(&self.desk, &period, metric, &score.actual, Some(score)))
            }
            // A part of others is never judged.
            (None, Some(value)) if metric.hidden => {
                let shown = self.desk.numbers.precise(metric, value);
                let name = self.desk.label(metric);
                Some(self.words.equation.fill(&[("metric", name), ("formula", &shown)]))
            }
            (None, _) => Some(self.words.no_score.text().to_owned()),
        }
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        if let Some(found) = self.of.figure {
            sections.extend([
                self.definition(found),
                self.rows(found),
                self.left_out(found),
                self.reckoning(found),
                self.target(found),
                self.warning(),
            ]);
        }
        match self.of.subject {
            Subject::Metric(metric) => sections.push(self.pay_by(metric)),
            Subject::Coefficient => sections.push(self.pay()),
            Subject::Composite => sections.push(self.composite()),
            Subject::Rank => {}
        }
        sections.extend([self.rank(), self.before()]);
        sections.retain(|section| !section.blocks.is_empty());
        sections
    }

    /// The coefficient, where the metric has a say in it.
    fn pay_by(&self, metric: &Metric) -> Section {
        let award = self.desk.award(self.of.unit);
        let counts = award.is_some_and(|award| {
            let plan = award.plan.as_ref();
            let second = plan.and_then(|plan| plan.second.as_ref());
            award.metric() == Some(&metric.id)
                || second.is_some_and(|axis| axis.metric == metric.id)
                || award.parts.iter().any(|part| part.metric == metric.id)
        });
        match counts && self.of.entitled.coefficients {
            true => self.pay(),
            false => section("coefficient", String::new(), Vec::new()),
        }
    }

    fn pay(&self) -> Section {
        match self.desk.award(self.of.unit) {
            Some(award) => {
                let pay = if self.of.entitled.amounts { award.pay.clone() } else { Pay::Nothing };
                let award = CoefficientAward { pay, ..award.clone() };
                let notice = coefficient::notice(&self.desk, &award);
                section("coefficient", notice.title, vec![text(notice.lines)])
            }
            None => {
                let none = vec![self.words.no_award.text().to_owned()];
                section("coefficient", self.words.pay.text().to_owned(), vec![text(none)])
            }
        }
    }

    fn composite(&self) -> Section {
        let title = self.desk.words.composite.name.text().to_owned();
        match composite::table(&self.desk) {
            Some(mut table) => {
                // The first note tells the place, where there is one.
                let placed = self.of.place.is_some_and(|place| place.standing.peers > 1);
                if placed && self.of.entitled.group == InGroup::Nothing {
                    table.notes.remove(0);
                }
                let table = Table { title: String::new(), ..table };
                section("composite", title, vec![Block::Table(table)])
            }
            None => {
                let none = vec![self.words.no_composite.text().to_owned()];
                section("composite", title, vec![text(none)])
            }
        }
    }

    fn label_of<'m>(&'m self, id: &'m str) -> &'m str {
        match id {
            "months" => self.words.months.text(),
            id => self.desk.metric(&id.into()).map_or(id, |metric| self.desk.label(metric)),
        }
    }
}

fn section(key: &'static str, title: String, blocks: Vec<Block>) -> Section {
    Section { key, title, blocks }
}

fn text(lines: Vec<String>) -> Block {
    Block::Text { lines }
}
