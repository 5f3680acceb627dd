//! Goes through a template and those that it includes, and holds every name and field that is
//! asked for against the view.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::shape::{Record, Schema, Shape};
use super::syntax::{Expr, Node, read};
use crate::model::did_you_mean;

/// A name or a field that is asked for and not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slip {
    /// The template's name.
    pub file: String,
    pub line: usize,
    pub what: String,
    pub help: String,
}

/// Names that tera itself gives a value to, or that are looked up in another way.
const GIVEN_BY_TERA: [&str; 3] = ["loop", "self", "__tera_context"];

/// Filters and tests that are there to ask for a variable that may be absent.
const ASK_WHETHER: [&str; 3] = ["default", "defined", "undefined"];

/// How deep templates may include each other: tera refuses those that include themselves.
const DEEPEST: usize = 40;

/// Templates that were read, by name.
#[derive(Debug)]
pub struct Trees<'a> {
    by_name: BTreeMap<&'a str, Vec<Node<'a>>>,
    /// Names that some template gives a value to.
    given: BTreeSet<&'a str>,
}

impl<'a> Trees<'a> {
    /// Of templates by name and text; those that are not understood are left out.
    pub fn read(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let read = texts.into_iter().filter_map(|(name, text)| Some((name, read(text)?)));
        let by_name: BTreeMap<_, _> = read.collect();
        let mut given = BTreeSet::new();
        for nodes in by_name.values() {
            collect_given(nodes, Given::Anywhere, &mut given);
        }
        Self { by_name, given }
    }

    #[cfg(test)]
    pub fn understands(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// What a template that is rendered with this view asks for in vain, itself and those that it
    /// includes.
    pub fn slips(&self, name: &str, schema: &Schema) -> BTreeSet<Slip> {
        let mut walk = Walk { trees: self, schema, file: "", depth: 0, slips: BTreeSet::new() };
        walk.template(name, &mut Scope::default());
        walk.slips
    }

    /// The templates that a template reaches, itself among them.
    pub fn reached<'n>(&self, name: &'n str) -> BTreeSet<&'n str>
    where
        'a: 'n,
    {
        let mut found = BTreeSet::new();
        let mut left = vec![name];
        while let Some(name) = left.pop() {
            if found.insert(name) {
                collect_included(self.by_name.get(name).map_or(&[], Vec::as_slice), &mut left);
            }
        }
        found
    }
}

/// The nodes below a node, with what is repeated apart.
fn inside<'n, 'a>(node: &'n Node<'a>) -> [&'n [Node<'a>]; 2] {
    match node {
        Node::For { body, otherwise, .. } | Node::If { body, otherwise, .. } => [body, otherwise],
        Node::Inside(body) | Node::Component(body) => [body, &[]],
        Node::Value(_) | Node::Set { .. } | Node::Include(_) | Node::Extends(_) => [&[], &[]],
    }
}

fn collect_included<'a>(nodes: &[Node<'a>], found: &mut Vec<&'a str>) {
    for node in nodes {
        if let Node::Include(name) | Node::Extends(name) = node {
            found.push(name);
        }
        inside(node).into_iter().for_each(|nodes| collect_included(nodes, found));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Anywhere,
    /// By `set`, in the same loop.
    InLoop,
    /// By `set_global`.
    Globally,
}

fn collect_given<'a>(nodes: &[Node<'a>], wanted: Given, found: &mut BTreeSet<&'a str>) {
    for node in nodes {
        match node {
            Node::Set { name, global, .. } => {
                let fits = match wanted {
                    Given::Anywhere => true,
                    Given::InLoop => !global,
                    Given::Globally => *global,
                };
                if fits {
                    found.insert(name);
                }
            }
            Node::For { names, .. } if wanted == Given::Anywhere => found.extend(names),
            Node::For { .. } if wanted == Given::InLoop => continue,
            _ => {}
        }
        inside(node).into_iter().for_each(|nodes| collect_given(nodes, wanted, found));
    }
}

