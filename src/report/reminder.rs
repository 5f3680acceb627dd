//! The mail to whoever is responsible for extracts that are late or wrong (数据责任人).

use super::calendar::in_words;
use super::desk::{muted, plain, strong};
use super::document::{
    Block, Column, Document, Notice, Provenance, ReportKind, Section, Table, Tone,
};
use super::words::{WordBook, Words};
use crate::model::{Bilingual, FiscalYear, Language, Period, UnitId};

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
    pub place: String,
    /// What is wrong, as `attain check` says it.
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
    let period_text = in_words(words, facts.period, facts.fiscal);
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
    let labels = [&said.extract, &said.responsible, &said.lacks];
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
        let mut lacks = plain(sentence(words, one));
        lacks.tone = tone;
        vec![strong(extract), responsible, lacks]
    });
    Table {
        key: "shortfalls",
        title: said.table.text().to_owned(),
        columns: labels
            .map(|label| Column { label: label.text().to_owned(), ..Column::default() })
            .to_vec(),
        rows: rows.collect(),
        notes: Vec::new(),
    }
}

/// What one extract lacks, in a sentence.
fn sentence(words: &Words, one: &Shortfall) -> String {
    let gaps = [("place", one.place.as_str()), ("what", &one.what), ("help", &one.help)];
    match one.missing {
        true => words.reminder.missing.fill(&gaps[..1]),
        false => words.reminder.wrong.fill(&gaps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(language: Language, kind: ReminderKind) -> Document {
        let late = Shortfall {
            extract: "orders".into(),
            responsible: "sales@mingde.example".into(),
            missing: true,
            place: "data/orders/2026-10.csv".into(),
            what: String::new(),
            help: String::new(),
        };
        let wrong = Shortfall {
            extract: "payments".into(),
            responsible: String::new(),
            missing: false,
            place: "data/payments.csv, row 3".into(),
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
            ["orders", "sales@mingde.example", "尚未收到文件data/orders/2026-10.csv"]
        );
        assert!(
            cells[1][2].contains("payments.csv, row 3") && cells[1][2].contains("mend"),
            "{cells:?}"
        );
    }

    #[test]
    fn each_kind_says_what_became_of_the_reports() {
        let lead = |kind| composed(Language::En, kind).lead.concat();
        assert!(lead(ReminderKind::Waiting).contains("before 2026-11-05 18:00"));
        assert!(lead(ReminderKind::Held).contains("nothing was mailed"));
        assert!(lead(ReminderKind::AfterProvisional).contains("provisional"));
    }
}
