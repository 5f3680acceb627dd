//! Arithmetic over named figures: `sales - cost`, `visits / months`. Exact, and absent where any
//! part is absent.

use super::Exact;

/// A parsed formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Number(Exact),
    Name(String),
    Pair(Box<Node>, Sign, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

/// A piece of a formula that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A sign, a bracket or a number.
    Text(String),
    Name(&'a str),
}

/// Why a text is not a formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at “{rest}”; a formula is metrics, numbers, + - * / and brackets")]
pub struct NotAFormula {
    what: &'static str,
    rest: String,
}

impl Formula {
    /// Reads a formula; the usual precedence holds.
    ///
    /// # Errors
    /// What was met instead, and where.
    pub fn parse(text: &str) -> Result<Self, NotAFormula> {
        let mut reader = Reader { rest: text, depth: 0 };
        let root = reader.sum()?;
        match reader.rest.trim_start() {
            "" => Ok(Self { text: text.trim().to_owned(), root }),
            _ => Err(reader.refuse("unexpected text")),
        }
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names that the formula needs, in order of appearance, each once.
    pub fn names(&self) -> Vec<&str> {
        fn collect<'a>(node: &'a Node, names: &mut Vec<&'a str>) {
            match node {
                Node::Number(_) => {}
                Node::Name(name) => {
                    if !names.contains(&name.as_str()) {
                        names.push(name);
                    }
                }
                Node::Pair(left, _, right) => {
                    collect(left, names);
                    collect(right, names);
                }
            }
        }
        let mut names = Vec::new();
        collect(&self.root, &mut names);
        names
    }

    /// Whether it has a quotient: its values are then levels, which do not add over time.
    pub fn divides(&self) -> bool {
        fn any(node: &Node) -> bool {
            match node {
                Node::Number(_) | Node::Name(_) => false,
                Node::Pair(left, sign, right) => *sign == Sign::Over || any(left) || any(right),
            }
        }
        any(&self.root)
    }

    /// Whether it only adds, subtracts and multiplies by numbers: its values then add over units
    /// and time wherever those of its names do.
    pub fn is_linear(&self) -> bool {
        fn degree(node: &Node) -> Option<u32> {
            match node {
                Node::Number(_) => Some(0),
                Node::Name(_) => Some(1),
                Node::Pair(left, Sign::Plus | Sign::Minus, right) => {
                    // A number beside a name would be added once for each part.
                    let (left, right) = (degree(left)?, degree(right)?);
                    (left == right).then_some(left)
                }
                Node::Pair(left, Sign::Times, right) => Some(degree(left)? + degree(right)?),
                Node::Pair(left, Sign::Over, right) => {
                    (degree(right)? == 0).then(|| degree(left)).flatten()
                }
            }
        }
        degree(&self.root) == Some(1)
    }

    /// What `name` must be for the formula to come to `value`; `None` where it stands there not
    /// once, or nothing or more than one thing would do.
    pub fn solve(
        &self,
        name: &str,
        value: Exact,
        look_up: &mut dyn FnMut(&str) -> Option<Exact>,
    ) -> Option<Exact> {
        fn count(node: &Node, name: &str) -> usize {
            match node {
                Node::Number(_) => 0,
                Node::Name(other) => usize::from(other == name),
                Node::Pair(left, _, right) => count(left, name) + count(right, name),
            }
        }
        let mut node = &self.root;
        let mut value = value;
        if count(node, name) != 1 {
            return None;
        }
        while let Node::Pair(left, sign, right) = node {
            let on_the_left = count(left, name) == 1;
            let (open, known) = if on_the_left { (left, right) } else { (right, left) };
            let known = eval(known, look_up)?;
            value = match (sign, on_the_left) {
                (Sign::Plus, _) => value - known,
                (Sign::Minus, true) => value + known,
                (Sign::Minus, false) => known - value,
                (Sign::Times, _) => value.over(&known)?,
                (Sign::Over, true) => value * known,
                (Sign::Over, false) => known.over(&value)?,
            };
            node = open;
        }
        Some(value)
    }

    /// The formula piece by piece, with brackets around all that is put together: a spreadsheet
    /// reads it as it is meant.
    pub fn tokens(&self) -> Vec<Token<'_>> {
        fn write<'a>(node: &'a Node, tokens: &mut Vec<Token<'a>>) {
            let text = |text: &str| Token::Text(text.to_owned());
            match node {
                Node::Number(number) => {
                    tokens.push(Token::Text(format!("({})", super::round::to_plain(number))));
                }
                Node::Name(name) => tokens.push(Token::Name(name)),
                Node::Pair(left, sign, right) => {
                    let sign = match sign {
                        Sign::Plus => "+",
                        Sign::Minus => "-",
                        Sign::Times => "*",
                        Sign::Over => "/",
                    };
                    tokens.push(text("("));
                    write(left, tokens);
                    tokens.push(text(sign));
                    write(right, tokens);
                    tokens.push(text(")"));
                }
            }
        }
        let mut tokens = Vec::new();
        write(&self.root, &mut tokens);
        tokens
    }

    /// The formula as people write it, with no more brackets than it needs; `times` and `over` are
    /// the signs, `name` writes a name.
    pub fn written(
        &self,
        [times, over]: [&str; 2],
        name: &mut dyn FnMut(&str) -> String,
    ) -> String {
        fn write(node: &Node, signs: [&str; 2], name: &mut dyn FnMut(&str) -> String) -> String {
            let (left, sign, right) = match node {
                Node::Number(number) => return super::round::to_plain(number),
                Node::Name(of) => return name(of),
                Node::Pair(left, sign, right) => (left, sign, right),
            };
            let mut side = |node: &Node, brackets: bool| {
                let text = write(node, signs, name);
                if brackets { format!("({text})") } else { text }
            };
            let adds = |node: &Node| matches!(node, Node::Pair(_, Sign::Plus | Sign::Minus, _));
            let pair = |node: &Node| matches!(node, Node::Pair(..));
            let (word, brackets) = match sign {
                Sign::Plus => (" + ", [false, false]),
                Sign::Minus => (" − ", [false, adds(right)]),
                Sign::Times => (signs[0], [adds(left), adds(right)]),
                Sign::Over => (signs[1], [adds(left), pair(right)]),
            };
            format!("{}{word}{}", side(left, brackets[0]), side(right, brackets[1]))
        }
        write(&self.root, [times, over], name)
    }

    /// The value, given a look-up of names; `None` where a name is absent or a divisor is zero.
    pub fn value(&self, look_up: &mut dyn FnMut(&str) -> Option<Exact>) -> Option<Exact> {
        eval(&self.root, look_up)
    }
}

