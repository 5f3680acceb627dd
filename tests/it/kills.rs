//! A delivery that is killed at any moment, again and again: each mail is sent once, or in doubt.
//!
//! `ATTAIN_KILLS=300` for more of them, `ATTAIN_SEED` for other moments.

use std::time::{Duration, Instant};

use crate::burst::{Account, Burst, Chance, OTHERS, PERIOD, account, times};
use crate::smtp_server::{Reply, ScriptedServer};

/// How many mails there are, the one that is suppressed among them.
const BURST: usize = 500;

/// As in the project: no more mails than that are under way at once.
const CONNECTIONS: usize = 4;

/// After so many kills the delivery may come to its end, and another one begins.
const KILLS_OF_A_BURST: usize = 30;

/// When a process is killed.
#[derive(Debug)]
enum Moment {
    After(Duration),
    /// The server has heard so many more lines, and a little later.
    Heard(usize, Duration),
}

#[test]
fn whenever_it_is_killed_each_mail_is_sent_once_or_in_doubt() {
    let kills = times("ATTAIN_KILLS", 20);
    let mut chance = Chance::new(times("ATTAIN_SEED", 20_261_103) as u64);
    let (mut killed, mut bursts, mut total) = (0, 0, Account::default());
    let began = Instant::now();
    while killed < kills {
        let (times, account) = burst(kills - killed, &mut chance);
        killed += times;
        bursts += 1;
        total = total.plus(&account);
    }
    println!(
        "{killed} kills in {bursts} bursts of {BURST} mails, {:.0} s: {} sent, {} in doubt and taken, {} in doubt and not taken",
        began.elapsed().as_secs_f64(),
        total.sent,
        total.doubtful_taken,
        total.doubtful_not_taken,
    );
    assert_eq!(total.total(), bursts * BURST);
    assert_eq!((total.failed, total.suppressed), (0, bursts));
    // What a kill can leave in doubt is what was under way.
    assert!(total.doubtful() <= killed * CONNECTIONS, "{total:?}");
}

/// One burst, killed at most so often: how often it was, and its account.
fn burst(kills: usize, chance: &mut Chance) -> (usize, Account) {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let burst = Burst::new(BURST - OTHERS, server.port);
    let mut killed = 0;
    while killed < kills.min(KILLS_OF_A_BURST) {
        let next = burst.next();
        let moment = moment(next[0], chance);
        let mut process = burst.start(&next);
        let (began, heard) = (Instant::now(), server.seen().lines.len());
        let is_time = || match moment {
            Moment::After(pause) => began.elapsed() >= pause,
            Moment::Heard(lines, _) => server.seen().lines.len() >= heard + lines,
        };
        while !is_time() && !process.has_ended() {
            std::thread::sleep(Duration::from_micros(200));
        }
        if let Moment::Heard(_, pause) = moment {
            std::thread::sleep(pause);
        }
        if process.has_ended() {
            let said = process.end();
            assert!(matches!(said.code, 0 | 4), "{}", said.err);
            break;
        }
        process.kill();
        killed += 1;
    }
    let said = burst.finish();
    let account = account(&burst.shown(), &server.seen());
    assert_eq!(account.total(), BURST);
    assert_eq!(said.code, if account.doubtful() > 0 { 4 } else { 0 }, "{}{}", said.out, said.err);

    // Once more does nothing; a word from a person sends what is in doubt, and nothing else.
    let taken = server.seen().taken.len();
    burst.attain(&["resume", PERIOD]);
    assert_eq!(server.seen().taken.len(), taken);
    let said = burst.attain(&["resume", PERIOD, "--in-doubt", "resend"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(server.seen().taken.len(), taken + account.doubtful());
    assert_eq!(server.seen().counts().len(), BURST - 1);
    (killed, account)
}

/// A run plans for a second or two before it delivers.
fn moment(command: &str, chance: &mut Chance) -> Moment {
    let millis = |most: u64, chance: &mut Chance| Duration::from_millis(chance.below(most));
    match (command, chance.below(4)) {
        ("run", 0) => Moment::After(millis(2500, chance)),
        ("resume", 0) => Moment::After(millis(400, chance)),
        _ => {
            Moment::Heard(1 + chance.below(120) as usize, Duration::from_micros(chance.below(3000)))
        }
    }
}
