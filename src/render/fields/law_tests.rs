//! A law: a template that tera renders, every branch of it, is never refused. Templates are made up
//! of loops, names that are given and given anew, parts, and fields, right ones and wrong ones.

use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use tera::{Context, Tera};

use super::{Schema, Trees};

#[derive(JsonSchema, Serialize)]
struct RootView {
    name: String,
    items: Vec<ItemView>,
    rows: Vec<Vec<ItemView>>,
    pair: PairView,
}

#[derive(JsonSchema, Serialize)]
struct PairView {
    name: String,
    items: Vec<ItemView>,
}

#[derive(Clone, JsonSchema, Serialize)]
struct ItemView {
    label: String,
    name: String,
}

fn view() -> RootView {
    let text = |text: &str| text.to_owned();
    let item = ItemView { label: text("l"), name: text("n") };
    let items = vec![item.clone(), item];
    let pair = PairView { name: text("p"), items: items.clone() };
    RootView { name: text("r"), items: items.clone(), rows: vec![items], pair }
}

/// A path, a part of a list, or a list made of another.
fn expression() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(vec!["name", "label", "items", "rows", "pair", "a", "b"]);
    let path = (word(), prop::collection::vec(word(), 0..3))
        .prop_map(|(first, rest)| [&[first], &rest[..]].concat().join("."));
    let path = (path, prop::sample::select(vec!["", "[0]", "[0][1]", " | first", " | last"]));
    let path = path.prop_map(|(path, end)| format!("{path}{end}"));
    prop_oneof![
        4 => path.clone(),
        1 => (path.clone(), word()).prop_map(|(path, field)| format!("({path}).{field}")),
        1 => path.clone().prop_map(|path| format!("[a for a in {path}]")),
        1 => path.prop_map(|path| format!("{path}[0:1]")),
    ]
}

/// Statements; whatever is given a name is printed, since tera lets an absent value have one.
fn statements() -> impl Strategy<Value = String> {
    let given = || prop::sample::select(vec!["a", "b", "name"]);
    let set = prop::sample::select(vec!["set", "set_global"]);
    let leaf = prop_oneof![
        expression().prop_map(|value| format!("{{{{ {value} }}}}")),
        (set, given(), expression()).prop_map(|(set, name, value)| format!(
            "{{% {set} {name} = {value} %}}{{{{ {name} }}}}"
        )),
        Just("{% include \"part\" %}".to_owned()),
    ];
    let several = prop::collection::vec(leaf, 1..4).prop_map(|all| all.concat());
    several.prop_recursive(3, 12, 3, move |inner| {
        let body = prop::collection::vec(inner, 1..3).prop_map(|all| all.concat());
        prop_oneof![
            (given(), expression(), body.clone()).prop_map(|(name, list, body)| format!(
                "{{% for {name} in {list} %}}{body}{{% endfor %}}"
            )),
            body.clone().prop_map(|body| format!("{{% if true %}}{body}{{% endif %}}")),
            body.prop_map(|body| format!("{{% filter upper %}}{body}{{% endfilter %}}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_tera_renders_is_never_refused(
        before in statements(),
        main in statements(),
        part in "(\\{\\{ (a|b|name|items)(\\.(name|label))? \\}\\})?",
    ) {
        let main = before + &main;
        let texts = [("main", main.as_str()), ("part", part.as_str())];
        let mut tera = Tera::default();
        if tera.add_raw_templates(texts).is_err() {
            return Ok(());
        }
        let trees = Trees::read(texts);
        prop_assert!(trees.understands("main") && trees.understands("part"), "{main}");
        if tera.render("main", &Context::from_serialize(&view()).unwrap()).is_ok() {
            let slips = trees.slips("main", &Schema::of::<RootView>("root"));
            prop_assert!(slips.is_empty(), "{main}\n{part}\n{slips:?}");
        }
    }
}
