//! The page that a person sees first: all mails of a run, with links.

use schemars::JsonSchema;
use serde::Serialize;

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
    /// The reports, in the order in which they are mailed.
    pub entries: Vec<IndexEntry>,
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
    /// `good`, `watch`, `bad` or `muted`.
    pub tone: String,
    /// Who gets it.
    pub recipient: String,
    /// Who gets a copy, and why.
    pub copies: Vec<String>,
    /// What became of the mail, in a word.
    pub state: String,
    /// `good`, `bad` or `muted`.
    pub state_tone: String,
}
