//! The shape of a view: its records with their fields, read from the Rust types and from what is
//! written above them, so that no second list has to be kept.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// What a template may do with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing is known: a sample has to tell.
    Any,
    Text,
    Number,
    Flag,
    /// One of a few words.
    OneOf(Vec<String>),
    List(Box<Shape>),
    /// A record of this name.
    Record(String),
}

/// A record of a view, such as a tile.
#[derive(Debug)]
pub struct Record {
    /// In words: “tile”, “index entry”.
    pub name: String,
    pub meaning: String,
    /// In the order in which they are written.
    pub fields: Vec<Field>,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub shape: Shape,
    pub meaning: String,
}

impl Record {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// “a tile”, “an index entry”.
    pub fn with_article(&self) -> String {
        let article = if self.name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} {}", self.name)
    }
}

/// A view with all records that it reaches; the view itself is the first.
#[derive(Debug)]
pub struct Schema(Vec<Record>);

impl Schema {
    /// Of a view that is called `name`.
    pub fn of<V: JsonSchema>(name: &str) -> Self {
        let generator = SchemaSettings::default().for_serialize().into_generator();
        let schema = generator.into_root_schema_for::<V>().to_value();
        let definitions = schema.get("$defs").and_then(Value::as_object);
        let fields_of = |path: &str| {
            let name = path.rsplit('/').next()?;
            Some(record(name.to_owned(), definitions?.get(name)?, &|_| None).fields)
        };
        let mut records = vec![record(name.to_owned(), &schema, &fields_of)];
        for (name, one) in definitions.into_iter().flatten() {
            if is_record(one) {
                records.push(record(in_words(name), one, &fields_of));
            }
        }
        let plain = |name: &str| definitions.and_then(|all| all.get(name)).map(shape);
        for field in records.iter_mut().flat_map(|record| &mut record.fields) {
            resolve(&mut field.shape, &plain);
        }
        Self(records)
    }

    /// The view.
    pub fn root(&self) -> &Record {
        &self.0[0]
    }

    pub fn records(&self) -> &[Record] {
        &self.0
    }

    pub fn record(&self, name: &str) -> Option<&Record> {
        self.0.iter().find(|record| record.name == name)
    }
}

/// `TileView` → “tile”.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.strip_suffix("View").unwrap_or(name).chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Whether a definition has fields, be it as a struct or as an enum of structs.
fn is_record(schema: &Value) -> bool {
    let variants = schema.get("oneOf").and_then(Value::as_array);
    schema.get("properties").is_some()
        || variants.is_some_and(|all| all.iter().all(|one| one.get("properties").is_some()))
}

/// A record's name where a definition was meant that is none, such as a list of words: its shape.
fn resolve(shape: &mut Shape, plain: &impl Fn(&str) -> Option<Shape>) {
    match shape {
        Shape::List(inside) => resolve(inside, plain),
        Shape::Record(name) => match plain(name) {
            Some(Shape::Any) => *name = in_words(name),
            Some(found) => *shape = found,
            None => *shape = Shape::Any,
        },
        _ => {}
    }
}

/// `fields_of` finds the fields of another record, which a variant of an enum may have as its own.
fn record(name: String, schema: &Value, fields_of: &dyn Fn(&str) -> Option<Vec<Field>>) -> Record {
    let mut fields: Vec<Field> = Vec::new();
    let own = schema.get("properties").and_then(Value::as_object);
    for (name, schema) in own.into_iter().flatten() {
        fields.push(Field { name: name.clone(), shape: shape(schema), meaning: meaning(schema) });
    }
    for variant in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        add_variant(&mut fields, variant, fields_of);
    }
    Record { name, meaning: meaning(schema), fields }
}

/// The fields of one variant of an enum: they are there where the tag has the variant's name.
fn add_variant(
    fields: &mut Vec<Field>,
    variant: &Value,
    fields_of: &dyn Fn(&str) -> Option<Vec<Field>>,
) {
    let Some(own) = variant.get("properties").and_then(Value::as_object) else { return };
    let tag = own.iter().find_map(|(name, one)| Some((name, one.get("const")?.as_str()?)));
    let mut all: Vec<Field> = own
        .iter()
        .map(|(name, one)| Field { name: name.clone(), shape: shape(one), meaning: meaning(one) })
        .collect();
    let flattened = variant.get("$ref").and_then(Value::as_str).and_then(fields_of);
    all.extend(flattened.into_iter().flatten());
    for mut one in all {
        match tag {
            Some((tag, _)) if *tag == one.name => {
                one.meaning = "which it is; the others depend on it".to_owned();
            }
            Some((tag, word)) => {
                let said = if one.meaning.is_empty() { meaning(variant) } else { one.meaning };
                one.meaning = format!("where `{tag}` is `{word}`: {said}");
            }
            None => {}
        }
        match fields.iter_mut().find(|field| field.name == one.name) {
            Some(known) => join(known, one),
            None => fields.push(one),
        }
    }
}

