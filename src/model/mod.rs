//! Floor 0: the words of the trade as types. Nothing here touches the outside or can fail at a
//! distance.

pub mod action;
pub mod calendar;
pub mod cause;
pub mod contract;
pub mod credited;
pub mod diagnostics;
pub mod exact;
pub mod exemption;
pub mod fact;
pub mod formula;
pub mod ids;
pub mod language;
pub mod left_out;
pub mod metric;
pub mod nearest;
pub mod org;
pub mod part;
pub mod period;
pub mod plan;
pub mod playbook;
pub mod policy;
pub mod receipt;
pub mod reject;
pub mod round;
pub mod season;
pub mod target;
pub mod target_rules;
pub mod total;

pub use action::{Action, Progress};
pub use calendar::WorkCalendar;
pub use cause::{CauseRules, Tree};
pub use contract::{
    Absentee, Consequence, Contract, DayRows, DriftRule, Expected, Finding, Found, LateRule,
    Measure, Profile, Rhythm, StatedTotals, WorstReason,
};
pub use credited::CreditedRows;
pub use diagnostics::{Diagnostic, Diagnostics, Place, Severity, printable};
pub use exact::Exact;
pub use exemption::Exemption;
pub use fact::{Absence, Facts, Figure};
pub use ids::{DimensionId, ExtractId, MetricId, UnitId};
pub use language::{Bilingual, Language};
pub use left_out::{LeftOut, LeftOutRow, WhyLeftOut};
pub use metric::{Aggregate, Direction, Metric, MetricKind, MetricUnit};
pub use nearest::{did_you_mean, nearest};
pub use org::{Level, Org, Person, Unit};
pub use part::{Dimension, DimensionKind, Parts};
pub use period::{DateRange, FiscalYear, Grain, Period};
pub use playbook::{Play, Playbook};
pub use policy::{Matter, Policy, Relation};
pub use receipt::{Entry, Receipt, State, Tally};
pub use reject::RejectKind;
pub use season::Seasonality;
pub use target::{DimensionTarget, Target, TargetOrigin};
pub use target_rules::{Prorate, TargetRules};
pub use total::Total;
