//! The statements and expressions of a template that tera accepts, as far as it matters which
//! fields they ask for: which of two operators binds first does not.

use super::tokens::{Token, tokens};

#[derive(Debug)]
pub enum Node<'a> {
    Value(Expr<'a>),
    Set {
        name: &'a str,
        value: Expr<'a>,
        /// Also outside of the loop that it stands in.
        global: bool,
    },
    Include(&'a str),
    For {
        names: Vec<&'a str>,
        list: Expr<'a>,
        body: Vec<Node<'a>>,
        otherwise: Vec<Node<'a>>,
    },
    If {
        condition: Expr<'a>,
        body: Vec<Node<'a>>,
        otherwise: Vec<Node<'a>>,
    },
    /// What is rendered where it stands: a block, what a filter is put on.
    Inside(Vec<Node<'a>>),
    /// A component, which sees nothing but what it is given.
    Component(Vec<Node<'a>>),
    Extends(&'a str),
}

#[derive(Debug)]
pub enum Expr<'a> {
    Text(&'a str),
    Variable {
        name: &'a str,
        line: usize,
    },
    Field {
        of: Box<Expr<'a>>,
        name: &'a str,
        line: usize,
    },
    /// An item of a list, by its place.
    Item {
        of: Box<Expr<'a>>,
        place: Box<Expr<'a>>,
    },
    /// A filter, or a test.
    Filter {
        of: Box<Expr<'a>>,
        name: &'a str,
        arguments: Vec<Expr<'a>>,
    },
    /// `==` or `!=`, and nothing else beside it.
    Equal {
        left: Box<Expr<'a>>,
        right: Box<Expr<'a>>,
        line: usize,
    },
    /// `[item for name in list if condition]`
    Each {
        item: Box<Expr<'a>>,
        names: Vec<&'a str>,
        list: Box<Expr<'a>>,
        condition: Option<Box<Expr<'a>>>,
    },
    /// Anything else, of which only the parts matter.
    Of(Vec<Expr<'a>>),
}

/// The statements of a template; none where they are not understood.
pub fn read(text: &str) -> Option<Vec<Node<'_>>> {
    let mut parser = Parser { tokens: tokens(text), at: 0 };
    let nodes = parser.nodes(&[])?;
    (parser.at == parser.tokens.len()).then_some(nodes)
}

/// Goes through the code from left to right; nothing is taken back.
pub(super) struct Parser<'a> {
    tokens: Vec<(Token<'a>, usize)>,
    at: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    pub(super) fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |(_, line)| *line)
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let (token, _) = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token.clone())
    }

    /// Whether the next token is this one, which is then taken.
    pub(super) fn take(&mut self, token: &Token<'_>) -> bool {
        let fits = self.peek() == Some(token);
        self.at += usize::from(fits);
        fits
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        self.take(&Token::Sign(sign))
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        self.take(&Token::Name(word))
    }

    pub(super) fn name(&mut self) -> Option<&'a str> {
        match self.next()? {
            Token::Name(name) => Some(name),
            _ => None,
        }
    }

    fn close(&mut self) -> Option<()> {
        self.take(&Token::Close).then_some(())
    }

    /// Statements up to a tag with one of these words, of which `{%` and the word are taken, or to
    /// the end of the text.
    fn nodes(&mut self, ends: &[&str]) -> Option<Vec<Node<'a>>> {
        let mut nodes = Vec::new();
        loop {
            match self.next() {
                None if ends.is_empty() => return Some(nodes),
                Some(Token::OpenValue) => {
                    nodes.push(Node::Value(self.expression()?));
                    self.close()?;
                }
                Some(Token::OpenTag) => {
                    let end = match self.peek()? {
                        Token::Name(word) | Token::Sign(word) => ends.contains(word),
                        _ => false,
                    };
                    if end {
                        return Some(nodes);
                    }
                    self.tag(&mut nodes)?;
                }
                _ => return None,
            }
        }
    }

    fn tag(&mut self, nodes: &mut Vec<Node<'a>>) -> Option<()> {
        let word = match self.next()? {
            Token::Name(word) | Token::Sign(word) => word,
            _ => return None,
        };
        match word {
            "set" | "set_global" => self.set(word == "set_global", nodes)?,
            "include" | "extends" => {
                let Token::Text(name) = self.next()? else { return None };
                let node = if word == "include" { Node::Include } else { Node::Extends };
                nodes.push(node(name));
            }
            "for" => {
                let node = self.repetition()?;
                nodes.push(node);
            }
            "if" => {
                let node = self.condition()?;
                nodes.push(node);
            }
            "block" => {
                self.name()?;
                self.close()?;
                let body = self.body("endblock")?;
                nodes.push(Node::Inside(body));
                if matches!(self.peek(), Some(Token::Name(_))) {
                    self.at += 1;
                }
            }
            "filter" => {
                let mut arguments = vec![self.call()?];
                while self.sign("|") {
                    arguments.push(self.call()?);
                }
                self.close()?;
                nodes.push(Node::Value(Expr::Of(arguments.into_iter().flatten().collect())));
                nodes.push(Node::Inside(self.body("endfilter")?));
            }
            "component" => {
                // Its head names types and defaults, and no fields.
                while !matches!(self.peek()?, Token::Close) {
                    self.at += 1;
                }
                self.close()?;
                nodes.push(Node::Component(self.body("endcomponent")?));
                while !matches!(self.peek()?, Token::Close) {
                    self.at += 1;
                }
            }
            "<" => {
                let given = self.component()?;
                self.close()?;
                nodes.push(Node::Value(given));
                nodes.push(Node::Inside(self.body("</")?));
                self.dotted()?;
                self.sign(">").then_some(())?;
            }
            "break" | "continue" => {}
            _ => return None,
        }
        self.close()
    }

    /// Statements up to the tag with this word, which is taken, too.
    fn body(&mut self, end: &str) -> Option<Vec<Node<'a>>> {
        let body = self.nodes(&[end])?;
        self.at += 1;
        Some(body)
    }

    fn set(&mut self, global: bool, nodes: &mut Vec<Node<'a>>) -> Option<()> {
        let name = self.name()?;
        if self.sign("=") {
            let value = self.expression()?;
            nodes.push(Node::Set { name, value, global });
            return Some(());
        }
        let mut arguments = Vec::new();
        while self.sign("|") {
            arguments.extend(self.call()?);
        }
        self.close()?;
        nodes.push(Node::Inside(self.body("endset")?));
        nodes.push(Node::Set { name, value: Expr::Of(arguments), global });
        Some(())
    }

    fn repetition(&mut self) -> Option<Node<'a>> {
        let names = self.loop_names()?;
        let list = self.expression()?;
        self.close()?;
        let body = self.nodes(&["endfor", "else"])?;
        let otherwise = match self.name()? {
            "else" => {
                self.close()?;
                self.body("endfor")?
            }
            _ => Vec::new(),
        };
        Some(Node::For { names, list, body, otherwise })
    }

    /// Whether the `if` that follows is that of a comprehension, which has no `else`.
    pub(super) fn in_comprehension(&self) -> bool {
        let mut depth = 0;
        for (token, _) in &self.tokens[self.at..] {
            match token {
                Token::Sign("[" | "(" | "{" | "?[") => depth += 1,
                Token::Sign("]" | ")" | "}") if depth == 0 => return true,
                Token::Sign("]" | ")" | "}") => depth -= 1,
                Token::Name("else") if depth == 0 => return false,
                Token::Close => return false,
                _ => {}
            }
        }
        false
    }

    /// `name in` or `key, name in`
    pub(super) fn loop_names(&mut self) -> Option<Vec<&'a str>> {
        let mut names = vec![self.name()?];
        if self.sign(",") {
            names.push(self.name()?);
        }
        self.word("in").then_some(names)
    }

    fn condition(&mut self) -> Option<Node<'a>> {
        let condition = self.expression()?;
        self.close()?;
        let body = self.nodes(&["elif", "else", "endif"])?;
        let otherwise = match self.name()? {
            "elif" => vec![self.condition()?],
            "else" => {
                self.close()?;
                self.body("endif")?
            }
            _ => Vec::new(),
        };
        Some(Node::If { condition, body, otherwise })
    }
}
