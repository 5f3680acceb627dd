//! `attain verify`: its arguments, and what it says.

use clap::Args;

use super::args::{Config, parse_version};
use super::print::{json, line};
use crate::app::verify::{Verified, verify};
use crate::app::{AppError, Surroundings};
use crate::model::Period;

#[derive(Debug, Args)]
pub struct Verify {
    /// The month or the quarter, such as 2026-10 or 2026-Q3
    #[arg(value_name = "PERIOD")]
    pub period: Period,
    /// Which run of it; the last one where none is given
    #[arg(value_name = "VERSION", value_parser = parse_version)]
    pub version: Option<u32>,
    #[command(flatten)]
    pub config: Config,
    /// Print the comparison as JSON
    #[arg(long)]
    pub json: bool,
}

/// How many files that differ are listed.
const SHOWN: usize = 20;

/// Computes a run again, and says whether it is the same: 0, or 1 where it is not.
///
/// # Errors
/// As [`verify`].
pub async fn perform(asked: Verify, around: &Surroundings<'_>) -> Result<u8, AppError> {
    let verified = verify(&asked.config.dir, asked.period, asked.version, around).await?;
    if asked.json {
        json(&verified);
    } else {
        tell(&verified);
    }
    Ok(if verified.same { 0 } else { 1 })
}

fn tell(verified: &Verified) {
    let Verified { period, version, files, .. } = verified;
    if let Some(theirs) = &verified.other_program {
        let ours = env!("CARGO_PKG_VERSION");
        line(&format!("v{version} was run by attain {theirs}; this is {ours}"));
    }
    for one in verified.differing.iter().take(SHOWN) {
        line(&format!("differs: {}", one.file));
        line(&format!("  {}", one.how));
    }
    match verified.differing.len() {
        0 => line(&format!(
            "{period} v{version}: the same; {files} files computed again from the kept inputs"
        )),
        count => {
            if count > SHOWN {
                line(&format!("… and {} more; --json lists them all", count - SHOWN));
            }
            line(&format!(
                "{period} v{version}: not the same; {count} files differ, of {files} computed again"
            ));
        }
    }
}
