#![allow(dead_code, reason = "of the types below only the shape is asked for")]

use schemars::JsonSchema;
use serde::Serialize;

use super::shape::Shape;
use super::walk::Slip;
use super::{Schema, Trees};
use crate::render::index::IndexView;
use crate::render::pdf::PackView;
use crate::render::template_files;
use crate::render::view::View;

/// A report in small.
#[derive(JsonSchema, Serialize)]
struct SmallView {
    title: String,
    tiles: Vec<TileView>,
    rows: Vec<Vec<TileView>>,
    blocks: Vec<BlockView>,
}

#[derive(JsonSchema, Serialize)]
struct TileView {
    label: String,
    attainment: String,
    percent: Option<u8>,
    strong: bool,
}

#[derive(JsonSchema, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum BlockView {
    Text { lines: Vec<String> },
    Tile { tile: TileView },
}

fn slips(templates: &[(&str, &str)]) -> Vec<String> {
    let trees = Trees::read(templates.iter().copied());
    assert!(templates.iter().all(|(name, _)| trees.understands(name)), "{templates:?}");
    let found = trees.slips(templates[0].0, &Schema::of::<SmallView>("report"));
    let shown = |s: Slip| format!("{}:{} {} → {}", s.file, s.line, s.what, s.help);
    found.into_iter().map(shown).collect()
}

fn slip(text: &str) -> String {
    slips(&[("a", text)]).join("\n")
}

#[test]
fn an_unknown_field_names_its_record_and_the_nearest_name() {
    let told = "a:2 no field “atainment” on a tile → did you mean “attainment”? a tile has: label, \
                attainment, percent, strong";
    for text in [
        "\n{{ tiles[0].atainment }}",
        "\n{{ tiles | last | upper }}{% if tiles[0] %}{{ (tiles | first).atainment }}{% endif %}",
        "{% for tile in tiles %}\n{% if false %}{{ tile.atainment }}{% endif %}{% endfor %}",
        "{% for row in rows %}{% for one in row | reverse %}\n{{ one?.atainment }}{% endfor %}{% endfor %}",
        "{% set one = tiles[0] %}{% set two = one %}\n{{ two.atainment | default(value=1) }}",
        "{% for block in blocks %}{% if block.kind == \"tile\" %}{% set it = block.tile %}\n\
         {% elif it.atainment %}{% endif %}{{ block.tile.atainment }}{% endfor %}",
        "{{ 1 if title else\n tiles[0].atainment ~ 'x' }}",
        "{% set list = [t.label for t in tiles\n if t.atainment] %}",
        "{% set x %}\n{{ rows[0][1][\"atainment\"] }}{% endset %}",
        "{% for t in [t for t in tiles if t.label] %}\n{{ t.atainment }}{% endfor %}",
        "{% for t in tiles[1:] %}{{ loop.index }}\n{{ title | replace(from='a', to=t.atainment) }}{% endfor %}",
        "{{ range(end=1,\n start=tiles[0].atainment) }}",
        "{% filter upper %}\n{{ tiles[0].atainment }}{% endfilter %}",
        "{% block a %}\n{{ tiles[0].atainment }}{% endblock a %}",
        "{{ {'a': 1,\n 'b': tiles[0].atainment} }}",
        "{{ <card a=\"x\"\n b={tiles[0].atainment} /> }}",
        "{% <card> %}\n{{ tiles[0].atainment }}{% </card> %}",
    ] {
        assert_eq!(slip(text), told, "{text}");
    }
}

#[test]
fn an_unknown_variable_is_told_with_what_there_is() {
    let told = "a:1 nothing is called “titel” in a report → did you mean “title”? a report has: \
                title, tiles, rows, blocks";
    assert_eq!(slip("{{ titel }}"), told);
    assert_eq!(slip("{% if titel and title %}{% endif %}"), told);
    assert_eq!(slip("{% for x in titel %}{{ x.y.z }}{% endfor %}"), told);
    let parts = [("a", "{% include 'b' %}"), ("b", "{{ title }}\n{{ titel }}")];
    assert_eq!(slips(&parts), [told.replace("a:1", "b:2")]);
}

#[test]
fn a_text_and_a_list_have_no_fields_and_an_enum_only_its_words() {
    assert!(
        slip("{{ tiles.label }}").starts_with("a:1 no field “label” on “tiles”, which is a list")
    );
    assert!(slip("{{ tiles[0].label.x }}").contains("“label”, which is a text"));
    assert!(slip("{{ tiles[0].percent.x }}").contains("“percent”, which is a number"));
    let told = "a:1 “kind” is never “tiel” → did you mean “tile”? it is one of: text, tile";
    assert_eq!(slip("{% if blocks[0].kind == 'tiel' %}{% endif %}"), told);
    assert_eq!(slip("{% if title and 'tiel' != blocks[0].kind or title %}{% endif %}"), told);
}

