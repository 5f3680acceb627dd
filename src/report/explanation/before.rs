//! Which run the figure is of, whether it comes out the same today, and what moved since the
//! version before.

use super::facts::{ChangedFile, FileChange, Item, Moved};
use super::{Subject, Writer, section, text};
use crate::calc::score::Warning;
use crate::model::Exact;
use crate::report::desk::plain;
use crate::report::document::{Block, Section, Table};
use crate::report::units::{left, right};

/// So many files are named.
const MOST_FILES: usize = 4;

impl Writer<'_> {
    /// The run, and whether the same comes out of what lies there now.
    pub(super) fn runs(&self) -> Vec<String> {
        let (words, run) = (self.words, self.of.run);
        let mut said = vec![words.run.fill(&[
            ("run", &run.period.to_string()),
            ("version", &run.version.to_string()),
            ("as_of", &run.as_of.to_string()),
        ])];
        if !run.lost.is_empty() {
            said.push(words.kept_lost.fill(&[("files", &self.named(&run.lost))]));
        }
        if !run.changed.is_empty() && !run.kept {
            said.push(words.changed_now.fill(&[("files", &self.files(&run.changed))]));
        }
        if !run.differs.is_empty() {
            let moved: Vec<String> = run.differs.iter().map(|one| self.moved(one)).collect();
            let moved = moved.join(self.desk.words.list.clause.text());
            let phrase = if run.kept { &words.kept_differs } else { &words.differs };
            said.push(phrase.fill(&[("moved", &moved)]));
        } else if run.recorded {
            let phrase = if run.kept { &words.kept_same } else { &words.same };
            said.push(phrase.text().to_owned());
        } else if run.found || self.figure_of_steps().is_some() {
            let phrase = if run.kept { &words.kept_not_recorded } else { &words.not_recorded };
            said.push(phrase.text().to_owned());
        }
        said
    }

    fn files(&self, files: &[ChangedFile]) -> String {
        let one = |file: &ChangedFile| {
            let phrase = match file.change {
                FileChange::Changed => &self.words.changed,
                FileChange::Gone => &self.words.gone,
                FileChange::New => &self.words.new,
            };
            phrase.fill(&[("file", &file.path)])
        };
        self.named(&files.iter().map(one).collect::<Vec<_>>())
    }

    /// The first of some files, and how many more there are.
    fn named(&self, files: &[String]) -> String {
        let mut named: Vec<String> = files.iter().take(MOST_FILES).cloned().collect();
        let rest = files.len().saturating_sub(MOST_FILES);
        if rest > 0 {
            named.push(self.words.more.fill(&[("rest", &rest.to_string())]));
        }
        named.join(self.desk.words.list.comma.text())
    }

    fn moved(&self, moved: &Moved) -> String {
        self.words.moved.fill(&[
            ("item", self.item(moved.item)),
            ("old", &self.recorded(moved.item, &moved.old)),
            ("new", &self.recorded(moved.item, &moved.new)),
        ])
    }

    fn item(&self, item: Item) -> &str {
        let column = &self.desk.words.column;
        match item {
            Item::Actual => column.actual.text(),
            Item::Target => column.target.text(),
            Item::Attainment => column.attainment.text(),
            Item::Warning => column.warning.text(),
            Item::Rank => column.rank.text(),
            Item::Composite => self.desk.words.composite.name.text(),
            Item::Coefficient => column.coefficient.text(),
            Item::Amount => self.desk.words.statement.amount.text(),
        }
    }

    /// A value of a results table in the reader's form.
    fn recorded(&self, item: Item, text: &str) -> String {
        let nothing = || self.desk.words.absence.nothing.text().to_owned();
        if text.is_empty() {
            return nothing();
        }
        let tone = &self.desk.words.tone;
        if item == Item::Warning {
            return match text {
                code if code == Warning::Red.code() => tone.red.text().to_owned(),
                code if code == Warning::Yellow.code() => tone.yellow.text().to_owned(),
                _ => nothing(),
            };
        }
        let Ok(value) = Exact::parse(text) else { return text.to_owned() };
        let numbers = &self.desk.numbers;
        match (item, self.of.subject) {
            (Item::Actual | Item::Target, Subject::Metric(metric)) => self.exact(metric, &value),
            (Item::Attainment | Item::Composite, _) => numbers.attainment(&value),
            (Item::Coefficient, _) => numbers.coefficient(&value),
            (Item::Amount, _) => numbers.cents(&value),
            _ => text.to_owned(),
        }
    }

    /// Old beside new.
    pub(super) fn before(&self) -> Section {
        let words = self.words;
        let Some(before) = self.of.before else {
            let first = vec![words.first_version.text().to_owned()];
            return section("before", words.versions.text().to_owned(), vec![text(first)]);
        };
        let title = words.before.fill(&[("version", &before.version.to_string())]);
        let mut blocks = Vec::new();
        if before.moved.is_empty() {
            blocks.push(text(vec![words.unchanged.text().to_owned()]));
        } else {
            let columns = vec![left(&words.item), right(&words.old), right(&words.new_value)];
            let row = |moved: &Moved| {
                vec![
                    plain(self.item(moved.item)),
                    plain(self.recorded(moved.item, &moved.old)),
                    plain(self.recorded(moved.item, &moved.new)),
                ]
            };
            let rows = before.moved.iter().map(row).collect();
            let (title, notes) = (String::new(), Vec::new());
            blocks.push(Block::Table(Table { key: "before", title, columns, rows, notes }));
        }
        if !before.changed.is_empty() {
            let files = self.files(&before.changed);
            blocks.push(text(vec![words.changed_between.fill(&[("files", &files)])]));
        }
        section("before", title, blocks)
    }
}
