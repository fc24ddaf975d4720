//! Which pods a policy is for.

use super::invalid::Invalid;
use super::label;

/// The label that Cilium puts on every pod for its service account
/// (cilium `pkg/k8s/apis/cilium.io/const.go`).
pub const SERVICE_ACCOUNT_LABEL: &str = "io.cilium.k8s.policy.serviceaccount";

/// The label that holds a pod's namespace. Inside an `endpointSelector` Cilium overwrites it.
pub const NAMESPACE_LABEL: &str = "io.kubernetes.pod.namespace";

const EXAMPLE: &str = "sa=report-portal, label=app=report-portal, or all";

/// One answer to "which pods": what one `--select` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// `sa=NAME`
    ServiceAccount(String),
    /// `label=KEY=VALUE`
    Label(String, String),
    /// `all`
    All,
}

/// The pods of a namespace that a policy selects: any of the accounts and all of the labels.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pods {
    /// Any of these service accounts; empty means any at all.
    pub service_accounts: Vec<String>,
    /// All of these labels.
    pub labels: Vec<(String, String)>,
}

impl Selection {
    /// Reads one `--select` value.
    ///
    /// # Errors
    /// Another form; a service account longer than the 63 characters that a label value can have;
    /// a label that Cilium would overwrite or that selects nothing.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text == "all" {
            return Ok(Selection::All);
        }
        if let Some(name) = text.strip_prefix("sa=") {
            return service_account(name).map_err(|invalid| invalid.shifted(3));
        }
        if let Some(pair) = text.strip_prefix("label=") {
            return label_pair(pair).map_err(|invalid| invalid.shifted(6));
        }
        let hint = match text {
            "" => "say which pods".to_owned(),
            name if label::check_value(name).is_ok() => {
                format!("write sa={name} for a service account")
            }
            pair if pair.contains('=') => "write label=KEY=VALUE for a label".to_owned(),
            _ => "this names no pods".to_owned(),
        };
        Err(Invalid::whole(hint, EXAMPLE))
    }
}

fn service_account(name: &str) -> Result<Selection, Invalid> {
    if name.is_empty() {
        return Err(Invalid::whole("the service account is missing", "sa=report-portal"));
    }
    if name.len() > 63 && name.is_ascii() {
        let message = "this service account is too long for a label value (63): select by a label";
        return Err(Invalid::at(name, 63, message, "label=app=report-portal"));
    }
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if let Some((at, c)) = name.char_indices().find(|&(_, c)| !legal(c)) {
        let message = format!(
            "a service account has lower-case letters, digits, - and ., not {}",
            super::invalid::show(c)
        );
        return Err(Invalid::at(name, at, message, "sa=report-portal"));
    }
    label::check_value(name)
        .map_err(|invalid| Invalid { example: "sa=report-portal", ..invalid })?;
    Ok(Selection::ServiceAccount(name.to_owned()))
}

fn label_pair(pair: &str) -> Result<Selection, Invalid> {
    let Some((key, value)) = pair.split_once('=') else {
        return Err(Invalid::whole("a label is KEY=VALUE", "label=app=report-portal"));
    };
    label::check_key(key)?;
    label::check_value(value).map_err(|invalid| invalid.shifted(key.chars().count() + 1))?;
    if key == NAMESPACE_LABEL || key.starts_with("io.cilium.k8s.namespace.labels") {
        let message = "Cilium overwrites a namespace label here with the policy's own namespace";
        return Err(Invalid::whole(message, "label=app=report-portal"));
    }
    if key.contains("cilium") && key != SERVICE_ACCOUNT_LABEL {
        let message = format!("no pod has this label: Cilium's own is {SERVICE_ACCOUNT_LABEL}");
        return Err(Invalid::whole(message, "sa=report-portal"));
    }
    Ok(Selection::Label(key.to_owned(), value.to_owned()))
}

impl Pods {
    /// Puts several `--select` values together.
    ///
    /// # Errors
    /// `all` beside another one, no value at all, or one label key with two values.
    pub fn of(selections: Vec<Selection>) -> Result<Self, Invalid> {
        let all = selections.contains(&Selection::All);
        if all && selections.iter().any(|selection| *selection != Selection::All) {
            return Err(Invalid::whole("`all` stands alone: it already selects every pod", "all"));
        }
        if selections.is_empty() {
            return Err(Invalid::whole("say which pods", EXAMPLE));
        }
        let mut pods = Pods::default();
        for selection in selections {
            match selection {
                Selection::All => {}
                Selection::ServiceAccount(name) => {
                    if !pods.service_accounts.contains(&name) {
                        pods.service_accounts.push(name);
                    }
                }
                Selection::Label(key, value) => pods.add_label(key, value)?,
            }
        }
        Ok(pods)
    }

    fn add_label(&mut self, key: String, value: String) -> Result<(), Invalid> {
        match self.labels.iter().find(|(k, _)| *k == key) {
            Some((_, old)) if *old == value => {}
            Some((_, old)) => {
                let message = format!("no pod has {key}={old} and {key}={value} at once");
                return Err(Invalid::whole(message, "label=app=report-portal"));
            }
            None => self.labels.push((key, value)),
        }
        Ok(())
    }

    /// Whether every pod of the namespace is selected.
    pub fn is_all(&self) -> bool {
        self.service_accounts.is_empty() && self.labels.is_empty()
    }

    /// The `--select` values that say the same.
    pub fn selections(&self) -> Vec<String> {
        if self.is_all() {
            return vec!["all".to_owned()];
        }
        let accounts = self.service_accounts.iter().map(|name| format!("sa={name}"));
        let labels = self.labels.iter().map(|(key, value)| format!("label={key}={value}"));
        accounts.chain(labels).collect()
    }

    /// The pods in words.
    pub fn in_words(&self) -> String {
        let accounts = match &self.service_accounts[..] {
            [] => None,
            [one] => Some(format!("service account {one}")),
            many => Some(format!("service accounts {}", many.join(", "))),
        };
        let labels = self.labels.iter().map(|(key, value)| format!("label {key}={value}"));
        let parts: Vec<String> = accounts.into_iter().chain(labels).collect();
        if parts.is_empty() { "all pods".to_owned() } else { parts.join(" and ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods(values: &[&str]) -> Result<Pods, Invalid> {
        Pods::of(values.iter().map(|v| Selection::parse(v)).collect::<Result<_, _>>()?)
    }

    #[test]
    fn accounts_and_labels_combine() {
        let pods = pods(&["sa=a", "sa=b", "label=app=x", "label=tier=y"]).unwrap();
        assert_eq!(pods.in_words(), "service accounts a, b and label app=x and label tier=y");
    }

    #[test]
    fn all_stands_alone() {
        assert!(pods(&["all"]).unwrap().is_all());
        assert!(pods(&["all", "sa=a"]).is_err());
        assert!(pods(&["label=app=x", "label=app=y"]).is_err());
    }

    #[test]
    fn what_selects_nothing_is_refused() {
        for bad in [
            "label=io.cilium.k8s.policy.service-account=x",
            "label=io.kubernetes.pod.namespace=x",
            "label=app",
            "label==x",
            "sa=",
            "sa=A",
            "report-portal",
            "app=x",
            "label=app=arn:aws:iam::1:role/x",
        ] {
            assert!(Selection::parse(bad).is_err(), "{bad}");
        }
        let long = format!("sa={}", "a".repeat(64));
        assert!(Selection::parse(&long).unwrap_err().message.contains("label"));
        assert!(Selection::parse("rp-app").unwrap_err().message.contains("sa=rp-app"));
    }
}
