//! Lines over months: what was reached, what was to be reached, the year before.

use super::paper::{ACTUAL, Anchor, EARLIER, INK, Letters, Paper, Ruler, SMALL, SOFT, TEXT, WIDTH};
use crate::render::Font;
use crate::report::document::{Line, LineStyle};

const HEIGHT: f64 = 540.0;
const TOP: f64 = 92.0;
const BOTTOM: f64 = 470.0;
/// Between the rules' texts and the first month, and between the last one and its figures.
const INSET: f64 = 28.0;
/// Between the figures at the lines' ends.
const APART: f64 = 34.0;

/// Where the months stand.
struct Months {
    left: f64,
    right: f64,
    count: usize,
}

impl Months {
    fn x(&self, index: usize) -> f64 {
        self.left + self.apart() * index as f64
    }

    fn apart(&self) -> f64 {
        (self.right - self.left) / self.count.saturating_sub(1).max(1) as f64
    }
}

/// Draws the lines with their legend above, the months below, and the last figures beside their
/// ends.
pub(super) fn draw(
    font: &Font,
    ticks: &[(f64, String)],
    labels: &[String],
    lines: &[Line],
) -> String {
    let ruler = Ruler(font);
    let rules = ruler.widest(ticks.iter().map(|(_, text)| text.as_str()), SMALL);
    let ends = ruler.widest(lines.iter().map(|line| line.last_text.as_str()), TEXT);
    let months = Months {
        left: 8.0 + rules + 14.0 + INSET,
        right: f64::from(WIDTH) - 8.0 - ends.max(70.0) - 22.0,
        count: labels.len(),
    };
    let mut paper = Paper::new(HEIGHT);
    for (position, text) in ticks {
        let y = y_of(*position);
        paper.rule((months.left - INSET, y), (months.right, y));
        let at = (months.left - INSET - 12.0, y + SMALL * 0.35);
        paper.text(at, Anchor::End, Letters::new(SMALL, SOFT), text);
    }
    // Counted from the last one, which is the one that is judged.
    let every = ruler.every(labels.iter().map(String::as_str), months.apart(), SMALL);
    for (index, label) in labels.iter().enumerate() {
        if (labels.len() - 1 - index).is_multiple_of(every) {
            let at = (months.x(index), BOTTOM + 44.0);
            paper.text(at, Anchor::Middle, Letters::new(SMALL, SOFT), label);
        }
    }
    legend(&mut paper, ruler, months.left - INSET, lines);
    for line in lines.iter().rev() {
        draw_line(&mut paper, line, &months);
    }
    last_texts(&mut paper, lines, months.right + 18.0);
    paper.finish()
}

fn legend(paper: &mut Paper, ruler: Ruler<'_>, mut x: f64, lines: &[Line]) {
    const Y: f64 = 34.0;
    for line in lines {
        paper.line((x, Y), (x + 56.0, Y), &stroke(line.style));
        if line.style == LineStyle::Actual {
            dot(paper, (x + 28.0, Y), line.style);
        }
        let at = (x + 68.0, Y + TEXT * 0.35);
        paper.text(at, Anchor::Start, Letters::new(TEXT, INK), &line.label);
        x += 68.0 + ruler.width(&line.label, TEXT) + 48.0;
    }
}

/// Each unbroken stretch of months is a line of its own: a month without figure is a gap.
fn draw_line(paper: &mut Paper, line: &Line, months: &Months) {
    let points: Vec<(usize, Option<f64>)> = line.points.iter().copied().enumerate().collect();
    for stretch in points.split(|(_, point)| point.is_none()) {
        let points: Vec<(f64, f64)> = stretch
            .iter()
            .filter_map(|(index, point)| Some((months.x(*index), y_of((*point)?))))
            .collect();
        if points.len() > 1 {
            let places: Vec<String> =
                points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            paper.push(format_args!(
                "<polyline points=\"{}\" fill=\"none\" stroke-linejoin=\"round\" {}/>",
                places.join(" "),
                stroke(line.style)
            ));
        }
        if line.style == LineStyle::Actual || points.len() == 1 {
            points.into_iter().for_each(|point| dot(paper, point, line.style));
        }
    }
}

fn dot(paper: &mut Paper, (x, y): (f64, f64), style: LineStyle) {
    let colour = colour(style);
    paper.push(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\" fill=\"{colour}\"/>"));
}

/// The last figures beside the ends of their lines, moved apart where they would overlap: down, and
/// from the lowest rule up.
fn last_texts(paper: &mut Paper, lines: &[Line], x: f64) {
    let mut ends: Vec<(f64, &Line)> = lines
        .iter()
        .filter_map(|line| Some((y_of(line.points.last().copied().flatten()?), line)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut above = f64::NEG_INFINITY;
    for (y, _) in &mut ends {
        *y = y.max(above + APART);
        above = *y;
    }
    let mut below = BOTTOM + APART;
    for (y, line) in ends.iter_mut().rev() {
        *y = y.min(below - APART);
        below = *y;
        let letters = match line.style {
            LineStyle::Actual => Letters::new(TEXT, ACTUAL).bold(),
            LineStyle::Target => Letters::new(TEXT, INK),
            LineStyle::YearAgo => Letters::new(TEXT, SOFT),
        };
        paper.text((x, *y + TEXT * 0.35), Anchor::Start, letters, &line.last_text);
    }
}

/// Unlike in dashes and width as well.
fn stroke(style: LineStyle) -> String {
    let (width, dashes) = match style {
        LineStyle::Actual => (6, ""),
        LineStyle::Target => (3, " stroke-dasharray=\"14 9\""),
        LineStyle::YearAgo => (4, ""),
    };
    format!("stroke=\"{}\" stroke-width=\"{width}\"{dashes}", colour(style))
}

fn colour(style: LineStyle) -> &'static str {
    match style {
        LineStyle::Actual => ACTUAL,
        LineStyle::Target => INK,
        LineStyle::YearAgo => EARLIER,
    }
}

fn y_of(position: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * position.clamp(0.0, 1.0)
}
