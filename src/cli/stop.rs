//! SIGTERM and Ctrl-C: a delivery ends with the mails under way, and everything else at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::{Progress, Station};

/// What was heard, and whether mails are leaving.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    delivering: Arc<AtomicBool>,
    asked: Arc<AtomicBool>,
}

/// Progress that knows when the delivery began, and tells that it is to end.
pub struct Stoppable {
    pub shown: Box<dyn Progress>,
    pub stop: Stop,
}

impl Stop {
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Listens for what goes on by itself: it ends between two steps, or with the mails under way.
    pub fn listen_between_steps(self) {
        tokio::spawn(async move {
            asked_to_end().await;
            tracing::info!("asked to end; what is under way comes to its end first");
            self.asked.store(true, Ordering::Relaxed);
        });
    }

    /// Listens until the program ends. A second signal does not wait.
    pub fn listen(self) {
        tokio::spawn(async move {
            asked_to_end().await;
            if self.delivering.load(Ordering::Relaxed) {
                eprintln!("asked to end: the mails under way come to their end first");
                self.asked.store(true, Ordering::Relaxed);
                asked_to_end().await;
            }
            eprintln!("stopped; `attain runs` tells how far it came");
            std::process::exit(1);
        });
    }
}

impl Progress for Stoppable {
    fn begin(&self, station: Station, total: Option<u64>) {
        if station == Station::Deliver {
            self.stop.delivering.store(true, Ordering::Relaxed);
        }
        self.shown.begin(station, total);
    }

    fn advance(&self, steps: u64) {
        self.shown.advance(steps);
    }

    fn end(&self, station: Station, what: &str) {
        self.shown.end(station, what);
    }

    fn is_asked_to_end(&self) -> bool {
        self.stop.is_asked()
    }
}

/// Until somebody wants the program to end.
#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut term) => {
            tokio::select! {
                _ = term.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(why) => {
            tracing::warn!(%why, "SIGTERM cannot be heard");
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

/// Until somebody wants the program to end.
#[cfg(not(unix))]
async fn asked_to_end() {
    let _ = tokio::signal::ctrl_c().await;
}
