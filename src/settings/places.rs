//! Where in the config something stands.

use super::Project;
use super::problem::line_of_key;
use crate::model::{MetricId, Place};

impl Project {
    /// Where a key of a metric stands, such as `value`.
    pub fn place_of_metric(&self, id: &MetricId, key: &str) -> Place {
        const FILE: &str = "metrics.toml";
        let index = self.metrics.iter().position(|metric| metric.id == *id);
        index.map_or_else(
            || Place::file(FILE),
            |index| self.place_in(FILE, &format!("metric[{index}].{key}")),
        )
    }

    /// Where a key of a config file stands, or the nearest key above it.
    pub fn place_in(&self, file: &str, key: &str) -> Place {
        let text = self.files.iter().find(|(name, _)| name == file).map(|(_, text)| text);
        Place::file(file).line(text.and_then(|text| line_of_key(text, key)))
    }

    /// Whether a place lies in the config.
    pub fn is_config(&self, place: &Place) -> bool {
        self.files.iter().any(|(file, _)| *file == place.file)
    }
}
