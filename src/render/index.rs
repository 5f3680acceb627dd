//! The page that a person sees first: all mails of a run, with links.

use serde::Serialize;

use super::look::{self, LOOK, Look, ToneLook};
use crate::report::document::Tone;

/// What the page shows; every text is final.
#[derive(Clone, Debug, Serialize)]
pub struct IndexPage {
    pub lang: String,
    pub company: String,
    pub period_text: String,
    pub title: String,
    /// Sentences above the table.
    pub summary: Vec<String>,
    /// Five labels: unit, report, warning, recipient, state.
    pub columns: Vec<String>,
    pub entries: Vec<IndexEntry>,
}

/// The page as its template sees it.
#[derive(Serialize)]
pub struct IndexView<'a> {
    look: Look,
    lang: &'a str,
    company: &'a str,
    period_text: &'a str,
    title: &'a str,
    summary: &'a [String],
    columns: &'a [String],
    entries: Vec<EntryView<'a>>,
}

#[derive(Serialize)]
struct EntryView<'a> {
    #[serde(flatten)]
    entry: &'a IndexEntry,
    warning_look: ToneLook,
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
#[derive(Clone, Debug, Serialize)]
pub struct IndexEntry {
    pub unit: String,
    pub subject: String,
    /// Relative link to the report as a page; empty for none.
    pub page: String,
    /// Relative link to the mail; empty for none.
    pub mail: String,
    /// Relative links to the files that go with it.
    pub attachments: Vec<String>,
    pub warning: String,
    pub tone: Tone,
    pub recipient: String,
    /// Who gets a copy, and why.
    pub copies: Vec<String>,
    pub state: String,
    pub state_tone: Tone,
}
