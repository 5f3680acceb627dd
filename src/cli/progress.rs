//! Progress: a bar on a terminal, plain lines elsewhere, nothing under `--json`.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::progress::Silent;
use crate::app::{Progress, Station};

/// Bars for a person at a terminal.
pub struct Bars(Mutex<ProgressBar>);

/// Lines for a log.
pub struct Lines;

/// What fits standard error.
pub fn fitting(json: bool) -> Box<dyn Progress> {
    if json {
        Box::new(Silent)
    } else if std::io::stderr().is_terminal() {
        Box::new(Bars(Mutex::new(ProgressBar::hidden())))
    } else {
        Box::new(Lines)
    }
}

impl Bars {
    fn with(&self, act: impl FnOnce(&mut ProgressBar)) {
        match self.0.lock() {
            Ok(mut bar) => act(&mut bar),
            Err(poisoned) => act(&mut poisoned.into_inner()),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, station: Station, total: Option<u64>) {
        let template = match total {
            Some(_) => "{spinner} {msg:<26} {bar:30} {pos}/{len}",
            None => "{spinner} {msg:<26} {elapsed}",
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸ ");
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        bar.set_style(style);
        bar.set_message(station.words());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.with(|current| *current = bar);
    }

    fn advance(&self, steps: u64) {
        self.with(|bar| bar.inc(steps));
    }

    fn end(&self, station: Station, what: &str) {
        self.with(|bar| bar.finish_and_clear());
        eprintln!("✓ {}: {what}", station.words());
    }
}

impl Progress for Lines {
    fn begin(&self, _: Station, _: Option<u64>) {}

    fn advance(&self, _: u64) {}

    fn end(&self, station: Station, what: &str) {
        eprintln!("{}: {what}", station.words());
    }
}
