//! Kubernetes label keys and values.

use super::invalid::{Invalid, show};

const EXAMPLE: &str = "app=report-portal";

/// Checks a label value: up to 63 characters, letters and digits at both ends.
///
/// # Errors
/// What the API server refuses.
pub fn check_value(text: &str) -> Result<(), Invalid> {
    check_part(text, "a label value", true)
}

/// Checks a label key: an optional DNS prefix and `/`, then a name.
///
/// # Errors
/// What the API server refuses.
pub fn check_key(text: &str) -> Result<(), Invalid> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if let Some(prefix) = prefix {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        if let Some((at, c)) = prefix.char_indices().find(|&(_, c)| !legal(c)) {
            let message = format!("the part before `/` is a DNS name, without {}", show(c));
            return Err(Invalid::at(text, at, message, EXAMPLE));
        }
        if prefix.is_empty() || prefix.len() > 253 {
            return Err(Invalid::whole("the part before `/` is a DNS name", EXAMPLE));
        }
    }
    let shift = prefix.map_or(0, |p| p.chars().count() + 1);
    check_part(name, "a label key", false).map_err(|invalid| invalid.shifted(shift))
}

fn check_part(text: &str, what: &str, may_be_empty: bool) -> Result<(), Invalid> {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() {
        let wrong = Invalid::whole(format!("{what} is needed"), EXAMPLE);
        return if may_be_empty { Ok(()) } else { Err(wrong) };
    }
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| !legal(c)) {
        let message = format!("{what} has letters, digits and -_. only, not {}", show(c));
        return Err(Invalid::at(text, at, message, EXAMPLE));
    }
    if text.len() > 63 {
        let message = format!("{what} has up to 63 characters, this has {}", text.len());
        return Err(Invalid::at(text, 63, message, EXAMPLE));
    }
    let ends_well = |c: char| c.is_ascii_alphanumeric();
    if !text.starts_with(ends_well) || !text.ends_with(ends_well) {
        let message = format!("{what} begins and ends with a letter or digit");
        return Err(Invalid::whole(message, EXAMPLE));
    }
    Ok(())
}
