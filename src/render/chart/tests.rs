use resvg::usvg::{Node, Rect, Text, Tree};

use super::*;
use crate::render::sample;
use crate::report::document::{Line, Step, StepRole};

fn font() -> Font {
    Font::load(None).unwrap()
}

fn lines_of(chart: &mut Chart) -> &mut Vec<Line> {
    let Drawing::Lines { lines, .. } = &mut chart.drawing else { panic!("no lines") };
    lines
}

fn steps_of(chart: &mut Chart) -> &mut Vec<Step> {
    let Drawing::Waterfall { steps, .. } = &mut chart.drawing else { panic!("no waterfall") };
    steps
}

/// Charts with all that makes labels collide.
fn hard_cases() -> Vec<(&'static str, Chart)> {
    let mut low = sample::chart();
    for line in lines_of(&mut low) {
        *line.points.last_mut().unwrap() = Some(0.0);
    }
    let mut wide = sample::chart();
    wide.ticks = vec![(0.0, "−2,000,000".into()), (1.0, "10,000,000".into())];
    for line in lines_of(&mut wide) {
        line.last_text = "¥100,000,000.00".into();
    }
    let mut year = sample::chart();
    let Drawing::Lines { labels, lines } = &mut year.drawing else { panic!("no lines") };
    *labels = (0..24).map(|month| format!("Nov ’{month}")).collect();
    for line in lines {
        line.points = vec![Some(0.5); 24];
    }
    let mut long_names = sample::waterfall();
    for (step, name) in steps_of(&mut long_names).iter_mut().skip(1).zip([
        "Average number of qualified opportunities that were visited for each person and month",
        "重点行业客户年度框架协议续签率（含子公司和代理商）",
        "Pneumonoultramicroscopicsilicovolcanoconiosis",
    ]) {
        step.label = name.to_owned();
        step.text = "−12.3 percentage points".to_owned();
    }
    let mut few_months = sample::waterfall_of_months();
    steps_of(&mut few_months).drain(3..12);
    let mut zoomed = few_months.clone();
    if let Drawing::Waterfall { axis_note, .. } = &mut zoomed.drawing {
        "The axis begins at ¥7M, not at zero".clone_into(axis_note);
    }
    vec![
        ("lines", sample::chart()),
        ("low", low),
        ("wide", wide),
        ("year", year),
        ("rows", sample::waterfall()),
        ("long names", long_names),
        ("many months", sample::waterfall_of_months()),
        ("few months", few_months),
        ("zoomed", zoomed),
    ]
}

#[test]
fn texts_keep_inside_the_picture_and_off_each_other() {
    let font = font();
    for (name, chart) in hard_cases() {
        let options = usvg::Options {
            fontdb: font.faces.clone(),
            font_family: FAMILY.to_owned(),
            ..usvg::Options::default()
        };
        let tree = Tree::from_str(&svg(&chart, &font).unwrap(), &options).unwrap();
        let page = tree.size().to_rect(0.0, 0.0).unwrap();
        let mut boxes: Vec<(String, Rect)> = Vec::new();
        each_text(tree.root(), &mut |text| {
            let said = text.chunks().iter().map(usvg::TextChunk::text).collect();
            boxes.push((said, text.abs_bounding_box()));
        });
        assert!(!boxes.is_empty());
        for (at, (said, one)) in boxes.iter().enumerate() {
            let inside = one.left() > 1.0
                && one.top() > 1.0
                && one.right() < page.right() - 1.0
                && one.bottom() < page.bottom() - 1.0;
            assert!(inside, "{name}: “{said}” {one:?} leaves {page:?}");
            for (other, two) in &boxes[at + 1..] {
                assert!(!overlap(*one, *two), "{name}: “{said}” on “{other}”: {one:?} {two:?}");
            }
        }
        let png = draw(&chart, &font).unwrap();
        assert!(has_white_edge(&png), "{name}");
    }
}

fn each_text(group: &usvg::Group, see: &mut impl FnMut(&Text)) {
    for node in group.children() {
        match node {
            Node::Group(group) => each_text(group, see),
            Node::Text(text) => see(text),
            _ => {}
        }
    }
}

/// Lines of text stand close, and the boxes of their letters are higher than the letters.
fn overlap(one: Rect, two: Rect) -> bool {
    let close = 8.0;
    one.left() < two.right()
        && two.left() < one.right()
        && one.top() + close < two.bottom()
        && two.top() + close < one.bottom()
}

/// Whether nothing is drawn on the outermost pixels.
fn has_white_edge(png: &[u8]) -> bool {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let white = |x: usize, y: usize| pixels[(y * width + x) * 3..][..3] == [255, 255, 255];
    (0..width).all(|x| white(x, 0) && white(x, height - 1))
        && (0..height).all(|y| white(0, y) && white(width - 1, y))
}

/// What a name loses by being broken is spaces alone.
#[test]
fn every_letter_of_a_long_name_is_drawn() {
    let font = font();
    let (_, mut chart) = hard_cases().remove(5);
    let drawn: String = svg(&chart, &font)
        .unwrap()
        .split('>')
        .filter_map(|piece| piece.strip_suffix("</text"))
        .flat_map(|text| text.chars().filter(|c| *c != ' '))
        .collect();
    for step in steps_of(&mut chart) {
        let name = step.label.replace(' ', "");
        assert!(drawn.contains(&name), "{name} in {drawn}");
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let font = font();
    for (name, chart) in hard_cases() {
        assert_eq!(draw(&chart, &font).unwrap(), draw(&chart, &font).unwrap(), "{name}");
    }
}

#[test]
fn roles_differ_in_more_than_colour() {
    let font = font();
    let shapes = [
        (StepRole::Target, "stroke-dasharray"),
        (StepRole::Loss, "stroke-opacity"),
        (StepRole::Rest, "#eef1f4"),
    ];
    for (role, shape) in shapes {
        let mut chart = sample::waterfall();
        assert!(svg(&chart, &font).unwrap().contains(shape), "{role:?}");
        steps_of(&mut chart).retain(|step| step.role != role);
        assert!(!svg(&chart, &font).unwrap().contains(shape), "{role:?}");
    }
}

#[test]
fn a_character_that_the_font_lacks_names_where_it_stands() {
    let font = font();
    let mut lines = sample::chart();
    lines_of(&mut lines)[0].label = "Sales 🜁".to_owned();
    let mut waterfall = sample::waterfall();
    steps_of(&mut waterfall)[1].label = "Visits 🜂".to_owned();
    for (chart, glyph, text) in [(lines, '🜁', "Sales 🜁"), (waterfall, '🜂', "Visits 🜂")]
    {
        let why = draw(&chart, &font).unwrap_err().to_string();
        assert!(why.contains(&format!("“{glyph}”")) && why.contains(text), "{why}");
    }
}
