//! Reading a template against what it is given: every variable and helper that it names, also in
//! branches that are not taken, and whether it is used as what it is.

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::helpers::{BLOCKS, Gives, HELPERS, Helper, Takes, WIDEST, helper};
use super::slip::{Slip, offset};
use super::variables::{Kind, Variable};
use crate::domain::near::closest;

/// The lists that are gone through one within the other, each by the names that lead to it.
pub(super) type Loop = Vec<Vec<&'static str>>;

/// What a template was found to be.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What is wrong with it, from the top down.
    pub(super) slips: Vec<Slip>,
    /// Its loops.
    pub(super) loops: Vec<Loop>,
}

/// What `this` is, and the names that lead to it.
#[derive(Debug, Clone)]
struct Scope {
    kind: Kind,
    path: Vec<&'static str>,
}

struct Reader<'t> {
    text: &'t str,
    scopes: Vec<Scope>,
    /// The lists that are gone through here.
    lists: Loop,
    reading: Reading,
}

/// Reads a template that is given these variables.
pub(super) fn read(text: &str, template: &Template, given: &'static [Variable]) -> Reading {
    let scopes = vec![Scope { kind: Kind::Map(given), path: Vec::new() }];
    let mut reader = Reader { text, scopes, lists: Loop::new(), reading: Reading::default() };
    reader.elements(template, 0);
    reader.reading.slips.sort_by_key(|slip| slip.at);
    reader.reading
}

