//! Addresses and ports in a policy: which of them the API server takes, and which the agent.

use std::net::IpAddr;

use super::values::{Refusal, agent, api_server};
use crate::domain::cidr::Cidr;

pub(super) fn cidr(text: &str) -> Option<Refusal> {
    const RULE: &str = "policy/bad-cidr";
    let Some((address, length)) = text.split_once('/') else {
        let message = format!("`{text}` has no prefix length, and is refused since Cilium 1.16");
        let longest = if text.contains(':') { 128 } else { 32 };
        return match text.parse::<IpAddr>() {
            Ok(_) => api_server(RULE, message, format!("write {text}/{longest}")),
            Err(_) => no_cidr(text),
        };
    };
    if Cidr::parse(text).is_some() {
        return None;
    }
    // The API server forgives leading zeros, the agent does not.
    let without_zeros: Vec<&str> = address.split('.').map(without_leading_zeros).collect();
    let forgiven = format!("{}/{}", without_zeros.join("."), without_leading_zeros(length));
    if Cidr::parse(&forgiven).is_some() {
        let message = format!("`{text}` has leading zeros");
        return agent(RULE, message, format!("write {forgiven}"));
    }
    no_cidr(text)
}

fn no_cidr(text: &str) -> Option<Refusal> {
    let help = "an address and a prefix length: 10.0.0.0/8, 169.254.169.254/32, fd00::/8";
    api_server("policy/bad-cidr", format!("`{text}` is no CIDR"), help)
}

fn without_leading_zeros(digits: &str) -> &str {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() && !digits.is_empty() { "0" } else { trimmed }
}

pub(super) fn port(text: &str) -> Option<Refusal> {
    const RULE: &str = "policy/bad-port";
    if is_service_name(text) || port_number(text).is_some() {
        return None;
    }
    let message = format!("`{text}` is no port");
    let help = match text.split_once('-') {
        Some((first, last)) if port_number(first).is_some() && port_number(last).is_some() => {
            format!("write port: \"{first}\" and endPort: {last}")
        }
        _ => "a number from 0 to 65535, or a name of up to 15 letters, digits and `-`".to_owned(),
    };
    if schema_takes_port(text) {
        agent(RULE, message, help)
    } else {
        api_server(RULE, message, help)
    }
}

/// The schema's pattern is only anchored at the beginning for numbers, at the end for names.
fn schema_takes_port(text: &str) -> bool {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let mut after = b'-';
    for b in text.bytes().rev() {
        match b {
            b'-' if after == b'-' => return false,
            _ if b.is_ascii_alphabetic() => return true,
            _ if b.is_ascii_digit() || b == b'-' => after = b,
            _ => return false,
        }
    }
    false
}

/// An IANA service name: letters, digits and single dashes inside, one letter at least.
fn is_service_name(text: &str) -> bool {
    text.len() <= 15
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// The number of a port, as Go parses it: a leading zero makes it octal.
pub(super) fn port_number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let radix = if text.len() > 1 && text.starts_with('0') { 8 } else { 10 };
    digits.then(|| u16::from_str_radix(text, radix).ok()).flatten()
}
