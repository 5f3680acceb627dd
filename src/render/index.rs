//! The page that a person sees first: all mails of a run, with links.

use schemars::JsonSchema;
use serde::Serialize;

use super::look::{self, LOOK, Look};
use crate::report::document::Tone;

/// What the page shows; every text is final.
#[derive(Clone, Debug)]
pub struct IndexPage {
    /// Language of the page as HTML writes it.
    pub lang: String,
    /// The company's name.
    pub company: String,
    /// The period in words.
    pub period_text: String,
    /// What the page is called.
    pub title: String,
    /// Sentences above the table.
    pub summary: Vec<String>,
    /// Five labels: unit, report, warning, recipient, state.
    pub columns: Vec<String>,
    /// The reports, in the order in which they are mailed.
    pub entries: Vec<IndexEntry>,
}

/// The page as its template sees it.
#[derive(JsonSchema, Serialize)]
pub struct IndexView<'a> {
    /// Colours and marks.
    pub look: Look,
    /// Language of the page as HTML writes it.
    pub lang: &'a str,
    /// The company's name.
    pub company: &'a str,
    /// The period in words.
    pub period_text: &'a str,
    /// What the page is called.
    pub title: &'a str,
    /// Sentences above the table.
    pub summary: &'a [String],
    /// Five labels: unit, report, warning, recipient, state.
    pub columns: &'a [String],
    /// The reports, in the order of the org.
    pub entries: Vec<IndexEntryView<'a>>,
}

/// One report.
#[derive(JsonSchema, Serialize)]
pub struct IndexEntryView<'a> {
    /// Who is reported on.
    pub unit: &'a str,
    /// Subject of the mail.
    pub subject: &'a str,
    /// Relative link to the report as a page; empty for none.
    pub page: &'a str,
    /// Relative link to the mail; empty for none.
    pub mail: &'a str,
    /// Relative links to the files that go with it.
    pub attachments: &'a [String],
    /// The worst warning of the report, in a word.
    pub warning: &'a str,
    /// The mark of that warning; empty for none.
    pub warning_mark: &'static str,
    /// The class that gives the warning its colour.
    pub warning_class: &'static str,
    /// Who gets it.
    pub recipient: &'a str,
    /// Who gets a copy, and why.
    pub copies: &'a [String],
    /// What became of the mail, in a word.
    pub state: &'a str,
    /// The mark of that state; empty for none.
    pub state_mark: &'static str,
    /// The class that gives the state its colour.
    pub state_class: &'static str,
}

impl<'a> IndexView<'a> {
    pub fn new(page: &'a IndexPage) -> Self {
        Self {
            look: LOOK,
            lang: &page.lang,
            company: &page.company,
            period_text: &page.period_text,
            title: &page.title,
            summary: &page.summary,
            columns: &page.columns,
            entries: page.entries.iter().map(entry).collect(),
        }
    }
}

fn entry(entry: &IndexEntry) -> IndexEntryView<'_> {
    let (warning, state) = (look::of(entry.tone), look::of(entry.state_tone));
    IndexEntryView {
        unit: &entry.unit,
        subject: &entry.subject,
        page: &entry.page,
        mail: &entry.mail,
        attachments: &entry.attachments,
        warning: &entry.warning,
        warning_mark: warning.mark,
        warning_class: warning.class,
        recipient: &entry.recipient,
        copies: &entry.copies,
        state: &entry.state,
        state_mark: state.mark,
        state_class: state.class,
    }
}

/// One report.
#[derive(Clone, Debug)]
pub struct IndexEntry {
    /// Who is reported on.
    pub unit: String,
    /// Subject of the mail.
    pub subject: String,
    /// Relative link to the report as a page; empty for none.
    pub page: String,
    /// Relative link to the mail; empty for none.
    pub mail: String,
    /// Relative links to the files that go with it.
    pub attachments: Vec<String>,
    /// The worst warning of the report, in a word.
    pub warning: String,
    /// How urgent that is.
    pub tone: Tone,
    /// Who gets it.
    pub recipient: String,
    /// Who gets a copy, and why.
    pub copies: Vec<String>,
    /// What became of the mail, in a word.
    pub state: String,
    /// How well that is.
    pub state_tone: Tone,
}
