//! Rows that somebody may miss in a figure, with the reason why they are not in it.

use chrono::NaiveDate;

use super::{Exact, ExtractId, MetricId, UnitId};

/// Why a row is not in a unit's figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyLeftOut {
    /// The metric's filter does not let it count.
    Filter,
    /// It counts, and has nothing to add up.
    NoValue,
    /// It names the unit, and its shares give it to others.
    OthersShare,
    /// Its person stood in another unit on the day.
    Elsewhere,
    /// It is credited beside the split, for the person alone, and goes into no unit above.
    Overlay,
    /// A return that counts on the day of the row which it takes back.
    OtherDay,
    /// It has no day.
    NoDate,
    /// Its shares do not add up, or are nobody's.
    Shares,
    /// It has no owner, and so is nobody's.
    NoOwner,
    /// The org does not have its owner.
    Unknown,
}

impl WhyLeftOut {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::Filter,
        Self::NoValue,
        Self::OthersShare,
        Self::Elsewhere,
        Self::Overlay,
        Self::OtherDay,
        Self::NoDate,
        Self::Shares,
        Self::NoOwner,
        Self::Unknown,
    ];

    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::NoValue => "no_value",
            Self::OthersShare => "others_share",
            Self::Elsewhere => "elsewhere",
            Self::Overlay => "overlay",
            Self::OtherDay => "other_day",
            Self::NoDate => "no_date",
            Self::Shares => "shares",
            Self::NoOwner => "no_owner",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the rows name nobody of the unit: they are missing in somebody's figure, and nobody
    /// can tell in whose.
    pub fn is_nobodys(self) -> bool {
        matches!(self, Self::NoOwner | Self::Unknown)
    }
}

/// The rows of an extract that are not in a unit's figure for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub metric: MetricId,
    pub extract: ExtractId,
    pub why: WhyLeftOut,
    /// How many; a row that is shared out counts once for each share.
    pub rows: u64,
    /// What they would have counted; none of a distinct count.
    pub sum: Option<Exact>,
    /// The first of them, by file and row.
    pub places: Vec<LeftOutRow>,
}

/// Where such a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutRow {
    pub file: String,
    /// As a spreadsheet counts, the header being row 1.
    pub row: u64,
    pub day: Option<NaiveDate>,
    pub owner: Option<UnitId>,
    /// What it would have counted, its share multiplied in.
    pub value: Option<Exact>,
}
