//! What is drawn: lines over months, and steps from one whole to another.

use serde::Serialize;

/// A picture with figures.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// A stable name: `trend`, `drivers`, `months` …
    pub key: &'static str,
    pub title: String,
    /// What the picture shows, in a sentence with its most important numbers.
    pub alt: String,
    /// Positions (0 bottom, 1 top) and texts of the horizontal rules.
    pub ticks: Vec<(f64, String)>,
    pub drawing: Drawing,
}

/// What is drawn between the rules.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "shape", rename_all = "lowercase")]
pub enum Drawing {
    /// Lines over months.
    Lines {
        /// Labels of the months, left to right.
        labels: Vec<String>,
        lines: Vec<Line>,
    },
    /// From one whole to another by steps that add up.
    Waterfall {
        along: Along,
        steps: Vec<Step>,
        /// That the axis does not begin at zero, and where it does; empty where it begins there.
        axis_note: String,
    },
}

/// Which way the steps of a waterfall run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Along {
    /// Columns from left to right, as time runs; as names where there are too many for that.
    Time,
    /// Rows from top to bottom, with room for long names; “up” is then to the right.
    Names,
}

/// One bar of a waterfall, in the order of reading.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub label: String,
    /// The figure in its short form, beside the bar.
    pub text: String,
    pub role: StepRole,
    /// Where the bar begins and ends, 0 bottom to 1 top. A whole begins at zero, or at the edge
    /// where the axis does not begin at zero.
    pub from: f64,
    pub to: f64,
}

/// What a bar of a waterfall stands for; its look follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepRole {
    /// The whole that was to be reached.
    Target,
    /// The whole of the period that is compared with.
    Earlier,
    /// The whole that was reached.
    Actual,
    /// A step for the better.
    Gain,
    /// A step for the worse.
    Loss,
    /// What nothing explains.
    Rest,
}

impl StepRole {
    /// Whether the bar is a whole, and no step from one to the other.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Target | Self::Earlier | Self::Actual)
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineStyle {
    /// What was reached.
    Actual,
    /// What was to be reached.
    Target,
    /// The year before.
    YearAgo,
}

/// One line of a chart.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub label: String,
    pub style: LineStyle,
    /// Position of each month, 0 bottom to 1 top; none where there is no figure.
    pub points: Vec<Option<f64>>,
    /// The last figure in words, beside the line's end.
    pub last_text: String,
}
