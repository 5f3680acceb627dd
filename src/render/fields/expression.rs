//! The expressions of a template.

use super::syntax::{Expr, Parser};
use super::tokens::Token;

impl<'a> Parser<'a> {
    /// Operands with operators between them.
    pub(super) fn expression(&mut self) -> Option<Expr<'a>> {
        const SIGNS: [&str; 16] = [
            "+", "-", "*", "/", "%", "//", "**", "<", ">", "<=", ">=", "==", "!=", "~", "and", "or",
        ];
        const LOOSE: [&str; 2] = ["and", "or"];
        let mut operands = vec![self.operand()?];
        // The operator before an operand, and whether the operand is part of something larger.
        let mut before = "";
        loop {
            let operator = match self.peek() {
                Some(Token::Sign(sign)) if SIGNS.contains(sign) => *sign,
                Some(Token::Name(word)) if LOOSE.contains(word) || *word == "in" => *word,
                Some(Token::Name("not")) => {
                    self.next();
                    "in"
                }
                Some(Token::Name("if")) if !self.in_comprehension() => {
                    self.next();
                    operands.push(self.expression()?);
                    self.word("else").then_some(())?;
                    operands.push(self.expression()?);
                    break;
                }
                _ => break,
            };
            let line = self.line();
            self.next();
            let right = self.operand()?;
            let alone = before.is_empty() || LOOSE.contains(&before);
            let ends = match self.peek() {
                Some(Token::Sign(sign)) => !SIGNS.contains(sign),
                Some(Token::Name(word)) => !matches!(*word, "in" | "not" | "is"),
                _ => true,
            };
            if matches!(operator, "==" | "!=") && alone && ends {
                let left = Box::new(operands.pop()?);
                operands.push(Expr::Equal { left, right: Box::new(right), line });
            } else {
                operands.push(right);
            }
            before = operator;
        }
        Some(if operands.len() == 1 { operands.remove(0) } else { Expr::Of(operands) })
    }

    fn operand(&mut self) -> Option<Expr<'a>> {
        let line = self.line();
        let first = match self.next()? {
            Token::Sign("-") | Token::Name("not") => return Some(Expr::Of(vec![self.operand()?])),
            Token::Text(text) => Expr::Text(text),
            Token::Number => Expr::Of(Vec::new()),
            Token::Name("true" | "True" | "false" | "False" | "none" | "None" | "null") => {
                Expr::Of(Vec::new())
            }
            Token::Name(_) if self.peek() == Some(&Token::Sign("(")) => Expr::Of(self.arguments()?),
            Token::Name(name) => Expr::Variable { name, line },
            Token::Sign("(") => {
                let inside = self.expression()?;
                self.sign(")").then_some(inside)?
            }
            Token::Sign("[") => self.list()?,
            Token::Sign("{") => self.map()?,
            Token::Sign("<") => self.component()?,
            _ => return None,
        };
        self.steps(first)
    }

    /// `.field`, `[item]`, `| filter`, `is test`, as many as there are.
    fn steps(&mut self, mut of: Expr<'a>) -> Option<Expr<'a>> {
        loop {
            if self.sign(".") || self.sign("?.") {
                let line = self.line();
                of = Expr::Field { of: Box::new(of), name: self.name()?, line };
            } else if self.sign("[") || self.sign("?[") {
                of = self.subscript(of)?;
            } else if self.sign("|") {
                let name = self.name()?;
                let arguments = self.given()?;
                of = Expr::Filter { of: Box::new(of), name, arguments };
            } else if self.word("is") {
                self.word("not");
                let name = self.name()?;
                let arguments = self.given()?;
                of = Expr::Filter { of: Box::new(of), name, arguments };
            } else {
                return Some(of);
            }
        }
    }

    fn subscript(&mut self, of: Expr<'a>) -> Option<Expr<'a>> {
        let line = self.line();
        let mut parts = vec![of];
        let mut slice = false;
        while !self.sign("]") {
            if self.sign(":") {
                slice = true;
            } else {
                parts.push(self.expression()?);
            }
        }
        if slice || parts.len() != 2 {
            let first = parts.remove(0);
            // A part of a list is a list of the same.
            return Some(Expr::Filter { of: Box::new(first), name: "slice", arguments: parts });
        }
        let (place, of) = (parts.pop()?, Box::new(parts.pop()?));
        Some(match place {
            Expr::Text(name) => Expr::Field { of, name, line },
            place => Expr::Item { of, place: Box::new(place) },
        })
    }

    /// A filter's name and what it is given.
    pub(super) fn call(&mut self) -> Option<Vec<Expr<'a>>> {
        self.name()?;
        self.given()
    }

    fn given(&mut self) -> Option<Vec<Expr<'a>>> {
        match self.peek() {
            Some(Token::Sign("(")) => self.arguments(),
            _ => Some(Vec::new()),
        }
    }

    /// `(name=value, …)`
    fn arguments(&mut self) -> Option<Vec<Expr<'a>>> {
        let mut given = Vec::new();
        self.sign("(").then_some(())?;
        while !self.sign(")") {
            self.name()?;
            self.sign("=").then_some(())?;
            given.push(self.expression()?);
            self.sign(",");
        }
        Some(given)
    }

    fn list(&mut self) -> Option<Expr<'a>> {
        let mut items = Vec::new();
        while !self.sign("]") {
            self.sign("...");
            items.push(self.expression()?);
            if items.len() == 1 && self.word("for") {
                let names = self.loop_names()?;
                let list = Box::new(self.expression()?);
                let condition = match self.word("if") {
                    true => Some(Box::new(self.expression()?)),
                    false => None,
                };
                let item = Box::new(items.remove(0));
                return self.sign("]").then_some(Expr::Each { item, names, list, condition });
            }
            self.sign(",");
        }
        Some(Expr::Of(items))
    }

    fn map(&mut self) -> Option<Expr<'a>> {
        let mut values = Vec::new();
        while !self.sign("}") {
            if !self.sign("...") {
                self.next()?;
                self.sign(":").then_some(())?;
            }
            values.push(self.expression()?);
            self.sign(",");
        }
        Some(Expr::Of(values))
    }

    /// `name text="…" value={…} short {...more} />` after its `<`, up to `>`.
    pub(super) fn component(&mut self) -> Option<Expr<'a>> {
        self.dotted()?;
        let mut given = Vec::new();
        loop {
            let line = self.line();
            match self.next()? {
                Token::Name(name) => {
                    if !self.sign("=") {
                        given.push(Expr::Variable { name, line });
                    } else if self.sign("{") {
                        given.push(self.expression()?);
                        self.sign("}").then_some(())?;
                    } else {
                        self.next()?;
                    }
                }
                Token::Sign("{") => {
                    self.sign("...").then_some(())?;
                    given.push(self.expression()?);
                    self.sign("}").then_some(())?;
                }
                Token::Sign("/") => {}
                Token::Sign(">") => return Some(Expr::Of(given)),
                _ => return None,
            }
        }
    }

    /// `name.name`
    pub(super) fn dotted(&mut self) -> Option<()> {
        self.name()?;
        while self.sign(".") {
            self.name()?;
        }
        Some(())
    }
}
