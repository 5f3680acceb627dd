//! The mail to whoever is responsible for extracts that are late or wrong (数据责任人).

use super::calendar;
use super::desk::{muted, plain, strong};
use super::document::{
    Block, Cell, Column, Document, Notice, Provenance, ReportKind, Section, Table, Tone,
};
use super::words::{Phrase, WordBook, Words};
use crate::model::{Bilingual, FiscalYear, Language, Period, Place, UnitId};

/// What an extract still lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Empty where it is a matter of no single extract.
    pub extract: String,
    /// Who is responsible, as the config says; empty where it does not.
    pub responsible: String,
    /// Whether its file is late, and not wrong.
    pub missing: bool,
    /// The file, with row and column where one is wrong.
    pub place: Place,
    /// What is wrong and what to do, as `attain check` says it.
    pub what: String,
    pub help: String,
}

impl Shortfall {
    /// For a record: where, and what is wrong.
    pub fn as_line(&self) -> String {
        format!("{}: {}", self.place, self.what)
    }
}

/// What a reminder is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReminderKind {
    /// The window is open, and the extracts are not complete.
    Waiting,
    /// The window is over; what there was went out as provisional.
    AfterProvisional,
    /// The window is over, and nothing was mailed.
    Held,
}

/// What a reminder is written from.
#[derive(Clone, Copy, Debug)]
pub struct ReminderFacts<'a> {
    pub words: &'a WordBook,
    pub company: &'a Bilingual,
    pub company_id: &'a UnitId,
    pub period: Period,
    pub fiscal: FiscalYear,
    pub language: Language,
    pub kind: ReminderKind,
    /// The end of the window, by the company's clocks: `2026-11-05 18:00`.
    pub deadline: &'a str,
    pub shortfalls: &'a [Shortfall],
}

/// The mail. The same facts always give the same document.
pub fn compose_reminder(facts: &ReminderFacts<'_>) -> Document {
    let words = facts.words.of(facts.language);
    let said = &words.reminder;
    let period_text = calendar::in_words(words, facts.period, facts.fiscal);
    let company = facts.company.get(facts.language);
    let count = facts.shortfalls.len().to_string();
    let gaps = [
        ("company", company),
        ("period", &period_text),
        ("count", &count),
        ("deadline", facts.deadline),
    ];
    let (subject, lead) = match facts.kind {
        ReminderKind::Waiting => (&said.subject, &said.waiting),
        ReminderKind::AfterProvisional => (&said.subject, &said.after_provisional),
        ReminderKind::Held => (&said.subject_held, &said.held),
    };
    let (subject, lead) = (subject.fill(&gaps), lead.fill(&gaps));
    let tone = if facts.kind == ReminderKind::Waiting { Tone::Watch } else { Tone::Bad };
    let what_now = Notice {
        tone: Tone::Plain,
        title: said.now_title.text().to_owned(),
        lines: vec![said.now.text().to_owned()],
    };
    Document {
        kind: ReportKind::Reminder,
        language: facts.language,
        unit: facts.company_id.clone(),
        period: facts.period,
        subject: super::lead::one_line(&subject),
        company: company.to_owned(),
        unit_name: said.heading.text().to_owned(),
        title: words.report.reminder.text().to_owned(),
        period_text,
        preheader: lead.clone(),
        lead: vec![lead],
        tiles: Vec::new(),
        sections: vec![Section {
            key: "shortfalls",
            title: String::new(),
            blocks: vec![Block::Table(table(words, facts, tone)), Block::Notice(what_now)],
        }],
        provenance: Provenance {
            title: String::new(),
            lines: Vec::new(),
            definitions: Vec::new(),
            definitions_title: String::new(),
            inputs_title: String::new(),
            inputs: Vec::new(),
        },
    }
}

