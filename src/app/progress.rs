//! What a command tells while it works; `cli` shows it as bars, as lines, or not at all.

/// A stretch of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Station {
    Generate,
    Load,
    Find,
    Judge,
    Render,
    Remember,
    Deliver,
}

impl Station {
    /// What is being done, as a person reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Generate => "generating the company",
            Self::Load => "reading the extracts",
            Self::Find => "finding the facts",
            Self::Judge => "judging",
            Self::Render => "rendering the reports",
            Self::Remember => "writing the ledger",
            Self::Deliver => "delivering",
        }
    }
}

/// Hears how far the job is, and may want it to end.
pub trait Progress: Sync {
    /// A station begins; `total` is how many steps it has, where that is known.
    fn begin(&self, station: Station, total: Option<u64>);
    /// So many more steps of it are done.
    fn advance(&self, steps: u64);
    /// It is done; what it came to, in a few words.
    fn end(&self, station: Station, what: &str);
    /// Whether whoever watches wants the delivery to end: the mails under way come to theirs first.
    fn is_asked_to_end(&self) -> bool {
        false
    }
}

/// Says nothing: for what is computed beside.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Station, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self, _: Station, _: &str) {}
}
