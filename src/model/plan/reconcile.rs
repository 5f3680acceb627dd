//! By how much the parts of a target may differ from it.

use serde::Deserialize;

use crate::model::{Exact, Level, MetricId, UnitId};

/// What reconciling targets allows; nothing where no buffer is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReconcileRule {
    pub buffers: Vec<Buffer>,
}

/// A declared difference between a target and the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// None for every metric.
    pub metric: Option<MetricId>,
    /// The unit whose target is parted; none for all, or for those of `level`.
    pub unit: Option<UnitId>,
    pub level: Option<Level>,
    pub size: BufferSize,
    pub side: BufferSide,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BufferSize {
    /// A share of the target.
    Share(Exact),
    Amount(Exact),
}

/// On which side of the target the sum of the parts may lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BufferSide {
    /// More is handed down than is to be reached.
    Over,
    /// Less is handed down.
    Under,
    #[default]
    Both,
}

impl Buffer {
    /// How far the parts may lie below and above a target.
    pub fn around(&self, target: &Exact) -> (Exact, Exact) {
        let size = match &self.size {
            BufferSize::Share(share) => &target.abs() * share,
            BufferSize::Amount(amount) => amount.clone(),
        };
        match self.side {
            BufferSide::Over => (Exact::zero(), size),
            BufferSide::Under => (size, Exact::zero()),
            BufferSide::Both => (size.clone(), size),
        }
    }

    /// How closely it names a target: by its unit before its level, and by the metric before none.
    pub fn closeness(&self) -> u8 {
        let unit = if self.unit.is_some() { 4 } else { 0 };
        let level = if self.level.is_some() { 2 } else { 0 };
        unit + level + u8::from(self.metric.is_some())
    }
}

impl ReconcileRule {
    /// The buffer that names the target most closely; none where none does.
    pub fn buffer(&self, metric: &MetricId, unit: &UnitId, level: Level) -> Option<&Buffer> {
        let names = |buffer: &&Buffer| {
            buffer.metric.as_ref().is_none_or(|named| named == metric)
                && buffer.unit.as_ref().is_none_or(|named| named == unit)
                && buffer.level.is_none_or(|named| named == level)
        };
        self.buffers.iter().filter(names).max_by_key(|buffer| buffer.closeness())
    }
}