/// A field that several variants have.
fn join(known: &mut Field, other: Field) {
    match (&mut known.shape, other.shape) {
        (Shape::OneOf(words), Shape::OneOf(more)) => {
            words.extend(more.into_iter().filter(|word| !words.contains(word)).collect::<Vec<_>>());
        }
        (one, two) if *one != two => *one = Shape::Any,
        _ => {}
    }
    if known.meaning != other.meaning {
        known.meaning = format!("{}; {}", known.meaning.trim_end_matches('.'), other.meaning);
    }
}

fn shape(schema: &Value) -> Shape {
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        return Shape::Record(path.rsplit('/').next().unwrap_or(path).to_owned());
    }
    if let Some(word) = schema.get("const").and_then(Value::as_str) {
        return Shape::OneOf(vec![word.to_owned()]);
    }
    if let Some(words) = words(schema) {
        return Shape::OneOf(words);
    }
    match type_of(schema) {
        Some("string") => Shape::Text,
        Some("integer" | "number") => Shape::Number,
        Some("boolean") => Shape::Flag,
        Some("array") => {
            let inside = schema.get("items").map_or(Shape::Any, shape);
            Shape::List(Box::new(inside))
        }
        _ => match schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice) {
            // An option: the value, or null.
            Some([some, null]) if type_of(null) == Some("null") => shape(some),
            _ => Shape::Any,
        },
    }
}

/// The words of an enum without fields: as a list, or each with its meaning.
fn words(schema: &Value) -> Option<Vec<String>> {
    let word = |one: &Value| one.as_str().map(str::to_owned);
    if let Some(all) = schema.get("enum").and_then(Value::as_array) {
        return all.iter().map(word).collect();
    }
    let variants = schema.get("oneOf")?.as_array()?;
    let all = variants.iter().map(|one| match (one.get("const"), words(one)) {
        (Some(one), _) => Some(vec![word(one)?]),
        (None, several) => several,
    });
    Some(all.collect::<Option<Vec<_>>>()?.concat())
}

/// The type, where it is one, or one that may be absent.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => {
            several.iter().filter_map(Value::as_str).find(|one| *one != "null")
        }
        _ => None,
    }
}

/// What is written above a type or a field, in one line.
fn meaning(schema: &Value) -> String {
    let told: Option<&Map<String, Value>> = schema.as_object();
    let text = told.and_then(|told| told.get("description")?.as_str()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(dead_code, reason = "only their shape is asked for")]
mod tests {
    use serde::Serialize;

    use super::*;

    /// What a shop has.
    #[derive(JsonSchema, Serialize)]
    struct ShopView<'a> {
        /// Its name.
        name: &'a str,
        /// What it sells.
        goods: Vec<Vec<GoodView<'a>>>,
        side: Side,
        more: Option<Side>,
        rest: Option<u8>,
        #[serde(flatten)]
        other: OtherView,
        #[serde(skip)]
        _hidden: u8,
    }

    #[derive(JsonSchema, Serialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum GoodView<'a> {
        /// A book.
        Book { pages: u32, title: &'a str },
        /// Bread.
        Loaf { title: &'a str, fresh: bool },
        /// Something else.
        Other(OtherView),
    }

    #[derive(JsonSchema, Serialize)]
    struct OtherView {
        /// In grams.
        weight: u32,
    }

    #[derive(JsonSchema, Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Side {
        Left,
        /// Not left.
        FarRight,
    }

    #[test]
    fn types_and_comments_are_read_as_templates_see_them() {
        let schema = Schema::of::<ShopView>("shop");
        let told: Vec<String> = schema
            .records()
            .iter()
            .flat_map(|record| {
                record
                    .fields
                    .iter()
                    .map(|f| format!("{}.{}: {:?} – {}", record.name, f.name, f.shape, f.meaning))
            })
            .collect();
        assert_eq!(
            told,
            [
                "shop.name: Text – Its name.",
                "shop.goods: List(List(Record(\"good\"))) – What it sells.",
                "shop.side: OneOf([\"left\", \"far_right\"]) – ",
                "shop.more: OneOf([\"left\", \"far_right\"]) – ",
                "shop.rest: Number – ",
                "shop.weight: Number – In grams.",
                "good.kind: OneOf([\"book\", \"loaf\", \"other\"]) – which it is; the others depend on it",
                "good.pages: Number – where `kind` is `book`: A book.",
                "good.title: Text – where `kind` is `book`: A book; where `kind` is `loaf`: Bread.",
                "good.fresh: Flag – where `kind` is `loaf`: Bread.",
                "good.weight: Number – where `kind` is `other`: In grams.",
                "other.weight: Number – In grams.",
            ]
        );
        assert_eq!(schema.record("good").unwrap().with_article(), "a good");
    }
}