/// Whatever depends on values is left to a sample.
#[test]
fn nothing_is_refused_on_a_guess() {
    for text in [
        "{{ tiles[0].label | split(pat=' ') | first }}",
        "{% for key, value in tiles[0] %}{{ value.x }}{% endfor %}",
        "{% for letter in title %}{{ letter.x }}{% endfor %}",
        // Known after one way and not after the other, or as something else.
        "{% if title %}{% set x = tiles[0] %}{% endif %}{{ x.y }}",
        "{% if title %}{% set x = tiles[0] %}{% else %}{% set x = blocks[0] %}{% endif %}{{ x.y }}",
        "{% for t in tiles %}{% if not loop.first %}{{ before.z }}{% endif %}{% set before = t %}{% endfor %}",
        "{% set x = tiles[0] %}{% for b in blocks %}{{ x.y }}{% set_global x = b %}{% endfor %}{{ x.y }}",
        // A name of a loop is gone after it, which a sample finds.
        "{% for t in tiles %}{% endfor %}{{ t.y }}",
        "{% if extra is defined %}{% endif %}{{ extra | default(value='') }}",
        "{{ (title ~ 'a') == 'b' }}{% if title ~ blocks[0].kind == 'textual' %}{% endif %}",
        "{{ tiles | group_by(attribute='label') }}{{ (tiles | group_by(attribute='label')).x }}",
        "{% component card(a: string, b=1) %}{{ a }}{{ b.c }}{{ body }}{% endcomponent card %}",
        "{% raw %}{{ titel }}{% endraw %}{# {{ titel }} #}{{ '{{ titel }}' }}",
        "{{ tiles[0][title] }}{{ __tera_context }}{{ -1 + 2 * 3 // 4 }}{{ not title }}{{ none }}",
        "{% for a in [] %}{% break %}{% else %}{{ title }}{% endfor %}{{ 'a' not in title }}",
    ] {
        assert_eq!(slip(text), "", "{text}");
    }
    let set_outside = [("a", "{% set x = tiles[0] %}{% include 'b' %}"), ("b", "{{ x.label }}")];
    assert!(slips(&set_outside).is_empty());
    let other = [("a", "{% set x = tiles[0] %}{% include 'b' %}"), ("b", "{{ x.tile }}")];
    assert_eq!(slips(&other).len(), 1);
    let extended = [
        ("a", "{% extends 'b' %}{% block c %}{{ x.label }}{% endblock %}"),
        ("b", "{% set x = 1 %}{% block c %}{{ title }}{% endblock %}"),
    ];
    assert!(slips(&extended).is_empty());
}

/// A template that is not understood would go unchecked without a word.
#[test]
fn all_templates_of_the_program_are_understood_and_ask_for_what_there_is() {
    let trees = Trees::read(template_files());
    for (name, _) in template_files().filter(|(name, _)| !name.ends_with(".typ")) {
        assert!(trees.understands(name), "{name}");
    }
    let report = Schema::of::<View>("report");
    assert!(trees.slips("department/report.html", &report).is_empty());
    assert!(trees.slips("index/page.html", &Schema::of::<IndexView>("index page")).is_empty());
    assert!(!trees.slips("index/page.html", &report).is_empty());
    assert!(trees.reached("person/report.html").contains("parts/bar.html"));
}

#[test]
fn every_field_of_every_view_is_documented() {
    for schema in views() {
        for record in schema.records() {
            assert!(!record.meaning.is_empty(), "{}", record.name);
            for field in &record.fields {
                assert!(!field.meaning.is_empty(), "{}.{}", record.name, field.name);
            }
        }
    }
}

/// `docs/templates.md` tells of every field, of none that is not there, and of each what its type
/// says.
#[test]
fn the_guide_tells_of_every_field() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/templates.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let (head, told) = guide.split_once("makes it anew -->\n").unwrap();
    let (told, rest) = told.split_once("<!-- end -->").unwrap();
    let fields = views().iter().map(described).collect::<String>();
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        let anew = format!("{head}makes it anew -->\n{fields}<!-- end -->{rest}");
        std::fs::write(path, anew).unwrap();
        return;
    }
    let missing: Vec<&str> = fields.lines().filter(|line| !told.contains(line)).collect();
    let extra: Vec<&str> = told.lines().filter(|line| !fields.contains(line)).collect();
    assert_eq!((missing, extra), (Vec::new(), Vec::new()), "see the remark in docs/templates.md");
    assert_eq!(told, fields);
}

fn views() -> [Schema; 3] {
    let (report, pack) = (Schema::of::<View>("report"), Schema::of::<PackView>("pack"));
    [report, pack, Schema::of::<IndexView>("index page")]
}

fn described(schema: &Schema) -> String {
    let view = schema.root().name.as_str();
    let mut text = String::new();
    for record in schema.records() {
        let heading = match record.name == view {
            true => format!("### {}", capital(view)),
            false => format!("#### {}: {}", capital(view), record.name),
        };
        text += &format!(
            "\n{heading}\n{}\n\n| field | type | meaning |\n|---|---|---|\n",
            record.meaning
        );
        for field in &record.fields {
            let meaning = field.meaning.replace('|', "\\|");
            text +=
                &format!("| `{}` | {} | {meaning} |\n", field.name, type_of(&field.shape, view));
        }
    }
    text + "\n"
}

fn capital(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

fn type_of(shape: &Shape, view: &str) -> String {
    match shape {
        Shape::Any => "anything".to_owned(),
        Shape::Text => "text".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::OneOf(words) => format!("one of `{}`", words.join("`, `")),
        Shape::List(inside) => format!("list of {}", several(inside, view)),
        Shape::Record(name) => linked(name, view),
    }
}

fn several(shape: &Shape, view: &str) -> String {
    match shape {
        Shape::Text => "texts".to_owned(),
        Shape::List(inside) => format!("lists of {}", several(inside, view)),
        other => type_of(other, view),
    }
}

fn linked(name: &str, view: &str) -> String {
    format!("[{name}](#{})", format!("{view}-{name}").replace(' ', "-"))
}
