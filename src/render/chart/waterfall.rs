//! The bars of a waterfall, whichever way they run: each role has a look of its own, in colour and
//! in shape.

use super::paper::{ACTUAL, EARLIER, GAIN, INK, LOSS, Letters, Paper, SMALL, SOFT, TEXT};
use crate::report::document::{Step, StepRole};

/// Between the stripes of a loss.
const STRIPES: f64 = 13.0;
/// A step that is next to nothing is still seen.
const LEAST: f64 = 4.0;

/// A bar on the paper.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Bar {
    /// Standing, between two heights.
    pub(super) fn standing(middle: f64, width: f64, (y1, y2): (f64, f64)) -> Self {
        let height = (y1 - y2).abs().max(LEAST);
        Self { x: middle - width / 2.0, y: y1.min(y2), width, height }
    }

    /// Lying, between two distances from the left.
    pub(super) fn lying(middle: f64, height: f64, (x1, x2): (f64, f64)) -> Self {
        let width = (x1 - x2).abs().max(LEAST);
        Self { x: x1.min(x2), y: middle - height / 2.0, width, height }
    }
}

/// Solid for what was reached, dashed for what was to be, grey for what was before; a gain is
/// solid, a loss striped, and what nothing explains an outline.
pub(super) fn draw(paper: &mut Paper, bar: Bar, role: StepRole) {
    let Bar { x, y, width, height } = bar;
    let mut rect = |inset: f64, look: &str| {
        paper.push(format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" {look}/>",
            x + inset,
            y + inset,
            (width - 2.0 * inset).max(0.5),
            (height - 2.0 * inset).max(0.5)
        ));
    };
    let filled = |colour: &str| format!("fill=\"{colour}\"");
    match role {
        StepRole::Actual => rect(0.0, &filled(ACTUAL)),
        StepRole::Earlier => rect(0.0, &filled(EARLIER)),
        StepRole::Gain => rect(0.0, &filled(GAIN)),
        StepRole::Target => rect(
            1.5,
            &format!(
                "fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"3\" stroke-dasharray=\"12 7\""
            ),
        ),
        StepRole::Rest => {
            rect(1.5, &format!("fill=\"#eef1f4\" stroke=\"{SOFT}\" stroke-width=\"3\""));
        }
        StepRole::Loss => {
            rect(0.0, &filled(LOSS));
            stripes(paper, bar);
        }
    }
}

/// White stripes from the lower left to the upper right, cut at the edges.
fn stripes(paper: &mut Paper, Bar { x, y, width, height }: Bar) {
    let mut along = STRIPES;
    while along < width + height {
        // On the stripe, how far right and how far down from the upper left add up to `along`.
        let (right, down) = (along.min(width), along.min(height));
        paper.line(
            (x + right, y + along - right),
            (x + along - down, y + down),
            "stroke=\"#ffffff\" stroke-width=\"3\" stroke-opacity=\"0.55\"",
        );
        along += STRIPES;
    }
}

/// The gap that says that a whole is not drawn from zero, across a bar that stands.
pub(super) fn break_standing(paper: &mut Paper, bar: Bar, role: StepRole) {
    let y = bar.y + bar.height - 22.0;
    if bar.height > 44.0 {
        zigzag(paper, role, |along, across| (bar.x - 6.0 + along, y - across), bar.width + 12.0);
    }
}

/// The same across one that lies.
pub(super) fn break_lying(paper: &mut Paper, bar: Bar, role: StepRole) {
    if bar.width > 44.0 {
        zigzag(
            paper,
            role,
            |along, across| (bar.x + 22.0 + across, bar.y - 6.0 + along),
            bar.height + 12.0,
        );
    }
}

fn zigzag(paper: &mut Paper, role: StepRole, place: impl Fn(f64, f64) -> (f64, f64), length: f64) {
    const TEETH: i32 = 4;
    let points: Vec<String> = (0..=TEETH)
        .map(|at| {
            let across = if at % 2 == 0 { -5.0 } else { 5.0 };
            let (x, y) = place(length * f64::from(at) / f64::from(TEETH), across);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    // White on an empty bar would be nothing.
    let look = match role {
        StepRole::Target => format!("stroke=\"{INK}\" stroke-width=\"3\""),
        _ => "stroke=\"#ffffff\" stroke-width=\"7\"".to_owned(),
    };
    paper.push(format_args!("<polyline points=\"{}\" fill=\"none\" {look}/>", points.join(" ")));
}

/// From the end of a step to where the next one begins.
pub(super) fn join(paper: &mut Paper, from: (f64, f64), to: (f64, f64)) {
    paper.line(from, to, &format!("stroke=\"{SOFT}\" stroke-width=\"2\""));
}

/// Figures of wholes stand out.
pub(super) fn figure_letters(step: &Step, size: f64) -> Letters {
    let letters = Letters::new(size, INK);
    if step.role.is_whole() { letters.bold() } else { letters }
}

pub(super) fn label_letters(step: &Step) -> Letters {
    let letters = Letters::new(TEXT, INK);
    if step.role.is_whole() { letters.bold() } else { letters }
}

pub(super) const NOTE: Letters = Letters::new(SMALL, SOFT);
