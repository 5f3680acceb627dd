//! `deliveries`: what became of each mail of the plan.

use super::{text, whole};
use crate::data::columns::Column;

/// A mail and its end.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Delivery {
    pub period: String,
    pub version: u32,
    /// `person`, `department` or `company`.
    pub report: String,
    pub unit_id: String,
    /// The address; none where the report had nobody to go to.
    pub recipient: Option<String>,
    pub channel: String,
    pub message_id: String,
    /// `sent`, `failed`, `in_doubt`, `suppressed`, `planned` or `claimed`.
    pub state: String,
    /// The server's answer, the file's name, or the reason.
    pub detail: String,
    /// When it was decided, RFC 3339; none where it was not.
    pub at: Option<String>,
    /// How often it was tried to hand it over.
    pub attempts: u32,
    /// The server that it was given to.
    pub host: Option<String>,
}

/// The table, in the order of the plan.
pub fn deliveries(rows: &[Delivery]) -> Vec<Column> {
    vec![
        text("period", rows, |row| Some(row.period.clone())),
        whole("version", rows, |row| Some(u64::from(row.version))),
        text("report", rows, |row| Some(row.report.clone())),
        text("unit_id", rows, |row| Some(row.unit_id.clone())),
        text("recipient", rows, |row| row.recipient.clone()),
        text("channel", rows, |row| Some(row.channel.clone())),
        text("message_id", rows, |row| Some(row.message_id.clone())),
        text("state", rows, |row| Some(row.state.clone())),
        text("detail", rows, |row| Some(row.detail.clone())),
        text("at", rows, |row| row.at.clone()),
        whole("attempts", rows, |row| Some(u64::from(row.attempts))),
        text("host", rows, |row| row.host.clone()),
    ]
}
