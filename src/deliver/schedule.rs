//! Which mail goes next, and when. It decides by the time that it is told, and reads no clock: times
//! are counted from the start of the delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::pause::{Pace, back_off};
use crate::settings::DomainLimit;
use crate::settings::limits::OTHERS;

/// How long a limit that the server speaks of lasts, where it does not say.
const THROTTLED: Duration = Duration::from_secs(60);
const THROTTLED_AT_MOST: Duration = Duration::from_secs(900);

/// What a schedule goes by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// How many mails are under way at once.
    pub connections: usize,
    pub per_minute: Option<u32>,
    pub limits: &'a [DomainLimit],
    /// How long a mail is tried, and how long a server that cannot be reached.
    pub retry: Duration,
    /// Until when anything is tried again.
    pub run_retry: Duration,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Send(usize),
    /// Nothing, until the time, or until one that is under way comes back.
    Wait(Duration),
    /// Nothing, until one that is under way comes back.
    Busy,
    /// All are decided.
    Ended,
}

/// The mails that wait, by the domain, or the domains that share a limit.
pub struct Schedule {
    server: Gate,
    groups: Vec<Group>,
    /// The group of each mail.
    group_of: BTreeMap<usize, usize>,
    tries: BTreeMap<usize, Tries>,
    retry: Duration,
    run_retry: Duration,
    /// Since when no connection could be made, and how often in a row.
    unreachable: Option<(Duration, u32)>,
    stopped: bool,
}

/// What lets mails through one after the other.
#[derive(Debug, Default)]
struct Gate {
    at_most: Option<usize>,
    under_way: usize,
    pace: Pace,
    closed_until: Duration,
    /// How often in a row it was throttled.
    throttles: u32,
}

impl Gate {
    fn new(at_most: Option<usize>, per_minute: Option<u32>) -> Self {
        Self { at_most, pace: Pace::new(per_minute), ..Self::default() }
    }

    fn is_full(&self) -> bool {
        self.at_most.is_some_and(|most| self.under_way >= most)
    }

    fn opens_at(&self) -> Duration {
        self.closed_until.max(self.pace.free_at())
    }

    /// Until when it is closed by yet another answer of that kind: each lasts twice as long as the
    /// one before, but several at once are one.
    fn throttle(&mut self, now: Duration, at_least: Option<Duration>) -> Duration {
        if now >= self.closed_until {
            self.throttles += 1;
            let doubled = at_least.unwrap_or(THROTTLED) * (1 << (self.throttles - 1).min(8));
            self.closed_until =
                now + doubled.min(THROTTLED_AT_MOST.max(at_least.unwrap_or_default()));
        }
        self.closed_until
    }
}

#[derive(Debug, Default)]
struct Group {
    gate: Gate,
    ready: BTreeSet<usize>,
    later: BTreeSet<(Duration, usize)>,
}

impl Group {
    fn wake(&mut self, now: Duration) {
        while let Some(&(at, number)) = self.later.first().filter(|(at, _)| *at <= now) {
            self.later.remove(&(at, number));
            self.ready.insert(number);
        }
    }

    /// When its next mail could go; never, where none waits or as many as may be are under way.
    fn could_go_at(&self, now: Duration) -> Option<Duration> {
        let waiting = match self.ready.is_empty() {
            false => Some(now),
            true => self.later.first().map(|(at, _)| *at),
        };
        waiting.filter(|_| !self.gate.is_full()).map(|at| at.max(self.gate.opens_at()))
    }

    fn take_all(&mut self) -> impl Iterator<Item = usize> {
        let later = std::mem::take(&mut self.later).into_iter().map(|(_, number)| number);
        std::mem::take(&mut self.ready).into_iter().chain(later)
    }
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    count: u32,
    first: Duration,
}

