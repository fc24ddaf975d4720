//! AWS regions and service names, as they stand in host names.

use std::fmt;

use super::invalid::{Invalid, show};
use super::partition::Partition;

/// An AWS region, such as `us-east-1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

/// An AWS service by the name in its endpoints, such as `sqs` or `s3`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service(String);

const REGION_EXAMPLE: &str = "us-east-1";
const SERVICE_EXAMPLE: &str = "sqs";

impl Region {
    /// Reads a region. New regions appear, so the form is checked, not a list.
    ///
    /// # Errors
    /// Anything but words of lower-case letters joined by `-`, with a number at the end.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::whole("a region is needed", REGION_EXAMPLE));
        }
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| !legal(c)) {
            let message =
                format!("a region has lower-case letters, digits and `-`, not {}", show(c));
            return Err(Invalid::at(text, at, message, REGION_EXAMPLE));
        }
        let parts: Vec<&str> = text.split('-').collect();
        let (number, words) = parts.split_last().unwrap_or((&"", &[]));
        let is_word = |w: &&str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase());
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        if words.len() < 2 || !words.iter().all(is_word) || !is_number || text.len() > 40 {
            let message = "a region has the form area-place-number";
            let zone = number.strip_suffix(|c: char| c.is_ascii_lowercase());
            let message = match zone {
                Some(n) if n.bytes().all(|b| b.is_ascii_digit()) && !n.is_empty() => {
                    "this is an availability zone: leave out its last letter"
                }
                _ => message,
            };
            return Err(Invalid::whole(message, REGION_EXAMPLE));
        }
        Ok(Region(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition that it belongs to.
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.0)
    }
}

impl Service {
    /// Reads a service name.
    ///
    /// # Errors
    /// Anything but lower-case letters, digits, `-` and `.` (`api.ecr`), as host names have them.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::whole("a service is needed", SERVICE_EXAMPLE));
        }
        let legal =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| !legal(c)) {
            let message = format!(
                "a service is named as in its host name, in lower case, without {}",
                show(c)
            );
            return Err(Invalid::at(text, at, message, SERVICE_EXAMPLE));
        }
        if text.len() > 63 || text.split('.').any(|l| l.is_empty() || l.starts_with('-')) {
            return Err(Invalid::whole("this can't stand in a host name", SERVICE_EXAMPLE));
        }
        Ok(Service(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_a_form() {
        for good in ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "ap-southeast-10"] {
            assert!(Region::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "us-east", "us_east_1", "US-EAST-1", "us-east-1a", "*", "us--1"] {
            assert!(Region::parse(bad).is_err(), "{bad}");
        }
        assert!(Region::parse("us-east-1a").unwrap_err().message.contains("availability zone"));
    }

    #[test]
    fn services_are_host_names() {
        assert!(Service::parse("api.ecr").is_ok());
        for bad in ["", "S3", "*", "a b", ".s3", "s3\""] {
            assert!(Service::parse(bad).is_err(), "{bad}");
        }
    }
}
