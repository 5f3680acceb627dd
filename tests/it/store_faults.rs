//! A ledger in a store that fails: a run succeeds by trying again, or fails cleanly and can be gone on
//! with; no mail is lost or doubled, and what the program says of it is true.
//!
//! `ATTAIN_STORE_FAULTS=100` for more runs of random faults, `ATTAIN_STOPS=all` for a fault at every call.

use std::time::Duration;

use crate::burst::{Account, Burst, Chance, OTHERS, PERIOD, account, times};
use crate::faulty_proxy::{Fault, FaultyProxy};
use crate::ledger_stops::{READERS, Store, calls_of_a_run, is_vital};
use crate::smtp_server::{Reply, ScriptedServer};

const FAULTS: [Fault; 9] = [
    Fault::Refused(500),
    Fault::Refused(503),
    Fault::DoneButRefused(500),
    Fault::DoneButRefused(503),
    Fault::Cut,
    Fault::DoneButCut,
    Fault::DoneButTorn,
    Fault::Held,
    Fault::DoneButHeld,
];

/// What a process may end with.
#[derive(Debug, Default)]
struct Ends {
    done: usize,
    failed: usize,
    held: usize,
}

#[test]
fn a_store_that_fails_at_random_costs_no_mail() {
    let Some(store) = Store::start() else { return };
    let seed = times("ATTAIN_SEED", 20_261_103) as u64;
    let (mut total, mut ends, mut faults) = (Account::default(), Ends::default(), 0);
    let runs = times("ATTAIN_STORE_FAULTS", 2);
    for number in 0..runs as u64 {
        // From one fault in a hundred calls to one in five.
        let often = [40, 5, 100, 15][number as usize % 4];
        let chance = std::sync::Mutex::new(Chance::new(seed + number));
        let proxy = store.proxy(move |_| {
            let mut chance = chance.lock().expect("a whole die");
            match chance.below(often) {
                0 => FAULTS[chance.below(FAULTS.len() as u64) as usize],
                1 => Fault::Slow(Duration::from_millis(chance.below(300))),
                _ => Fault::None,
            }
        });
        let account = through(&store, &format!("random-{number}"), &proxy, &mut ends);
        total = total.plus(&account);
        faults += proxy.calls().iter().filter(|(_, fault)| FAULTS.contains(fault)).count();
    }
    println!("{runs} runs with {faults} faults of the store: {ends:?}, {total:?}");
    assert_eq!(total.total(), runs * (READERS + OTHERS));
    assert_eq!((total.failed, total.suppressed), (0, runs));
}

#[test]
fn one_fault_at_any_call_is_got_over() {
    let Some(store) = Store::start() else { return };
    let calls = calls_of_a_run(&store);
    let mut chance = Chance::new(times("ATTAIN_SEED", 20_261_103) as u64);
    let at: Vec<(usize, Fault)> = match std::env::var("ATTAIN_STOPS").as_deref() {
        Ok("all") => {
            let all = 1..=calls.len();
            all.flat_map(|at| FAULTS.map(|fault| (at, fault))).collect()
        }
        _ => {
            let vital: Vec<usize> =
                calls.iter().filter(|call| is_vital(call)).map(|call| call.number).collect();
            let mut pick = || vital[chance.below(vital.len() as u64) as usize];
            FAULTS.map(|fault| (pick(), fault)).to_vec()
        }
    };
    let (mut total, mut ends) = (Account::default(), Ends::default());
    for (number, fault) in &at {
        let (number, fault) = (*number, *fault);
        let proxy = store.proxy(move |call| match call.number == number {
            true => fault,
            false => Fault::None,
        });
        let name = format!("one-{number}-{fault:?}").replace(['(', ')'], "-");
        total = total.plus(&through(&store, &name, &proxy, &mut ends));
    }
    println!("one fault each in {} runs: {ends:?}, {total:?}", at.len());
    // A store that fails once is tried again, and nobody notices.
    assert_eq!((ends.failed, ends.held), (0, 0), "{ends:?}");
    let sent = at.len() * (READERS + OTHERS - 1);
    assert_eq!((total.sent, total.suppressed), (sent, at.len()), "{total:?}");
}

/// A period brought to its end over a store that fails.
fn through(store: &Store, name: &str, proxy: &FaultyProxy, ends: &mut Ends) -> Account {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let mut burst = store.burst(name, server.port);
    burst.set("AWS_TIMEOUT", "1s");
    for _ in 0..30 {
        let next = burst.next();
        store.through(&mut burst, proxy.port);
        let taken = server.seen().taken.len();
        let said = burst.attain(&next);
        store.directly(&mut burst);
        assert!(!said.err.contains("a slip in attain"), "{}", said.err);
        if said.err.contains("mailed nothing") {
            assert_eq!(server.seen().taken.len(), taken, "{}", said.err);
        }
        match said.code {
            0 | 4 => {
                ends.done += 1;
                return the_account(&burst, &server);
            }
            1 => ends.failed += 1,
            3 => ends.held += 1,
            code => panic!("{name}: {code} {}", said.err),
        }
        println!(
            "{name}: {}",
            said.err.lines().find(|line| line.starts_with("error")).unwrap_or("")
        );
    }
    panic!("{name} does not come to an end");
}

fn the_account(burst: &Burst, server: &ScriptedServer) -> Account {
    let account = account(&burst.shown(), &server.seen());
    assert_eq!(account.total(), READERS + OTHERS);
    // What it did over the faulty store is all there is to do.
    let taken = server.seen().taken.len();
    let said = burst.attain(&["resume", PERIOD]);
    assert_eq!(said.code, if account.doubtful() > 0 { 4 } else { 0 }, "{}", said.err);
    assert_eq!(server.seen().taken.len(), taken);
    account
}
