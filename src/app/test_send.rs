//! `attain run --test-send ADDRESS`: all mails of a plan to one address, marked in their subjects. Nothing
//! is remembered, and nothing counts as delivered.

use std::path::Path;

use super::dry_run::send;
use super::outcome::RunOutcome;
use super::plan::{Prepared, plan};
use super::run::{RunOptions, outcome};
use super::{AppError, Surroundings};
use crate::deliver::{Channel, Letter, address};
use crate::model::{Diagnostic, Diagnostics, Place};

/// Sends the plan to the address.
///
/// # Errors
/// As [`super::run::run`]; an address that no mail may go to.
pub async fn test_send(
    options: &RunOptions,
    to: &str,
    prepared: &Prepared,
    version: u32,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let settings = &prepared.project.delivery;
    if let Some(why) = address::refusal(to, &settings.allowed_domains) {
        let help = "name an address of the allowed_domains of [delivery]";
        let found = Diagnostic::error(Place::file("--test-send"), why, help).value(to);
        return Err(AppError::Usage(Diagnostics::from(found)));
    }
    let mut plan = plan(options, prepared, version, None, around).await?;
    // Servers drop a mail whose Message-ID they know: each test has its own.
    let test = format!("test {}", around.now.to_rfc3339());
    for letter in plan.planned.iter_mut().flat_map(|plan| &mut plan.letters) {
        readdress(letter, to, &test);
    }
    let folder = format!("{}-test-{}", prepared.period, around.now.format("%Y%m%dT%H%M%S"));
    let channel = Channel::open(settings, Path::new(&folder)).await.map_err(AppError::Failed)?;
    let receipts = send(&plan.planned, &channel, settings, around).await;
    let place = channel.folder().map_or_else(String::new, |dir| dir.display().to_string());
    channel.close().await;
    let told = outcome(prepared, &plan, version, &receipts, (place, None), false);
    Ok(RunOutcome { test_send: Some(to.to_owned()), ..told })
}

fn readdress(letter: &mut Letter, to: &str, test: &str) {
    let meant = std::mem::replace(&mut letter.identity.recipient, to.to_owned());
    letter.identity.report = format!("{test} {} {meant}", letter.identity.report);
    let mark = if letter.language.starts_with("zh") { "【测试】" } else { "[TEST] " };
    letter.subject = format!("{mark}{}", letter.subject);
    // Whom it was meant for stays in the text alone: nobody else is named or mailed.
    letter.to = (String::new(), to.to_owned());
    letter.copies.clear();
    letter.in_reply_to = None;
}
