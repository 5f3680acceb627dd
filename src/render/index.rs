//! The page that a person sees first: all mails of a run, with links.

use schemars::JsonSchema;
use serde::Serialize;

use super::look::{self, LOOK, Look, ToneLook};
use crate::report::document::Tone;

/// What the page shows; every text is final.
#[derive(Clone, Debug, JsonSchema, Serialize)]
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
    /// The reports, in order.
    pub entries: Vec<IndexEntry>,
}

/// The page as its template sees it.
#[derive(JsonSchema, Serialize)]
pub struct IndexView<'a> {
    /// Colours and marks, the same for all reports.
    look: Look,
    /// Language of the page as HTML writes it.
    lang: &'a str,
    /// The company's name.
    company: &'a str,
    /// The period in words.
    period_text: &'a str,
    /// What the page is called.
    title: &'a str,
    /// Sentences above the table.
    summary: &'a [String],
    /// Five labels: unit, report, warning, recipient, state.
    columns: &'a [String],
    /// The reports, in order.
    entries: Vec<EntryView<'a>>,
}

/// A report, and how its words look.
#[derive(JsonSchema, Serialize)]
struct EntryView<'a> {
    #[serde(flatten)]
    entry: &'a IndexEntry,
    /// How the warning looks.
    warning_look: ToneLook,
    /// How the state looks.
    state_look: ToneLook,
}

impl<'a> IndexView<'a> {
    pub fn new(page: &'a IndexPage) -> Self {
        let entries = page.entries.iter().map(|entry| EntryView {
            entry,
            warning_look: look::of(entry.tone),
            state_look: look::of(entry.state_tone),
        });
        Self {
            look: LOOK,
            lang: &page.lang,
            company: &page.company,
            period_text: &page.period_text,
            title: &page.title,
            summary: &page.summary,
            columns: &page.columns,
            entries: entries.collect(),
        }
    }
}

/// One report.
#[derive(Clone, Debug, JsonSchema, Serialize)]
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
    /// How the warning feels.
    pub tone: Tone,
    /// Who gets it.
    pub recipient: String,
    /// Who gets a copy, and why.
    pub copies: Vec<String>,
    /// What became of the mail, in a word.
    pub state: String,
    /// How the state feels.
    pub state_tone: Tone,
}
