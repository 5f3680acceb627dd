//! Consecutive quarters in the same part of the group.

use super::place::{Place, QuarterPlace, Segment};
use crate::model::plan::{MissingQuarter, TalentRule};
use crate::model::{Period, UnitId};

/// A quarter of somebody who is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalentQuarter {
    pub period: Period,
    pub place: QuarterPlace,
}

/// Somebody who is on a list, with the quarters that put them there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalentEntry {
    pub unit: UnitId,
    pub segment: Segment,
    /// From early to late, those passed over among them; the last one is the judged quarter.
    pub quarters: Vec<TalentQuarter>,
}

impl TalentEntry {
    /// The place in the judged quarter.
    pub fn judged(&self) -> Option<&Place> {
        match &self.quarters.last()?.place {
            QuarterPlace::Ranked(place) => Some(place),
            QuarterPlace::Missing(_) => None,
        }
    }
}

/// The entry of a person whose quarters are given from late to early; none where they make no
/// streak. The latest quarter has to count; those before it may be passed over where the rule says
/// so.
pub(super) fn entry(
    unit: &UnitId,
    rule: &TalentRule,
    quarters: &[(Period, QuarterPlace)],
) -> Option<TalentEntry> {
    let segment = match &quarters.first()?.1 {
        QuarterPlace::Ranked(place) => place.segment(),
        QuarterPlace::Missing(_) => return None,
    };
    if segment == Segment::Middle {
        return None;
    }
    let mut counted = 0;
    let mut kept = Vec::new();
    for (period, place) in quarters {
        match place {
            QuarterPlace::Ranked(place) if place.segment() == segment => counted += 1,
            QuarterPlace::Missing(_) if rule.missing_quarter == MissingQuarter::Skips => {}
            QuarterPlace::Ranked(_) | QuarterPlace::Missing(_) => return None,
        }
        kept.push(TalentQuarter { period: *period, place: place.clone() });
        if counted == rule.quarters {
            kept.reverse();
            return Some(TalentEntry { unit: unit.clone(), segment, quarters: kept });
        }
    }
    None
}