fn eval(node: &Node, look_up: &mut dyn FnMut(&str) -> Option<Exact>) -> Option<Exact> {
    match node {
        Node::Number(number) => Some(number.clone()),
        Node::Name(name) => look_up(name),
        Node::Pair(left, sign, right) => {
            let (left, right) = (eval(left, look_up)?, eval(right, look_up)?);
            match sign {
                Sign::Plus => Some(left + right),
                Sign::Minus => Some(left - right),
                Sign::Times => Some(left * right),
                Sign::Over => left.over(&right),
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    const DEEPEST: usize = 64;

    fn refuse(&self, what: &'static str) -> NotAFormula {
        NotAFormula { what, rest: self.rest.trim_start().chars().take(24).collect() }
    }

    fn take(&mut self, sign: char) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn sum(&mut self) -> Result<Node, NotAFormula> {
        let mut left = self.product()?;
        loop {
            let sign = if self.take('+') {
                Sign::Plus
            } else if self.take('-') {
                Sign::Minus
            } else {
                return Ok(left);
            };
            left = Node::Pair(Box::new(left), sign, Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Node, NotAFormula> {
        let mut left = self.atom()?;
        loop {
            let sign = if self.take('*') {
                Sign::Times
            } else if self.take('/') {
                Sign::Over
            } else {
                return Ok(left);
            };
            left = Node::Pair(Box::new(left), sign, Box::new(self.atom()?));
        }
    }

    fn atom(&mut self) -> Result<Node, NotAFormula> {
        if self.take('(') {
            self.depth += 1;
            if self.depth > Self::DEEPEST {
                return Err(self.refuse("brackets nested too deep"));
            }
            let inner = self.sum()?;
            self.depth -= 1;
            return if self.take(')') { Ok(inner) } else { Err(self.refuse("no closing bracket")) };
        }
        let rest = self.rest.trim_start();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let node = match word.chars().next() {
            None => return Err(self.refuse("nothing to compute with")),
            Some(first) if first.is_ascii_digit() || first == '.' => {
                Node::Number(Exact::parse(word).map_err(|_| self.refuse("not a number"))?)
            }
            Some(_) => Node::Name(word.to_owned()),
        };
        self.rest = after;
        Ok(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<Exact> {
        Formula::parse(text).unwrap().value(&mut |name| match name {
            "sales" => Some(Exact::from(100)),
            "cost" => Some(Exact::from(60)),
            "months" => Some(Exact::from(3)),
            _ => None,
        })
    }

    #[test]
    fn computes_exactly_and_in_order() {
        assert_eq!(value("sales - cost - 10"), Some(Exact::from(30)));
        assert_eq!(value("(sales - cost) / months * 3"), Some(Exact::from(40)));
        assert_eq!(value("sales + cost * 2"), Some(Exact::from(220)));
    }

    #[test]
    fn an_absent_part_or_a_zero_divisor_makes_it_absent() {
        assert_eq!(value("sales + missing"), None);
        assert_eq!(value("sales / (cost - 60)"), None);
    }

    #[test]
    fn a_formula_is_solved_for_a_name_that_stands_there_once() {
        let solved = |text: &str, name: &str, value: i64| {
            let formula = Formula::parse(text).unwrap();
            let known = |name: &str| match name {
                "a" => Some(Exact::from(6)),
                "b" => Some(Exact::from(3)),
                _ => None,
            };
            let found = formula.solve(name, Exact::from(value), &mut { known })?;
            let mut with =
                |other: &str| if other == name { Some(found.clone()) } else { known(other) };
            assert_eq!(formula.value(&mut with), Some(Exact::from(value)), "{text}");
            Some(found)
        };
        assert_eq!(solved("a * b * x", "x", 90), Some(Exact::from(5)));
        assert_eq!(solved("a - (x + b)", "x", 1), Some(Exact::from(2)));
        assert_eq!(solved("a / (b - x)", "x", 3), Some(Exact::from(1)));
        assert_eq!(solved("x / b - a", "x", 4), Some(Exact::from(30)));
        assert_eq!(solved("x * a + x", "x", 4), None);
        assert_eq!(solved("(a - 2 * b) * x", "x", 4), None);
        assert_eq!(solved("a / x", "x", 0), None);
        assert_eq!(solved("a + b", "x", 4), None);
    }

    #[test]
    fn only_sums_and_multiples_are_linear() {
        for (text, linear) in [
            ("a - b", true),
            ("2 * (a + b) / 3", true),
            ("a * b", false),
            ("a / b", false),
            ("a + 1", false),
            ("5", false),
        ] {
            assert_eq!(Formula::parse(text).unwrap().is_linear(), linear, "{text}");
        }
    }

    #[test]
    fn a_formula_is_written_with_the_brackets_that_it_needs() {
        for text in
            ["a + b - c", "a - (b - c)", "a / (b * c)", "(a + b) * c", "a * b / c", "a / (b / 2)"]
        {
            let formula = Formula::parse(text).unwrap();
            let written = formula.written([" * ", " / "], &mut str::to_owned).replace('−', "-");
            assert_eq!(written, text);
        }
    }

    #[test]
    fn wrong_formulas_are_refused() {
        for wrong in ["", "sales +", "(sales", "sales cost", "1.2.3", "sales $ cost"] {
            assert!(Formula::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Formula::parse(&"(".repeat(100_000)).is_err());
    }
}
