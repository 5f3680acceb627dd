use proptest::prelude::*;

use super::*;
use crate::ledger::Withheld;

fn outbox(mails: usize) -> Outbox {
    let mail = |number| PlannedMail {
        number,
        message_id: format!("<{number}@example.com>"),
        report: "person".into(),
        unit: format!("E{number}"),
        recipient: format!("e{number}@example.com"),
        file_stem: number.to_string(),
        sha256: String::new(),
        size: 1,
        withheld: None,
    };
    Outbox {
        period: "2026-10".into(),
        version: 1,
        channel: "smtp".into(),
        from: "ops@example.com".into(),
        held: false,
        mails: (1..=mails).map(mail).collect(),
    }
}

fn receipt(state: State, retriable: bool) -> Receipt {
    Receipt {
        message_id: String::new(),
        recipient: String::new(),
        state,
        detail: state.code().to_owned(),
        at: DateTime::UNIX_EPOCH,
        attempts: 1,
        host: String::new(),
        retriable,
    }
}

/// What a server does with a mail that is handed over to it, and what is heard of it.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Taken,
    Refused,
    PutOff,
    TakenUnheard,
    LostUnheard,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Taken),
        1 => Just(Fate::Refused),
        1 => Just(Fate::PutOff),
        1 => Just(Fate::TakenUnheard),
        1 => Just(Fate::LostUnheard),
    ]
}

/// Processes one after the other, each going on where the account ends, each cut off after so many
/// writes: after the segment is durable, or before the mails that it claims have left.
#[derive(Clone, Debug)]
struct Life {
    writes: usize,
    at_once: usize,
    /// Of the mails that its last segment claimed, how many it handed over before it died.
    handed_over: usize,
    fates: Vec<Fate>,
}

fn life() -> impl Strategy<Value = Life> {
    (0_usize..6, 1_usize..4, 0_usize..4, proptest::collection::vec(fate(), 24)).prop_map(
        |(writes, at_once, handed_over, fates)| Life { writes, at_once, handed_over, fates },
    )
}

/// How often each mail was taken, and the account, by the rules of `deliver::dispatch`: claims before,
/// decisions with the next write.
fn live(mails: usize, lives: &[Life]) -> (Vec<Segment>, Vec<Vec<usize>>) {
    let plan = outbox(mails);
    let (mut segments, mut taken): (Vec<Segment>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    let mut times = vec![0_usize; mails];
    for (epoch, life) in (1..).zip(lives) {
        let mut standings = Standings::of(&plan, &segments);
        standings.begin(epoch);
        let mut waiting = standings.numbers(Standing::waits);
        let mut fates = life.fates.iter().copied().cycle();
        let mut entries = Vec::new();
        for write in 0..life.writes {
            let claims: Vec<usize> = waiting.drain(..life.at_once.min(waiting.len())).collect();
            if claims.is_empty() && entries.is_empty() {
                break;
            }
            entries.push(Entry::Claimed(claims.clone()));
            let segment =
                Segment { epoch, writer: epoch.to_string(), entries: std::mem::take(&mut entries) };
            segments.push(segment);
            taken.push(times.clone());
            let dies = write + 1 == life.writes;
            let leaving = if dies { life.handed_over.min(claims.len()) } else { claims.len() };
            for number in claims.into_iter().take(leaving) {
                let fate = fates.next().unwrap();
                if matches!(fate, Fate::Taken | Fate::TakenUnheard) {
                    times[number - 1] += 1;
                }
                entries.push(match fate {
                    Fate::PutOff => Entry::Returned(number),
                    Fate::Taken => Entry::Decided { number, receipt: receipt(State::Sent, false) },
                    Fate::Refused => {
                        Entry::Decided { number, receipt: receipt(State::Failed, false) }
                    }
                    Fate::TakenUnheard | Fate::LostUnheard => {
                        Entry::Decided { number, receipt: receipt(State::InDoubt, false) }
                    }
                });
            }
            // What the world is like after the segment, whether or not more was written.
            if let Some(last) = taken.last_mut() {
                last.clone_from(&times);
            }
        }
    }
    (segments, taken)
}

proptest! {
    /// Cut off after any write: a mail that counts as sent was taken, one that waits or failed was not,
    /// and none was ever taken twice.
    #[test]
    fn after_any_end_no_state_is_wrong(
        mails in 1_usize..9,
        lives in proptest::collection::vec(life(), 1..5),
    ) {
        let (segments, taken) = live(mails, &lives);
        let plan = outbox(mails);
        for (length, taken) in (1..=segments.len()).zip(&taken) {
            let mut standings = Standings::of(&plan, &segments[..length]);
            let whole = standings.tally().total();
            standings.begin(u32::MAX);
            prop_assert_eq!(standings.tally().total(), whole);
            prop_assert_eq!(whole, mails);
            for (standing, times) in standings.iter().zip(taken) {
                prop_assert!(*times <= 1, "taken {} times", times);
                match standing.state {
                    State::Sent => prop_assert_eq!(*times, 1),
                    State::Planned | State::Failed => prop_assert_eq!(*times, 0),
                    State::InDoubt => {}
                    State::Claimed | State::Suppressed => prop_assert!(false, "{:?}", standing),
                }
            }
        }
    }
}

fn segment(epoch: u32, entries: Vec<Entry>) -> Segment {
    Segment { epoch, writer: epoch.to_string(), entries }
}

fn states(standings: &Standings) -> Vec<State> {
    standings.iter().map(|mail| mail.state).collect()
}

#[test]
fn what_a_cut_off_process_had_claimed_is_in_doubt_for_whoever_comes_after_it() {
    let claimed = segment(1, vec![Entry::Claimed(vec![1, 2])]);
    let decided = Entry::Decided { number: 2, receipt: receipt(State::Sent, false) };
    let plan = outbox(3);
    let mut standings = Standings::of(&plan, &[claimed, segment(1, vec![decided])]);
    assert_eq!(states(&standings), [State::Claimed, State::Sent, State::Planned]);
    standings.begin(1);
    assert_eq!(states(&standings)[0], State::Claimed);
    standings.begin(2);
    assert_eq!(states(&standings), [State::InDoubt, State::Sent, State::Planned]);
    assert_eq!(standings.numbers(Standing::was_cut_off), [1]);
    assert_eq!(standings.numbers(Standing::waits), [3]);

    let doubt = Entry::Decided { number: 1, receipt: receipt(State::InDoubt, false) };
    standings.add(&[doubt]);
    assert!(standings.numbers(Standing::was_cut_off).is_empty());
    standings.add(&[Entry::Resend {
        numbers: vec![1, 2],
        reason: "lost".into(),
        by: String::new(),
        at: None,
    }]);
    assert_eq!(standings.numbers(Standing::waits), [1, 2, 3]);
}

#[test]
fn only_what_was_put_off_is_tried_again() {
    let mut plan = outbox(3);
    plan.mails[2].withheld =
        Some(Withheld { state: State::Suppressed, detail: "no mail address is known".into() });
    let put_off = Entry::Decided { number: 1, receipt: receipt(State::Failed, true) };
    let refused = Entry::Decided { number: 2, receipt: receipt(State::Failed, false) };
    let standings = Standings::of(&plan, &[segment(1, vec![put_off, refused])]);
    assert_eq!(standings.numbers(Standing::waits), [1]);
    assert_eq!(states(&standings)[2], State::Suppressed);
    assert_eq!(standings.iter().nth(2).unwrap().detail(&plan.mails[2]), "no mail address is known");
}
