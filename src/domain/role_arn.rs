//! An IAM role ARN, and why something that looks like one is none.
//!
//! Grammar: `arn:PARTITION:iam::ACCOUNT:role[/PATH/]NAME`, from AWS's service models.

use std::fmt;

use super::invalid::{Invalid, show};
use super::partition::{PARTITIONS, Partition};

const EXAMPLE: &str = "arn:aws:iam::123456789098:role/report-portal";

/// A role ARN that a pod can have and that kube2iam reads literally.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleArn {
    text: String,
    partition: Partition,
    account: String,
    path_and_name: String,
}

impl RoleArn {
    /// Reads a role ARN.
    ///
    /// # Errors
    /// Whatever is no role ARN, with the column; and a role whose path AWS allows but that would
    /// mean something else in the annotation: `*` and `?` are patterns to kube2iam, `//` is
    /// redirected by its web server, quotes and backslashes don't survive JSON in YAML in a patch.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_characters(text)?;
        let mut scanner = Scanner { text, at: 0 };
        scanner.expect_arn()?;
        let partition = scanner.partition()?;
        scanner.expect_iam()?;
        let account = scanner.account()?;
        let path_and_name = scanner.resource()?;
        Ok(RoleArn {
            text: text.to_owned(),
            partition,
            account: account.to_owned(),
            path_and_name: path_and_name.to_owned(),
        })
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The partition.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// The twelve digits of the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The name without the path: what IAM's GetRole takes.
    pub fn name(&self) -> &str {
        self.path_and_name.rsplit('/').next().unwrap_or_default()
    }

    /// The path, `/` if there is none.
    pub fn path(&self) -> String {
        let name_at = self.path_and_name.len() - self.name().len();
        format!("/{}", &self.path_and_name[..name_at])
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn refuse<T>(text: &str, at: usize, message: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid::at(text, at, message, EXAMPLE))
}

fn check_characters(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::whole("a role ARN is needed", EXAMPLE));
    }
    for (at, c) in text.char_indices() {
        match c {
            '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => {
                return refuse(text, at, "leave out the quotes");
            }
            '\\' => return refuse(text, at, "a backslash would be read as an escape"),
            '*' | '?' => {
                return refuse(
                    text,
                    at,
                    format!(
                        "{} is a pattern to kube2iam: it would allow more than one role",
                        show(c)
                    ),
                );
            }
            c if !('\u{21}'..='\u{7e}').contains(&c) => {
                return refuse(text, at, format!("an ARN can't hold {}", show(c)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Walks along the ARN; `at` is always the byte that an error would point to.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The text up to the next colon, and moves behind that colon.
    fn field(&mut self, next: &str) -> Result<&'a str, Invalid> {
        let Some((field, _)) = self.rest().split_once(':') else {
            return refuse(self.text, self.text.len(), format!("the ARN goes on with {next}"));
        };
        self.at += field.len() + 1;
        Ok(field)
    }

    fn expect_arn(&mut self) -> Result<(), Invalid> {
        let rest = self.rest();
        if rest.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("arn:"))
            && !rest.starts_with("arn:")
        {
            return refuse(self.text, 0, "`arn` is lower case, or kube2iam never matches it");
        }
        if !rest.starts_with("arn:") {
            let message = match "arn:".starts_with(rest) {
                true => "the ARN goes on with arn:aws:iam::ACCOUNT:role/NAME",
                false => "a role is given as its whole ARN, not by its name",
            };
            let at = if "arn:".starts_with(rest) { self.text.len() } else { 0 };
            return refuse(self.text, at, message);
        }
        self.at += 4;
        Ok(())
    }

    fn partition(&mut self) -> Result<Partition, Invalid> {
        let start = self.at;
        let id = self.field("a partition, such as aws")?;
        Partition::by_id(id).map_or_else(
            || {
                let known: Vec<&str> = PARTITIONS.iter().map(|p| p.id).collect();
                refuse(
                    self.text,
                    start,
                    format!("no partition of AWS: it has {}", known.join(", ")),
                )
            },
            Ok,
        )
    }

    fn expect_iam(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        match self.field("iam::ACCOUNT:role/NAME")? {
            "iam" => {}
            "sts" if self.rest().contains(":assumed-role/") => {
                return refuse(self.text, start, ASSUMED_ROLE);
            }
            _ => return refuse(self.text, start, "a role belongs to the service iam"),
        }
        let start = self.at;
        if !self.field(":ACCOUNT:role/NAME")?.is_empty() {
            return refuse(
                self.text,
                start,
                "IAM has no regions: write iam:: with nothing between",
            );
        }
        Ok(())
    }

    fn account(&mut self) -> Result<&'a str, Invalid> {
        let start = self.at;
        let account = self.field("an account of 12 digits")?;
        if let Some(at) = account.bytes().position(|b| !b.is_ascii_digit()) {
            return refuse(self.text, start + at, "an account has digits only");
        }
        if account.len() != 12 {
            let message = format!("an account has 12 digits, this has {}", account.len());
            return refuse(self.text, start, message);
        }
        Ok(account)
    }

    fn resource(&mut self) -> Result<&'a str, Invalid> {
        let start = self.at;
        let resource = self.rest();
        let Some(path_and_name) = resource.strip_prefix("role/") else {
            return refuse(self.text, start, not_a_role(resource));
        };
        self.at += "role/".len();
        self.check_path_and_name(path_and_name)?;
        Ok(path_and_name)
    }

    fn check_path_and_name(&self, path_and_name: &str) -> Result<(), Invalid> {
        if let Some(at) = path_and_name.find("//").or(path_and_name.starts_with('/').then_some(0)) {
            let message = "`//` in a path: kube2iam's web server would redirect to another role";
            return refuse(self.text, self.at + at, message);
        }
        let name = path_and_name.rsplit('/').next().unwrap_or_default();
        let name_at = self.at + path_and_name.len() - name.len();
        if name.is_empty() {
            return refuse(self.text, self.text.len(), "the role's name is missing");
        }
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
        if let Some(at) = name.bytes().position(|b| !legal(b)) {
            let c = name[at..].chars().next().unwrap_or(' ');
            let message =
                format!("a role name has letters, digits and _+=,.@- only, not {}", show(c));
            return refuse(self.text, name_at + at, message);
        }
        if name.len() > 64 {
            let message = format!("a role name has up to 64 characters, this has {}", name.len());
            return refuse(self.text, name_at + 64, message);
        }
        // The path counts with both its slashes.
        if path_and_name.len() - name.len() + 1 > 512 {
            return refuse(self.text, self.at, "a path has up to 512 characters");
        }
        Ok(())
    }
}

