//! Floor 1: the user's config. Raw fragments as serde reads them, then checked types; each section
//! checks itself, and all that is wrong is said at once.

pub mod actions;
pub mod answers;
pub mod bounces;
pub mod calendar;
pub mod causes;
pub mod chat;
pub mod column;
pub mod columns;
mod company;
pub mod contract;
pub mod credit;
mod data;
pub mod delivery;
pub mod dimensions;
pub mod dkim;
pub mod extract;
#[cfg(test)]
mod fuzz;
pub mod holidays;
pub mod hr;
mod ledger;
pub mod limits;
pub mod metrics;
pub mod operator;
pub mod org;
pub mod payroll;
mod places;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod project;
pub mod read;
mod release;
mod reports;
pub mod schedule;
pub mod secret;
pub mod smtp;
pub mod statement;
pub mod target_rules;

pub use actions::ActionSettings;
pub use answers::{AnswerRule, Then};
pub use bounces::BounceSettings;
pub use calendar::{CalendarColumns, CalendarSettings};
pub use chat::{ChatKind, ChatSettings, ChatWhat};
pub use column::{ColumnKind, ColumnSettings, Edge, ReferenceSettings};
pub use contract::{ContractSettings, ControlSettings, DriftTable, StatedTable};
pub use credit::{CreditSettings, ReturnPolicy, ReturnSettings, ShareUnit};
pub use data::CheckSettings;
pub use delivery::{ChannelSettings, DeliverySettings, DeliveryTable};
pub use dimensions::{DimensionColumns, NameColumns};
pub use dkim::{DkimKey, SigningKey};
pub use extract::{
    CsvSettings, DerivedSettings, ExtractSettings, Format, JoinSettings, XlsxSettings,
};
pub use holidays::Country;
pub use hr::Reader;
pub use limits::DomainLimit;
pub use operator::OperatorSettings;
pub use org::{
    MembershipColumns, OrgSettings, PeopleColumns, TargetKind, TargetSettings, UnitColumns,
};
pub use payroll::Payroll;
pub use project::Project;
pub use release::Release;
pub use schedule::{Deadline, ScheduleSettings, TryOn, WindowEdge};
pub use secret::Secret;
pub use smtp::{Auth, Credential, Login, Security, SmtpSettings};
pub use statement::{Attached, StatementSettings};
pub use target_rules::{ExemptionColumns, TargetRulesTable};
