//! How long to wait, and how fast to go: times are counted from the start of the delivery.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// How long to wait after so many attempts in vain: 1, 2, 4 … seconds, at most a minute, and up to
/// half as much again, so that what failed together does not come back together. The same seed
/// gives the same pauses.
pub fn back_off(attempts: u32, seed: u64) -> Duration {
    let base = Duration::from_secs(1 << attempts.saturating_sub(1).min(6)).min(MINUTE);
    base + base / 2 * scatter(seed, attempts) / 1024
}

/// A number below 1024 that looks like chance.
fn scatter(seed: u64, attempts: u32) -> u32 {
    let mut mixed = seed ^ u64::from(attempts).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((mixed ^ (mixed >> 31)) % 1024).unwrap_or(0)
}

/// So many in a minute, evenly spread: a bucket that holds one token and is filled at that rate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    interval: Duration,
    free_at: Duration,
}

impl Pace {
    /// Without a number there is no limit.
    pub fn new(per_minute: Option<u32>) -> Self {
        let nanos = |n: u32| MINUTE.as_nanos().div_ceil(u128::from(n.max(1)));
        let interval = per_minute.map_or(0, |n| u64::try_from(nanos(n)).unwrap_or(u64::MAX));
        Self { interval: Duration::from_nanos(interval), free_at: Duration::ZERO }
    }

    /// When the next may go.
    pub fn free_at(&self) -> Duration {
        self.free_at
    }

    /// One goes now.
    pub fn take(&mut self, now: Duration) {
        self.free_at = self.free_at.max(now) + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_pause_doubles_up_to_a_minute_and_is_never_half_as_much_again(seed: u64, attempts in 1_u32..40) {
            let base = Duration::from_secs(1 << (attempts - 1).min(6)).min(MINUTE);
            let pause = back_off(attempts, seed);
            proptest::prop_assert!(pause >= base && pause < base + base / 2);
            proptest::prop_assert_eq!(pause, back_off(attempts, seed));
        }

        #[test]
        fn no_minute_sees_more_than_its_share(per_minute in 1_u32..5000, waits in proptest::collection::vec(0_u64..9_000, 1..200)) {
            let mut pace = Pace::new(Some(per_minute));
            let mut sent: Vec<Duration> = Vec::new();
            let mut now = Duration::ZERO;
            for wait in waits {
                now = (now + Duration::from_millis(wait)).max(pace.free_at());
                pace.take(now);
                sent.push(now);
            }
            for (index, first) in sent.iter().enumerate() {
                let within = sent[index..].iter().take_while(|at| **at < *first + MINUTE).count();
                proptest::prop_assert!(within <= per_minute as usize);
            }
        }
    }

    #[test]
    fn two_mails_that_failed_together_do_not_come_back_together() {
        assert_ne!(back_off(5, 1), back_off(5, 2));
    }
}