const ASSUMED_ROLE: &str = "this is a session of a role, not the role: its path is missing here, ask IAM for the role's ARN";

fn not_a_role(resource: &str) -> &'static str {
    let is = |kind: &str| resource.starts_with(kind);
    match () {
        () if is("user") => "this is a user, kube2iam can only assume roles",
        () if is("instance-profile") => "this is an instance profile: write the role inside it",
        () if is("assumed-role") => ASSUMED_ROLE,
        () if is("group") => "this is a group, kube2iam can only assume roles",
        () if is("policy") => "this is a policy, kube2iam can only assume roles",
        () if is("root") => "this is the account itself, kube2iam can only assume roles",
        () if is("role:") => "after `role` comes a slash",
        () if "role/".starts_with(resource) => "the ARN goes on with role/NAME",
        () => "after the account comes role/NAME",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_parts() {
        let arn = RoleArn::parse("arn:aws-cn:iam::123456789098:role/team/a/app+x").unwrap();
        assert_eq!((arn.partition().id, arn.account()), ("aws-cn", "123456789098"));
        assert_eq!((arn.name(), arn.path().as_str()), ("app+x", "/team/a/"));
        assert_eq!(RoleArn::parse(EXAMPLE).unwrap().path(), "/");
    }

    #[test]
    fn refuses_what_is_no_role_at_the_right_column() {
        let cases = [
            ("", None),
            ("report-portal", Some(1)),
            ("arn", Some(4)),
            ("ARN:aws:iam::123456789098:role/x", Some(1)),
            ("arn:aw:iam::123456789098:role/x", Some(5)),
            ("arn:aws:s3::123456789098:role/x", Some(9)),
            ("arn:aws:iam:us-east-1:123456789098:role/x", Some(13)),
            ("arn:aws:iam::12345678909:role/x", Some(14)),
            ("arn:aws:iam::12345678909x:role/x", Some(25)),
            ("arn:aws:iam::123456789098:user/deploy", Some(27)),
            ("arn:aws:iam::123456789098:instance-profile/x", Some(27)),
            ("arn:aws:sts::123456789098:assumed-role/x/s", Some(9)),
            ("arn:aws:iam::123456789098:root", Some(27)),
            ("arn:aws:iam::123456789098:role", Some(27)),
            ("arn:aws:iam::123456789098:role/", Some(32)),
            ("arn:aws:iam::123456789098:role:x", Some(27)),
            ("arn:aws:iam::123456789098:role//x", Some(32)),
            ("arn:aws:iam::123456789098:role/a//x", Some(33)),
            ("arn:aws:iam::123456789098:role/a*b/x", Some(33)),
            ("arn:aws:iam::123456789098:role/a b", Some(33)),
            ("arn:aws:iam::123456789098:role/x\n", Some(33)),
            ("\"arn:aws:iam::123456789098:role/x\"", Some(1)),
            ("arn:aws:iam::123456789098:role/a\\x", Some(33)),
            ("arn:aws:iam::123456789098:role/ä", Some(32)),
        ];
        for (text, column) in cases {
            assert_eq!(RoleArn::parse(text).unwrap_err().column, column, "{text:?}");
        }
        let long = format!("arn:aws:iam::123456789098:role/{}", "x".repeat(65));
        assert_eq!(RoleArn::parse(&long).unwrap_err().column, Some(96));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(arn:aws:iam::)?\\PC{0,40}") {
            if let Ok(arn) = RoleArn::parse(&text) {
                proptest::prop_assert_eq!(arn.as_str(), text);
            }
        }
    }
}
