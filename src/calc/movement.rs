//! How a place among the peers moved from one period to the next.

use super::score::PeerStanding;

/// A place beside the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// So many places better.
    Up(usize),
    Same,
    /// So many places worse.
    Down(usize),
    /// There was no place before.
    New,
    /// There was one, in another group or by another measure: the two say nothing of each other.
    OtherGroup,
}

impl Movement {
    /// From the place before, where there was one, to that of now.
    pub fn between(before: Option<&PeerStanding>, now: &PeerStanding) -> Self {
        let Some(before) = before else { return Self::New };
        if before.group != now.group || before.by_attainment != now.by_attainment {
            return Self::OtherGroup;
        }
        match before.rank.cmp(&now.rank) {
            std::cmp::Ordering::Greater => Self::Up(before.rank - now.rank),
            std::cmp::Ordering::Less => Self::Down(now.rank - before.rank),
            std::cmp::Ordering::Equal => Self::Same,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calc::{PeerGroup, Within};
    use crate::model::{Exact, Level};

    fn standing(unit: &str, rank: usize) -> PeerStanding {
        let within = Within::Unit(unit.into());
        PeerStanding {
            group: PeerGroup { level: Level::Person, depth: 0, within },
            peers: 60,
            mean: Some(Exact::one()),
            median: Some(Exact::one()),
            rank,
            by_attainment: true,
        }
    }

    #[test]
    fn places_of_different_rankings_are_not_compared() {
        let (here, there) = (standing("D1", 3), standing("D2", 5));
        assert_eq!(Movement::between(None, &here), Movement::New);
        assert_eq!(Movement::between(Some(&there), &here), Movement::OtherGroup);
        let by_value = PeerStanding { by_attainment: false, ..standing("D1", 5) };
        assert_eq!(Movement::between(Some(&by_value), &here), Movement::OtherGroup);
    }

    proptest! {
        #[test]
        fn the_way_back_is_the_way_there(before in 1usize..60, now in 1usize..60) {
            let (from, to) = (standing("D1", before), standing("D1", now));
            let there = Movement::between(Some(&from), &to);
            let back = Movement::between(Some(&to), &from);
            match there {
                Movement::Up(places) => {
                    prop_assert_eq!(now + places, before);
                    prop_assert_eq!(back, Movement::Down(places));
                }
                Movement::Down(places) => {
                    prop_assert_eq!(before + places, now);
                    prop_assert_eq!(back, Movement::Up(places));
                }
                _ => prop_assert!(there == Movement::Same && before == now && back == there),
            }
        }
    }
}
