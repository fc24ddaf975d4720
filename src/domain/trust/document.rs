//! A trust policy's text as statements. What AWS would not take is an error, never a guess.

use super::json::Json;
use super::principal::Principal;

/// A trust policy.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) statements: Vec<Statement>,
    /// Whether `${…}` is a variable: only in the version of 2012.
    pub(super) has_variables: bool,
}

/// One statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) is_allow: bool,
    /// `None` for `NotPrincipal`.
    pub(super) principals: Option<Vec<Principal>>,
    pub(super) actions: Named<Vec<String>>,
    pub(super) conditions: Vec<Condition>,
}

/// What is named, or everything else.
#[derive(Debug)]
pub(super) enum Named<T> {
    These(T),
    AllBut(T),
}

/// One key of one operator.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) operator: String,
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

/// Why a text is no trust policy.
type Fault = String;

/// Reads a trust policy, percent-encoded as IAM's GetRole gives it or not.
pub(super) fn parse(text: &str) -> Result<Document, Fault> {
    let decoded = decode(text)?;
    let json: Json = serde_json::from_str(&decoded).map_err(|error| error.to_string())?;
    let mut fields = Fields::of(json, "the policy")?;
    let has_variables = match fields.take("Version") {
        None => false,
        Some(Json::Text(version)) if version == "2012-10-17" => true,
        Some(Json::Text(version)) if version == "2008-10-17" => false,
        Some(_) => return Err("the Version is neither 2012-10-17 nor 2008-10-17".to_owned()),
    };
    fields.take("Id");
    let statements = fields.take("Statement").ok_or("the policy has no Statement")?;
    fields.end()?;
    let statements = match statements {
        Json::List(statements) => statements,
        one => vec![one],
    };
    let statements = statements.into_iter().map(statement).collect::<Result<_, _>>()?;
    Ok(Document { statements, has_variables })
}

/// RFC 3986, once, and only if the text begins with an encoded brace: `+` is a plus.
fn decode(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if !text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%7b")) {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, encoded)) = rest.split_once('%') {
        bytes.extend_from_slice(plain.as_bytes());
        let digits = encoded.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or("`%` stands before something else than two hexadecimal digits")?);
        rest = &encoded[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_err(|_| "the decoded text is no UTF-8".to_owned())
}

fn statement(json: Json) -> Result<Statement, Fault> {
    let mut fields = Fields::of(json, "a Statement")?;
    fields.take("Sid");
    let is_allow = match fields.take("Effect") {
        Some(Json::Text(effect)) if effect == "Allow" => true,
        Some(Json::Text(effect)) if effect == "Deny" => false,
        _ => return Err("an Effect is Allow or Deny".to_owned()),
    };
    let principals = match (fields.take("Principal"), fields.take("NotPrincipal")) {
        (Some(principal), None) => Some(principals(principal)?),
        (None, Some(_)) => None,
        _ => return Err("a Statement has one Principal".to_owned()),
    };
    let actions = match (fields.take("Action"), fields.take("NotAction")) {
        (Some(these), None) => Named::These(actions(&these)?),
        (None, Some(others)) => Named::AllBut(actions(&others)?),
        _ => return Err("a Statement has one Action".to_owned()),
    };
    let conditions = fields.take("Condition").map(conditions).transpose()?.unwrap_or_default();
    fields.end()?;
    Ok(Statement { is_allow, principals, actions, conditions })
}

fn principals(json: Json) -> Result<Vec<Principal>, Fault> {
    if json.as_text() == Some("*") {
        return Ok(vec![Principal::Any]);
    }
    let mut out = Vec::new();
    for (kind, named) in Fields::of(json, "a Principal")?.0 {
        for text in texts(&named, "a principal")? {
            out.push(Principal::parse(&kind, text)?);
        }
    }
    if out.is_empty() { Err("a Principal names nobody".to_owned()) } else { Ok(out) }
}

fn actions(json: &Json) -> Result<Vec<String>, Fault> {
    let actions = texts(json, "an action")?;
    match actions.iter().find(|action| *action != "*" && !action.contains(':')) {
        Some(action) => Err(format!("`{action}` is no action: sts:AssumeRole is")),
        None => Ok(actions),
    }
}

/// One text or some; none is a fault.
fn texts(json: &Json, what: &str) -> Result<Vec<String>, Fault> {
    let texts = json.one_or_more().iter().map(|text| text.as_text().map(str::to_owned));
    let texts: Option<Vec<String>> = texts.collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| format!("{what} is a text"))
}

fn conditions(json: Json) -> Result<Vec<Condition>, Fault> {
    let mut out = Vec::new();
    for (operator, keys) in Fields::of(json, "a Condition")?.0 {
        for (key, values) in Fields::of(keys, "a condition's operator")?.0 {
            let values = values.one_or_more().iter().map(value);
            let values: Vec<String> = values.collect::<Result<_, _>>()?;
            if values.is_empty() {
                return Err(format!("the condition on {key} has no value"));
            }
            out.push(Condition { operator: operator.clone(), key, values });
        }
    }
    Ok(out)
}

fn value(json: &Json) -> Result<String, Fault> {
    match json {
        Json::Text(text) | Json::Number(text) => Ok(text.clone()),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Null | Json::List(_) | Json::Object(_) => {
            Err("a condition's value is a text, a number or a boolean".to_owned())
        }
    }
}

/// The fields of an object, taken one after the other; what is left at the end is unknown to IAM.
struct Fields(Vec<(String, Json)>);

impl Fields {
    fn of(json: Json, what: &str) -> Result<Self, Fault> {
        match json {
            Json::Object(fields) => Ok(Fields(fields)),
            _ => Err(format!("{what} is an object")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn end(self) -> Result<(), Fault> {
        match self.0.first() {
            Some((name, _)) => Err(format!("`{name}` does not belong in a trust policy")),
            None => Ok(()),
        }
    }
}