struct Walk<'w, 'a> {
    trees: &'w Trees<'a>,
    schema: &'w Schema,
    file: &'w str,
    depth: usize,
    slips: BTreeSet<Slip>,
}

impl<'w, 'a> Walk<'w, 'a> {
    fn template(&mut self, name: &str, scope: &mut Scope<'w>) {
        let trees = self.trees;
        let Some((name, nodes)) = trees.by_name.get_key_value(name) else { return };
        if self.depth == DEEPEST {
            return;
        }
        let outer = std::mem::replace(&mut self.file, name);
        self.depth += 1;
        scope.enter_template();
        self.nodes(nodes, scope);
        scope.leave();
        self.depth -= 1;
        self.file = outer;
    }

    fn nodes(&mut self, nodes: &'w [Node<'a>], scope: &mut Scope<'w>) {
        for node in nodes {
            match node {
                Node::Value(value) => drop(self.shape(value, scope)),
                Node::Set { name, value, global } => {
                    let shape = self.shape(value, scope);
                    match global {
                        true => scope.set_global(name, shape),
                        false => scope.set(name, shape),
                    }
                }
                // What it extends is rendered with the same view.
                Node::Include(name) | Node::Extends(name) => self.template(name, scope),
                Node::For { names, list, body, otherwise } => {
                    let each = item_of(self.shape(list, scope));
                    self.repeat(names, each, body, scope);
                    self.perhaps(otherwise, &[], scope);
                }
                Node::If { condition, body, otherwise } => {
                    self.shape(condition, scope);
                    self.perhaps(body, otherwise, scope);
                }
                Node::Inside(body) => self.nodes(body, scope),
                // It sees only what it is given, of which nothing is known here.
                Node::Component(_) => {}
            }
        }
    }

    /// One way or the other.
    fn perhaps(&mut self, one: &'w [Node<'a>], two: &'w [Node<'a>], scope: &mut Scope<'w>) {
        let mut other = scope.clone();
        self.nodes(one, scope);
        self.nodes(two, &mut other);
        scope.join(other);
    }

    fn repeat(
        &mut self,
        names: &'w [&'a str],
        each: Shape,
        body: &'w [Node<'a>],
        scope: &mut Scope<'w>,
    ) {
        // What a round sets may be read by the next one, above the place where it is set.
        let (mut in_loop, mut globally) = (BTreeSet::new(), BTreeSet::new());
        collect_given(body, Given::InLoop, &mut in_loop);
        collect_given(body, Given::Globally, &mut globally);
        globally.iter().for_each(|name| scope.set_global(name, Shape::Any));
        scope.enter_loop(in_loop.into_iter().map(|name| (name, Shape::Any)));
        set_loop_names(names, each, scope);
        self.nodes(body, scope);
        scope.leave();
        globally.iter().for_each(|name| scope.set_global(name, Shape::Any));
    }

    /// What an expression stands for.
    fn shape(&mut self, expr: &'w Expr<'a>, scope: &mut Scope<'w>) -> Shape {
        match expr {
            Expr::Text(_) => Shape::Text,
            Expr::Variable { name, line } => self.variable(name, *line, scope),
            Expr::Field { of, name, line } => {
                let shape = self.shape(of, scope);
                self.field(of, &shape, name, *line)
            }
            Expr::Item { of, place } => {
                self.shape(place, scope);
                item_of(self.shape(of, scope))
            }
            Expr::Filter { of, name, arguments } => {
                arguments.iter().for_each(|one| drop(self.shape(one, scope)));
                if ASK_WHETHER.contains(name) && matches!(**of, Expr::Variable { .. }) {
                    return Shape::Any;
                }
                let shape = self.shape(of, scope);
                match *name {
                    "first" | "last" | "nth" => item_of(shape),
                    "slice" | "reverse" | "sort" | "unique" if matches!(shape, Shape::List(_)) => {
                        shape
                    }
                    _ => Shape::Any,
                }
            }
            Expr::Equal { left, right, line } => {
                let shapes = [self.shape(left, scope), self.shape(right, scope)];
                self.compare(left, &shapes[0], right, *line);
                self.compare(right, &shapes[1], left, *line);
                Shape::Any
            }
            Expr::Each { item, names, list, condition } => {
                let each = item_of(self.shape(list, scope));
                scope.enter_loop([]);
                set_loop_names(names, each, scope);
                let item = self.shape(item, scope);
                if let Some(condition) = condition {
                    self.shape(condition, scope);
                }
                scope.leave();
                Shape::List(Box::new(item))
            }
            Expr::Of(parts) => {
                parts.iter().for_each(|part| drop(self.shape(part, scope)));
                Shape::Any
            }
        }
    }

    fn variable(&mut self, name: &str, line: usize, scope: &Scope<'w>) -> Shape {
        if let Some(shape) = scope.find(name) {
            return shape.clone();
        }
        let view = self.schema.root();
        if let Some(field) = view.field(name) {
            return field.shape.clone();
        }
        // One that is given a value elsewhere may be out of reach here; a sample tells.
        if !GIVEN_BY_TERA.contains(&name) && !self.trees.given.contains(name) {
            let what = format!("nothing is called “{name}” in {}", view.with_article());
            self.slip(line, what, has(view, name));
        }
        Shape::Any
    }

    fn field(&mut self, of: &Expr<'_>, shape: &Shape, name: &str, line: usize) -> Shape {
        let what = match shape {
            Shape::Any => return Shape::Any,
            Shape::Record(record) => {
                let Some(record) = self.schema.record(record) else { return Shape::Any };
                if let Some(field) = record.field(name) {
                    return field.shape.clone();
                }
                let what = format!("no field “{name}” on {}", record.with_article());
                self.slip(line, what, has(record, name));
                return Shape::Any;
            }
            Shape::List(_) => "a list, whose items have fields",
            Shape::Text | Shape::OneOf(_) => "a text",
            Shape::Number => "a number",
            Shape::Flag => "true or false",
        };
        let what = format!("no field “{name}” on {}, which is {what}", called(of));
        let help = match shape {
            Shape::List(_) => "go through it: {% for one in … %}",
            _ => "ask for it without a field",
        };
        self.slip(line, what, help.to_owned());
        Shape::Any
    }

    /// A word that a field never has.
    fn compare(&mut self, field: &Expr<'_>, shape: &Shape, with: &Expr<'_>, line: usize) {
        let (Shape::OneOf(words), Expr::Text(word)) = (shape, with) else { return };
        if !words.iter().any(|one| one == word) {
            let what = format!("{} is never “{word}”", called(field));
            let near = did_you_mean(word, words.iter().map(String::as_str));
            self.slip(line, what, format!("{near}it is one of: {}", words.join(", ")));
        }
    }

    fn slip(&mut self, line: usize, what: String, help: String) {
        self.slips.insert(Slip { file: self.file.to_owned(), line, what, help });
    }
}

/// One name is an item of a list; two are the key and the value of a map.
fn set_loop_names<'w>(names: &[&'w str], each: Shape, scope: &mut Scope<'w>) {
    match names {
        [one] => scope.set(one, each),
        several => several.iter().for_each(|name| scope.set(name, Shape::Any)),
    }
}

fn item_of(shape: Shape) -> Shape {
    match shape {
        Shape::List(item) => *item,
        _ => Shape::Any,
    }
}

/// The name by which an expression asks for something.
fn called(expr: &Expr<'_>) -> String {
    match expr {
        Expr::Variable { name, .. } | Expr::Field { name, .. } => format!("“{name}”"),
        _ => "it".to_owned(),
    }
}

fn has(record: &Record, wanted: &str) -> String {
    let names: Vec<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
    let near = did_you_mean(wanted, names.iter().copied());
    format!("{near}{} has: {}", record.with_article(), names.join(", "))
}