impl Reader<'_> {
    fn elements(&mut self, template: &Template, above: usize) {
        for (index, element) in template.elements.iter().enumerate() {
            let place = template.mapping.get(index);
            let at = place.map_or(above, |place| offset(self.text, place.0, place.1));
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                    self.inserted(call, at);
                }
                TemplateElement::HelperBlock(block) => self.block(block, at),
                _ => self.slip(Slip::syntax(at, "this can't be used in a template", "")),
            }
        }
    }

    fn slip(&mut self, slip: Slip) {
        self.reading.slips.push(slip);
    }

    /// Where a word stands that a tag mentions.
    fn find(&self, word: &str, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '@');
        let mut found = rest.match_indices(word).filter(|(begin, _)| {
            let (before, after) = (&rest[..*begin], &rest[begin + word.len()..]);
            !before.ends_with(is_part) && !after.starts_with(is_part)
        });
        found.next().map_or(at, |(begin, _)| at + begin)
    }

    /// A tag that writes something.
    fn inserted(&mut self, call: &HelperTemplate, at: usize) {
        let Some(kind) = self.value(call, at) else {
            return;
        };
        let name = call.name.as_name().unwrap_or_default();
        let at = self.find(name, at);
        let wrong = |message: String, help: String| Slip::new("template/value", at, message, help);
        match kind {
            Kind::Plain | Kind::Yaml | Kind::Switch | Kind::Number => {}
            Kind::Text => self.slip(wrong(
                format!("`{name}` is any text: without quotes it may become something else"),
                format!("{{{{yaml {name}}}}}"),
            )),
            Kind::List(_) => self.slip(wrong(
                format!("`{name}` is a list"),
                format!("{{{{#each {name}}}}}…{{{{/each}}}}"),
            )),
            Kind::Map(parts) => self.slip(wrong(
                format!("`{name}` has parts"),
                format!("one of {}", names(parts).join(", ")),
            )),
        }
    }

    /// What a variable or a call is; `None` if it is wrong, which is said.
    fn value(&mut self, call: &HelperTemplate, at: usize) -> Option<Kind> {
        let name = call.name.as_name().unwrap_or_default().to_owned();
        if call.params.is_empty() && call.hash.is_empty() && helper(&name).is_none() {
            return self.variable(&name, at);
        }
        self.no_extras(call, at)?;
        let Some(helper) = helper(&name) else {
            let help = did_you_mean(&name, HELPERS.iter().map(|helper| helper.name), "helpers");
            let message = format!("there is no helper `{name}`");
            self.slip(Slip::new("template/helper", self.find(&name, at), message, help));
            return None;
        };
        self.arguments(helper, &call.params, at)?;
        Some(match helper.gives {
            Gives::Yaml => Kind::Yaml,
            Gives::Switch => Kind::Switch,
            Gives::Number => Kind::Number,
        })
    }

    /// Named arguments and names for items are not known here.
    fn no_extras(&mut self, call: &HelperTemplate, at: usize) -> Option<()> {
        let is_plain = call.hash.is_empty() && call.block_param.is_none();
        if !is_plain {
            let help = "write {{this}} for the item, and {{../name}} for what is above";
            self.slip(Slip::syntax(at, "neither `name=value` nor `as |name|` can be used", help));
        }
        is_plain.then_some(())
    }

    fn arguments(&mut self, helper: Helper, given: &[Parameter], at: usize) -> Option<()> {
        let count = match helper.takes {
            Takes::Text | Takes::Countable => 1,
            Takes::TextAndWidth => 2,
            Takes::Values(count) => count,
        };
        let kinds: Vec<Option<Kind>> = given.iter().map(|one| self.parameter(one, at)).collect();
        let kinds: Vec<Kind> = kinds.into_iter().collect::<Option<_>>()?;
        let at = self.find(helper.name, at);
        let is_text = |kind: &Kind| matches!(kind, Kind::Plain | Kind::Text | Kind::Yaml);
        let fits = match (helper.takes, &kinds[..]) {
            (Takes::Text, [text]) => is_text(text),
            (Takes::TextAndWidth, [text, Kind::Number]) => is_text(text),
            (Takes::Countable, [one]) => is_text(one) || matches!(one, Kind::List(_)),
            (Takes::Values(count), kinds) => kinds.len() == count,
            _ => false,
        };
        if !fits {
            let (name, values) = (helper.name, if count == 1 { "value" } else { "values" });
            let what = match helper.takes {
                Takes::Text => "one text".to_owned(),
                Takes::TextAndWidth => "a text and a number".to_owned(),
                Takes::Countable => "one list or text".to_owned(),
                Takes::Values(_) => format!("{count} {values}"),
            };
            self.slip(Slip::new("template/value", at, format!("`{name}` takes {what}"), ""));
        }
        let width = given.get(1).filter(|_| helper.takes == Takes::TextAndWidth);
        if let Some(Parameter::Literal(width)) = width {
            if width.as_u64().is_none_or(|width| width > WIDEST) {
                let message = format!("the indentation is a number up to {WIDEST}");
                self.slip(Slip::new("template/value", at, message, ""));
            }
        }
        fits.then_some(())
    }

    fn parameter(&mut self, parameter: &Parameter, at: usize) -> Option<Kind> {
        match parameter {
            Parameter::Literal(value) if value.is_number() => Some(Kind::Number),
            Parameter::Literal(value) if value.is_boolean() => Some(Kind::Switch),
            Parameter::Literal(value) if value.is_string() => Some(Kind::Plain),
            Parameter::Literal(_) => {
                let help = "a text in quotes, a number, true or false";
                self.slip(Slip::syntax(at, "this value can't be used in a template", help));
                None
            }
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(call) => self.value(call, at),
                _ => None,
            },
            named => self.variable(named.as_name().unwrap_or_default(), at),
        }
    }

    fn block(&mut self, block: &HelperTemplate, at: usize) {
        let name = block.name.as_name().unwrap_or_default();
        if !BLOCKS.contains(&name) {
            let is_variable = self.scope_of(name).is_ok();
            let help = match is_variable {
                true => format!("{{{{#if {name}}}}} or {{{{#each {name}}}}}"),
                false => did_you_mean(name, BLOCKS.into_iter(), "blocks"),
            };
            let message = format!("there is no block `#{name}`");
            self.slip(Slip::new("template/helper", self.find(name, at), message, help));
            return;
        }
        let is_plain = self.no_extras(block, at).is_some();
        let list = match &block.params[..] {
            [one] if is_plain => self.condition(name, one, at),
            _ if is_plain => {
                let at = self.find(name, at);
                let message = format!("`#{name}` takes one value");
                self.slip(Slip::new("template/value", at, message, ""));
                None
            }
            _ => None,
        };
        self.body(block, list.as_ref(), name == "each", at);
    }

    /// What a block depends on: of `each`, what `this` becomes in it.
    fn condition(&mut self, name: &str, parameter: &Parameter, at: usize) -> Option<Scope> {
        let kind = self.parameter(parameter, at)?;
        if name != "each" {
            return None;
        }
        let raw = parameter.as_name().unwrap_or_default();
        match (kind, self.scope_of(raw)) {
            (Kind::List(item), Ok(list)) => Some(Scope { kind: *item, path: list.path }),
            _ => {
                let at = self.find(raw, at);
                let message = format!("`#each` takes a list, and `{raw}` is none");
                self.slip(Slip::new("template/value", at, message, "{{#if …}} asks for the rest"));
                None
            }
        }
    }

    fn body(&mut self, block: &HelperTemplate, list: Option<&Scope>, is_each: bool, at: usize) {
        // What an unknown list holds is not known: one mistake is said, not what follows from it.
        if list.is_some() || !is_each {
            if let Some(item) = list {
                self.lists.push(item.path.clone());
                self.reading.loops.push(self.lists.clone());
                self.scopes.push(item.clone());
            }
            if let Some(template) = &block.template {
                self.elements(template, at);
            }
            if list.is_some() {
                self.scopes.pop();
                self.lists.pop();
            }
        }
        if let Some(template) = &block.inverse {
            self.elements(template, at);
        }
    }

    fn variable(&mut self, raw: &str, at: usize) -> Option<Kind> {
        match self.scope_of(raw) {
            Ok(scope) => Some(scope.kind),
            Err(help) => {
                let message = format!("there is no variable `{raw}` here");
                self.slip(Slip::new("template/variable", self.find(raw, at), message, help));
                None
            }
        }
    }

    /// What a variable stands for, or what to write instead.
    fn scope_of(&self, raw: &str) -> Result<Scope, String> {
        let mut scopes = &self.scopes[..];
        let mut rest = raw;
        if let Some(below) = rest.strip_prefix("@root/").or_else(|| rest.strip_prefix("@root.")) {
            (scopes, rest) = (&scopes[..1], below);
        } else if let Some(local) = rest.strip_prefix('@') {
            return self.local(local);
        }
        while let Some(above) = rest.strip_prefix("../") {
            let (_, outer) = scopes.split_last().ok_or("nothing is above")?;
            (scopes, rest) = (outer, above);
        }
        let scope = scopes.last().ok_or("`../` leads further up than there are `#each` blocks")?;
        let rest = rest.strip_prefix("./").unwrap_or(rest);
        let rest = rest.strip_prefix("this/").or(rest.strip_prefix("this.")).unwrap_or(rest);
        if rest == "this" {
            return Ok(scope.clone());
        }
        let parts = rest.split(['.', '/']).map(|part| part.trim_matches(['[', ']']));
        parts.into_iter().try_fold(scope.clone(), |scope, part| self.part(&scope, part))
    }

    /// What handlebars itself knows about the item of a list.
    fn local(&self, name: &str) -> Result<Scope, String> {
        let kind = match name {
            "index" => Kind::Number,
            "first" | "last" => Kind::Switch,
            _ => return Err("there are @index, @first, @last and @root/…".to_owned()),
        };
        match self.lists.is_empty() {
            true => Err("only in `#each`".to_owned()),
            false => Ok(Scope { kind, path: Vec::new() }),
        }
    }

    fn part(&self, scope: &Scope, name: &str) -> Result<Scope, String> {
        let Kind::Map(parts) = scope.kind else {
            return Err(self.from_above(name).unwrap_or_else(|| "{{this}} is the item".to_owned()));
        };
        match parts.iter().find(|part| part.name == name) {
            Some(part) => {
                let path = scope.path.iter().copied().chain([part.name]).collect();
                Ok(Scope { kind: part.kind, path })
            }
            None => Err(self
                .from_above(name)
                .unwrap_or_else(|| did_you_mean(name, names(parts).into_iter(), "variables here"))),
        }
    }

    /// How a variable is reached that one of the outer blocks has.
    fn from_above(&self, name: &str) -> Option<String> {
        let above = self.scopes.iter().rev().enumerate().skip(1);
        let mut has = above.filter(|(_, scope)| {
            matches!(scope.kind, Kind::Map(parts) if parts.iter().any(|part| part.name == name))
        });
        has.next().map(|(levels, _)| format!("did you mean `{}{name}`?", "../".repeat(levels)))
    }
}

fn names(parts: &'static [Variable]) -> Vec<&'static str> {
    parts.iter().map(|part| part.name).collect()
}

fn did_you_mean(
    word: &str,
    known: impl Iterator<Item = &'static str> + Clone,
    what: &str,
) -> String {
    match closest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the {what} are {}", known.collect::<Vec<_>>().join(", ")),
    }
}
