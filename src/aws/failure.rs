//! A failed call as one plain line: the SDK's own words say only "service error".

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::domain::shell::CommandLine;

/// What is known of a failed call.
#[derive(Debug)]
pub(super) struct Failure {
    /// The error code that AWS sent.
    code: Option<String>,
    /// Why there were no credentials, if that was it.
    credentials: Option<String>,
    /// The status of an answer that did not come from AWS.
    foreign: Option<u16>,
    /// The texts of the error and its causes, outermost first.
    chain: Vec<String>,
}

impl Failure {
    pub(super) fn of<E>(error: &E, response: Option<&HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
    {
        let mut chain = vec![one_line(&error.to_string())];
        let mut credentials = None;
        let mut cause = error.source();
        while let Some(error) = cause {
            if let Some(found) = error.downcast_ref::<CredentialsError>() {
                credentials.get_or_insert_with(|| kind_of(found).to_owned());
            }
            chain.push(one_line(&error.to_string()));
            cause = error.source();
        }
        let body = response.and_then(|response| response.body().bytes()).unwrap_or_default();
        let body = String::from_utf8_lossy(body);
        let code = error.code().map(str::to_owned).or_else(|| code_in(&body));
        let is_foreign = code.is_none() && credentials.is_none();
        let foreign = response.filter(|_| is_foreign).map(|response| response.status().as_u16());
        Failure { code, credentials, foreign, chain }
    }

    pub(super) fn is_missing(&self) -> bool {
        self.code.as_deref() == Some("NoSuchEntity")
    }

    pub(super) fn is_denied(&self) -> bool {
        matches!(self.code.as_deref(), Some("AccessDenied" | "AccessDeniedException"))
    }

    /// The line for people: what happened, and what to do.
    pub(super) fn line(&self, call: &str, profile: Option<&str>, caller: Option<&str>) -> String {
        let login = CommandLine::of("aws sso login");
        let login = match profile {
            Some(profile) => login.flag("--profile", profile),
            None => login,
        };
        if let Some(kind) = &self.credentials {
            return self.credentials_line(kind, profile, &login);
        }
        let last = self.last();
        match self.code.as_deref() {
            Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => {
                format!("the AWS session has expired: log in again ({login})")
            }
            Some("InvalidClientTokenId" | "UnrecognizedClientException") => {
                "AWS does not know this access key: look at AWS_ACCESS_KEY_ID or the profile"
                    .to_owned()
            }
            Some("SignatureDoesNotMatch") => {
                "AWS rejected the signature: a wrong secret key, or this machine's clock is wrong"
                    .to_owned()
            }
            Some("Throttling" | "ThrottlingException" | "RequestLimitExceeded") => {
                "AWS throttled the call: try again in a moment".to_owned()
            }
            Some("AccessDenied" | "AccessDeniedException") => {
                let who = caller.map_or(String::new(), |caller| format!(" as {caller}"));
                format!("not allowed to call {call}{who}")
            }
            Some(code) => format!("AWS refused {call}: {code}"),
            None => match self.foreign {
                Some(status) => {
                    format!("the answer was not from AWS (a proxy or a login page?): HTTP {status}")
                }
                None => format!("AWS could not be reached: {last}"),
            },
        }
    }

    fn credentials_line(&self, kind: &str, profile: Option<&str>, login: &CommandLine) -> String {
        let says = |word: &str| self.chain.iter().any(|text| text.contains(word));
        let sso = says("SSO token has expired") || says("failed to load the cached SSO token");
        match (kind, profile) {
            _ if sso => format!("the SSO session has expired: {login}"),
            ("not loaded", Some(profile)) if says("was not defined") => {
                format!("the AWS profile {profile} is not in the AWS config file")
            }
            ("not loaded", None) if says("was not defined") => {
                "the AWS profile of AWS_PROFILE is not in the AWS config file".to_owned()
            }
            ("not loaded", _) => {
                "no AWS credentials: set AWS_PROFILE, or log in (aws sso login)".to_owned()
            }
            ("timed out", _) => "loading the AWS credentials took too long".to_owned(),
            _ => format!("the AWS credentials can't be loaded: {}", self.last()),
        }
    }

    fn last(&self) -> &str {
        self.chain.last().map_or("", String::as_str)
    }
}

fn kind_of(error: &CredentialsError) -> &'static str {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => "not loaded",
        CredentialsError::ProviderTimedOut(_) => "timed out",
        _ => "failed",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The code in an error body that the SDK does not read, as moto sends it.
fn code_in(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_code =
        !code.is_empty() && code.len() < 64 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    is_code.then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `aws_profile` comes from the repository, and the command is there to be pasted.
    #[test]
    fn the_command_to_log_in_holds_the_profile_as_data() {
        let failure = |code: Option<&str>, credentials: Option<&str>, text: &str| Failure {
            code: code.map(str::to_owned),
            credentials: credentials.map(str::to_owned),
            foreign: None,
            chain: vec![text.to_owned()],
        };
        let expired = failure(Some("ExpiredToken"), None, "");
        let sso = failure(None, Some("provider error"), "SSO token has expired");
        for failure in [expired, sso] {
            let line = failure.line("iam:GetRole", Some("x;touch PWN"), None);
            assert!(line.contains("aws sso login --profile 'x;touch PWN'"), "{line}");
            let line = failure.line("iam:GetRole", None, None);
            assert!(line.contains("aws sso login") && !line.contains("--profile"), "{line}");
        }
    }
}