/// What is missing, extract by extract.
fn table(words: &Words, facts: &ReminderFacts<'_>, tone: Tone) -> Table {
    let said = &words.reminder;
    let rows = facts.shortfalls.iter().map(|one| {
        let extract = if one.extract.is_empty() { said.project.text() } else { &one.extract };
        let responsible = match one.responsible.as_str() {
            "" => muted(
                words
                    .list
                    .label
                    .fill(&[("label", said.responsible.text()), ("text", said.nobody.text())]),
            ),
            given => plain(given),
        };
        let lacks = Cell { tone, ..plain(lacking(words, one)) };
        vec![strong(extract), responsible, lacks, original(words, one)]
    });
    let column = |label: &Phrase| Column { label: label.text().to_owned(), ..Column::default() };
    let table = Table {
        key: "shortfalls",
        title: said.table.text().to_owned(),
        columns: vec![
            column(&said.extract),
            column(&said.responsible),
            column(&said.lacks),
            column(&said.original).under(),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
    };
    without_silence(words, table)
}

/// What one extract lacks, in a sentence.
pub(super) fn lacking(words: &Words, one: &Shortfall) -> String {
    let said = &words.reminder;
    let phrase = if one.missing { &said.missing } else { &said.wrong };
    phrase.fill(&[("place", &in_words(words, &one.place))])
}

/// What the program said of it, which is no sentence of the mail's language; nothing of a file that is
/// just not there.
pub(super) fn original(words: &Words, one: &Shortfall) -> Cell {
    match one.missing || one.what.is_empty() {
        true => muted(words.absence.nothing.text()),
        false => {
            let gaps = [("what", one.what.as_str()), ("help", &one.help)];
            muted(words.reminder.original_text.fill(&gaps))
        }
    }
}

/// A table without the column of what the program said where it said nothing of any row: the last one.
pub(super) fn without_silence(words: &Words, mut table: Table) -> Table {
    let nothing = words.absence.nothing.text();
    if table.rows.iter().all(|row| row.last().is_none_or(|cell| cell.text == nothing)) {
        table.columns.pop();
        table.rows.iter_mut().for_each(|row| _ = row.pop());
    }
    table
}

/// A place as the mail's language says it: `data/orders.csv第3行“金额”列`.
pub(super) fn in_words(words: &Words, place: &Place) -> String {
    let said = &words.reminder;
    let mut text = place.file.clone();
    if let Some(line) = place.line {
        text = said.at_line.fill(&[("place", &text), ("line", &line.to_string())]);
    }
    if let Some(row) = place.row {
        text = said.at_row.fill(&[("place", &text), ("row", &row.to_string())]);
    }
    if let Some(column) = &place.column {
        text = said.at_column.fill(&[("place", &text), ("column", column)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(language: Language, kind: ReminderKind) -> Document {
        let late = Shortfall {
            extract: "orders".into(),
            responsible: "sales@mingde.example".into(),
            missing: true,
            place: Place::file("data/orders/2026-10.csv"),
            what: String::new(),
            help: String::new(),
        };
        let wrong = Shortfall {
            extract: "payments".into(),
            responsible: String::new(),
            missing: false,
            place: Place::file("data/payments.csv").row(3).column("金额"),
            what: "9 of 90 rows were set aside".into(),
            help: "mend the rows".into(),
        };
        compose_reminder(&ReminderFacts {
            words: WordBook::built_in(),
            company: &Bilingual { zh: "明德仪器".into(), en: "Mingde Instruments".into() },
            company_id: &"C00".into(),
            period: "2026-10".parse().unwrap(),
            fiscal: FiscalYear::default(),
            language,
            kind,
            deadline: "2026-11-05 18:00",
            shortfalls: &[late, wrong],
        })
    }

    #[test]
    fn a_reminder_names_what_is_missing_by_extract_and_file() {
        let document = composed(Language::Zh, ReminderKind::Waiting);
        assert_eq!(
            document.subject,
            "【明德仪器】2026年10月数据待补齐：2项（截止2026-11-05 18:00）"
        );
        let table = document.tables().next().unwrap();
        let cells: Vec<Vec<&str>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.text.as_str()).collect())
            .collect();
        assert_eq!(
            cells[0],
            ["orders", "sales@mingde.example", "尚未收到文件data/orders/2026-10.csv", "—"]
        );
        // A sentence of the reader's language, and what the program said below it, named as that.
        assert_eq!(
            cells[1][2],
            "data/payments.csv第3行“金额”列未通过数据检查，请运行attain check查看并修正"
        );
        assert_eq!(cells[1][3], "9 of 90 rows were set aside（mend the rows）");
        assert_eq!(table.columns[3].label, "程序原文");
        assert!(table.columns[3].under);
    }

    #[test]
    fn a_place_is_said_in_the_language_of_the_mail() {
        let book = WordBook::built_in();
        let row = Place::file("a.csv").row(4).column("day");
        let line = Place::file("attain.toml").line(Some(7));
        let said = |language, place| in_words(book.of(language), place);
        assert_eq!(said(Language::Zh, &row), "a.csv第4行“day”列");
        assert_eq!(said(Language::En, &row), row.to_string());
        assert_eq!(said(Language::Zh, &line), "attain.toml第7行");
        assert_eq!(said(Language::En, &line), line.to_string());
    }

    #[test]
    fn each_kind_says_what_became_of_the_reports() {
        let lead = |kind| composed(Language::En, kind).lead.concat();
        assert!(lead(ReminderKind::Waiting).contains("before 2026-11-05 18:00"));
        assert!(lead(ReminderKind::Held).contains("nothing was mailed"));
        assert!(lead(ReminderKind::AfterProvisional).contains("provisional"));
    }
}