impl Schedule {
    /// Of mails by number and recipient's domain.
    pub fn new<'a>(mails: impl Iterator<Item = (usize, &'a str)>, terms: &Terms<'_>) -> Self {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of = BTreeMap::new();
        for (number, domain) in mails {
            let named =
                terms.limits.iter().find(|limit| limit.domains.iter().any(|it| it == domain));
            let name = named.map_or(domain, |limit| limit.domains[0].as_str());
            let index = *names.entry(name.to_owned()).or_insert_with(|| {
                let others = || terms.limits.iter().find(|limit| limit.domains == [OTHERS]);
                let limit = named.or_else(others);
                let at_most = limit.and_then(|limit| limit.connections);
                let gate = Gate::new(at_most, limit.and_then(|limit| limit.per_minute));
                groups.push(Group { gate, ..Group::default() });
                groups.len() - 1
            });
            groups[index].ready.insert(number);
            group_of.insert(number, index);
        }
        Self {
            server: Gate::new(Some(terms.connections), terms.per_minute),
            groups,
            group_of,
            tries: BTreeMap::new(),
            retry: terms.retry,
            run_retry: terms.run_retry,
            unreachable: None,
            stopped: false,
        }
    }

    /// The next mail: of the domain with the fewest under way, so that a slow one never has all
    /// connections while others wait; there in the order of the plan.
    pub fn next(&mut self, now: Duration) -> Next {
        for group in &mut self.groups {
            group.wake(now);
        }
        let soonest = self.groups.iter().filter_map(|group| group.could_go_at(now)).min();
        let Some(soonest) = soonest else {
            return if self.server.under_way == 0 { Next::Ended } else { Next::Busy };
        };
        if self.server.is_full() {
            return Next::Busy;
        }
        let soonest = soonest.max(self.server.opens_at());
        if soonest > now {
            return Next::Wait(soonest);
        }
        let open = self.groups.iter_mut().filter(|group| {
            !group.ready.is_empty() && group.could_go_at(now).is_some_and(|at| at <= now)
        });
        let chosen = open.min_by_key(|group| (group.gate.under_way, group.ready.first().copied()));
        let Some((group, number)) = chosen.and_then(|group| {
            let number = group.ready.pop_first()?;
            Some((group, number))
        }) else {
            return Next::Busy;
        };
        for gate in [&mut self.server, &mut group.gate] {
            gate.under_way += 1;
            gate.pace.take(now);
        }
        self.tries.entry(number).or_insert(Tries { count: 0, first: now }).count += 1;
        Next::Send(number)
    }

    /// How often a mail was tried.
    pub fn attempts(&self, number: usize) -> u32 {
        self.tries.get(&number).map_or(0, |tries| tries.count)
    }

    /// A mail was decided. Where it was sent, no limit is in force any more.
    pub fn decided(&mut self, number: usize, sent: bool) {
        self.came_back(number);
        if sent {
            self.unreachable = None;
            self.server.throttles = 0;
            if let Some(group) = self.group(number) {
                group.gate.throttles = 0;
            }
        }
    }

    /// Whether a mail that was put off is tried again: while its time and that of the run last.
    pub fn put_off(&mut self, number: usize, now: Duration, seed: u64, at_least: Duration) -> bool {
        self.came_back(number);
        self.unreachable = None;
        let tries = self.tries.get(&number).copied().unwrap_or(Tries { count: 1, first: now });
        let again = now + back_off(tries.count, seed).max(at_least);
        if self.stopped || again > (tries.first + self.retry).min(self.run_retry) {
            return false;
        }
        if let Some(group) = self.group(number) {
            group.later.insert((again, number));
        }
        true
    }

    /// The server throttles: the mail waits, and all of its domain, or all. Returns those that are
    /// given up, since it would last longer than the run tries anything again.
    pub fn throttled(
        &mut self,
        number: usize,
        now: Duration,
        at_least: Option<Duration>,
        all: bool,
    ) -> Vec<usize> {
        self.came_back(number);
        self.unreachable = None;
        self.put_back(number);
        let Some(&index) = self.group_of.get(&number) else { return Vec::new() };
        let gate = if all { &mut self.server } else { &mut self.groups[index].gate };
        let until = gate.throttle(now, at_least);
        match (self.stopped || until > self.run_retry, all) {
            (false, _) => Vec::new(),
            (true, true) => self.give_up(),
            (true, false) => self.groups[index].take_all().collect(),
        }
    }

    /// No connection could be made: nothing is tried for a while. Returns those that are given up,
    /// where that goes on for too long: all.
    pub fn unreachable(&mut self, number: usize, now: Duration, seed: u64) -> Vec<usize> {
        self.came_back(number);
        self.put_back(number);
        let (since, times) = self.unreachable.unwrap_or((now, 0));
        // Several connections that fail together are one failure.
        let times = if now >= self.server.closed_until { times + 1 } else { times.max(1) };
        self.unreachable = Some((since, times));
        let again = now + back_off(times, seed);
        if self.stopped || again > (since + self.retry).min(self.run_retry) {
            return self.give_up();
        }
        self.server.closed_until = self.server.closed_until.max(again);
        Vec::new()
    }

    /// Nothing more is sent. Returns those that are given up: all.
    pub fn stop(&mut self, number: usize) -> Vec<usize> {
        self.came_back(number);
        self.put_back(number);
        self.stopped = true;
        self.give_up()
    }

    /// Nothing follows any more: returns the mails that wait. Those under way come back.
    pub fn give_up(&mut self) -> Vec<usize> {
        self.stopped = true;
        self.groups.iter_mut().flat_map(Group::take_all).collect()
    }

    fn group(&mut self, number: usize) -> Option<&mut Group> {
        self.group_of.get(&number).and_then(|index| self.groups.get_mut(*index))
    }

    fn came_back(&mut self, number: usize) {
        self.server.under_way = self.server.under_way.saturating_sub(1);
        if let Some(group) = self.group(number) {
            group.gate.under_way = group.gate.under_way.saturating_sub(1);
        }
    }

    /// The attempt does not count against the mail.
    fn put_back(&mut self, number: usize) {
        if let Some(tries) = self.tries.get_mut(&number) {
            tries.count -= 1;
            if tries.count == 0 {
                self.tries.remove(&number);
            }
        }
        if let Some(group) = self.group(number) {
            group.ready.insert(number);
        }
    }
}
