//! Which names a template knows at a place, and what they stand for: tera's rules.

use std::collections::BTreeMap;

use super::shape::Shape;

/// Names that were given a value, from the outermost to the innermost part of a template.
#[derive(Clone, Debug, Default)]
pub struct Scope<'a>(Vec<Frame<'a>>);

#[derive(Clone, Debug)]
struct Frame<'a> {
    is_loop: bool,
    names: BTreeMap<&'a str, Shape>,
}

impl<'a> Scope<'a> {
    /// A template begins, by itself or inside another, whose names it sees.
    pub fn enter_template(&mut self) {
        self.0.push(Frame { is_loop: false, names: BTreeMap::new() });
    }

    pub fn enter_loop(&mut self, names: impl IntoIterator<Item = (&'a str, Shape)>) {
        self.0.push(Frame { is_loop: true, names: names.into_iter().collect() });
    }

    /// What the last template or loop gave names to is gone.
    pub fn leave(&mut self) {
        self.0.pop();
    }

    pub fn find(&self, name: &str) -> Option<&Shape> {
        self.0.iter().rev().find_map(|frame| frame.names.get(name))
    }

    /// `set` holds to the end of the loop, or of the template where there is none around.
    pub fn set(&mut self, name: &'a str, shape: Shape) {
        if let Some(frame) = self.0.last_mut() {
            frame.names.insert(name, shape);
        }
    }

    /// `set_global` holds to the end of the template.
    pub fn set_global(&mut self, name: &'a str, shape: Shape) {
        if let Some(frame) = self.0.iter_mut().rev().find(|frame| !frame.is_loop) {
            frame.names.insert(name, shape);
        }
    }

    /// After two ways that a template may go: what both know as the same stays known.
    pub fn join(&mut self, other: Self) {
        for (one, two) in self.0.iter_mut().zip(other.0) {
            for (name, shape) in &mut one.names {
                if two.names.get(name) != Some(shape) {
                    *shape = Shape::Any;
                }
            }
            for name in two.names.into_keys() {
                one.names.entry(name).or_insert(Shape::Any);
            }
        }
    }
}
