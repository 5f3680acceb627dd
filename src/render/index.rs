//! The page that a person sees first: all mails of a run, with links.

use serde::Serialize;

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
    /// `good`, `watch`, `bad` or `muted`.
    pub tone: String,
    pub recipient: String,
    /// Who gets a copy, and why.
    pub copies: Vec<String>,
    pub state: String,
    pub state_tone: String,
}
