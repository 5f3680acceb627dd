//! A process that is killed within a call to its ledger, in a real store: before the store has heard
//! of it, and after the store has done it and before the answer came.
//!
//! `ATTAIN_STOPS=all` stops at every call of a run, one after the other.

use std::time::Duration;

use crate::burst::{Account, Burst, Chance, OTHERS, PERIOD, account, times};
use crate::faulty_proxy::{Call, Fault, FaultyProxy};
use crate::smtp_server::{Reply, ScriptedServer};
use crate::testbed::Server;

pub const READERS: usize = 6;

/// A store that is reached directly, or through a proxy.
pub struct Store {
    server: Server,
    port: u16,
}

impl Store {
    pub fn start() -> Option<Self> {
        let server = Server::start("seaweedfs", &[])?;
        let port = server.env["AWS_ENDPOINT"].rsplit(':').next().and_then(|it| it.parse().ok());
        Some(Self { port: port.expect("a port"), server })
    }

    pub fn proxy(&self, script: impl Fn(&Call) -> Fault + Send + Sync + 'static) -> FaultyProxy {
        FaultyProxy::start(self.port, script)
    }

    /// A burst with a ledger of its own in the store.
    pub fn burst(&self, name: &str, mails_to: u16) -> Burst {
        let env: Vec<(String, String)> = self.server.env.clone().into_iter().collect();
        Burst::new(READERS, mails_to).with_ledger(&format!("s3://attain/{name}"), &env)
    }

    /// From now on the burst reaches the store through this port.
    pub fn through(&self, burst: &mut Burst, port: u16) {
        burst.set("AWS_ENDPOINT", &format!("http://127.0.0.1:{port}"));
    }

    pub fn directly(&self, burst: &mut Burst) {
        self.through(burst, self.port);
    }
}

/// Where a process stops.
#[derive(Clone, Copy, Debug)]
struct Stop {
    /// The number of the call.
    at: usize,
    /// Whether the store does it.
    done: bool,
}

#[test]
fn whatever_call_to_the_ledger_it_is_killed_in_no_mail_is_lost_or_doubled() {
    let Some(store) = Store::start() else { return };
    let calls = calls_of_a_run(&store);
    let vital: Vec<usize> =
        calls.iter().filter(|call| is_vital(call)).map(|call| call.number).collect();
    assert!(vital.len() >= 6, "{calls:?}");
    let mut chance = Chance::new(times("ATTAIN_SEED", 20_261_103) as u64);
    let stops: Vec<Stop> = match std::env::var("ATTAIN_STOPS").as_deref() {
        Ok("all") => {
            // A run may make a few more calls than the one before it.
            let all = 1..=calls.len() + 4;
            all.flat_map(|at| [false, true].map(|done| Stop { at, done })).collect()
        }
        _ => {
            let mut stop = |many: &[usize]| Stop {
                at: many[chance.below(many.len() as u64) as usize],
                done: chance.below(2) == 0,
            };
            let others: Vec<usize> = (1..=calls.len()).collect();
            let mut stops: Vec<Stop> = (0..4).map(|_| stop(&vital)).collect();
            stops.extend((0..1).map(|_| stop(&others)));
            stops
        }
    };
    let mut total = Account::default();
    for (number, stop) in stops.iter().enumerate() {
        let again = Stop { at: 1 + chance.below(30) as usize, done: chance.below(2) == 0 };
        total = total.plus(&stopped(&store, &format!("stops-{number}"), *stop, again));
    }
    println!(
        "killed in {} calls to the ledger, and in as many of the resumes: {total:?}",
        stops.len()
    );
    assert_eq!(total.total(), stops.len() * (READERS + OTHERS));
    assert_eq!((total.failed, total.suppressed), (0, stops.len()));
}

/// What a run asks of its ledger when nothing is wrong.
pub fn calls_of_a_run(store: &Store) -> Vec<Call> {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let proxy = store.proxy(|_| Fault::None);
    let mut burst = store.burst("whole", server.port);
    store.through(&mut burst, proxy.port);
    let said = burst.attain(&["run", PERIOD]);
    assert_eq!(said.code, 0, "{}", said.err);
    let calls = proxy.calls();
    calls.iter().map(|(call, _)| call.clone()).collect()
}

/// A write by which others know how far the delivery is.
pub fn is_vital(call: &Call) -> bool {
    let parts = ["/claims/", "/journal/", "/delivering/", "/finished/", "outbox.json", "/mails/"];
    call.writes() && parts.iter().any(|part| call.path.contains(part))
}

/// A run that is killed at one call, and the resume after it at another.
fn stopped(store: &Store, name: &str, first: Stop, second: Stop) -> Account {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let mut burst = store.burst(name, server.port);
    for stop in [first, second] {
        let next = burst.next();
        let proxy = store.proxy(move |call| match call.number.cmp(&stop.at) {
            std::cmp::Ordering::Less => Fault::None,
            std::cmp::Ordering::Equal if stop.done => Fault::DoneButHeld,
            _ => Fault::Held,
        });
        store.through(&mut burst, proxy.port);
        let mut process = burst.start(&next);
        // One that makes fewer calls ends by itself.
        while proxy.held.recv_timeout(Duration::from_millis(20)).is_err() && !process.has_ended() {}
        process.kill();
        store.directly(&mut burst);
        // The mails on the wire when it was killed may still be on their way into the record.
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = burst.finish();
    let account = account(&burst.shown(), &server.seen());
    assert_eq!(account.total(), READERS + OTHERS, "{first:?} {second:?}");
    assert_eq!(said.code, if account.doubtful() > 0 { 4 } else { 0 }, "{first:?} {}", said.err);
    account
}
