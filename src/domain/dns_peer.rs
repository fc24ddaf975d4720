//! Where the pods of a cluster ask for names: the peer of the policy's DNS rule.

use std::fmt;
use std::net::IpAddr;

use super::invalid::Invalid;
use super::label;
use super::name::Namespace;

const EXAMPLE: &str = "kube-system/k8s-app=kube-dns";

/// A DNS peer: pods by namespace and labels, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnsPeer {
    /// Pods.
    Pods {
        /// Their namespace. It must stand in the peer, or Cilium puts the policy's own there.
        namespace: Namespace,
        /// Their labels, without Cilium's source prefix.
        labels: Vec<(String, String)>,
        /// The port of the pods, not that of a service in front of them.
        port: u16,
    },
    /// An address, such as that of a node-local cache.
    Address {
        /// In CIDR notation; the API server refuses a bare address.
        cidr: String,
        /// The port.
        port: u16,
    },
}

impl DnsPeer {
    /// kube-dns, which most clusters have: an assumption until the cluster says so.
    pub fn kube_dns() -> Result<Self, Invalid> {
        Self::parse(EXAMPLE)
    }

    /// Reads `NAMESPACE/KEY=VALUE[,KEY=VALUE…][:PORT]` or `CIDR[@PORT]`; the port is 53 by default.
    ///
    /// # Errors
    /// Another form, a bare address, an illegal label or port.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let Some((head, tail)) = text.split_once('/') else {
            let address = text.split_once('@').map_or(text, |(address, _)| address);
            if address.parse::<IpAddr>().is_ok() {
                let message =
                    "a bare address is refused by the API server: write its prefix length";
                return Err(Invalid::whole(message, "169.254.20.10/32"));
            }
            return Err(Invalid::whole("a DNS peer is NAMESPACE/KEY=VALUE or a CIDR", EXAMPLE));
        };
        match head.parse::<IpAddr>() {
            Ok(address) => parse_address(text, address, head, tail),
            Err(_) => parse_pods(text, head, tail),
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        match self {
            DnsPeer::Pods { port, .. } | DnsPeer::Address { port, .. } => *port,
        }
    }
}

fn parse_address(text: &str, address: IpAddr, head: &str, tail: &str) -> Result<DnsPeer, Invalid> {
    let (length, port) = match tail.split_once('@') {
        Some((length, port)) => (length, parse_port(text, port)?),
        None => (tail, 53),
    };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    match length.parse::<u8>() {
        Ok(bits) if digits && bits <= longest => {
            Ok(DnsPeer::Address { cidr: format!("{address}/{bits}"), port })
        }
        _ => {
            let message = format!("a prefix length is 0 to {longest}");
            Err(Invalid::at(text, head.len() + 1, message, "169.254.20.10/32"))
        }
    }
}

fn parse_pods(text: &str, head: &str, tail: &str) -> Result<DnsPeer, Invalid> {
    let namespace =
        Namespace::parse(head).map_err(|invalid| Invalid { example: EXAMPLE, ..invalid })?;
    let (pairs, port) = match tail.rsplit_once(':') {
        Some((pairs, port)) => (pairs, parse_port(text, port)?),
        None => (tail, 53),
    };
    let mut labels = Vec::new();
    let mut shift = head.chars().count() + 1;
    for pair in pairs.split(',') {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| Invalid::whole("a label is KEY=VALUE", EXAMPLE).shifted(shift))?;
        label::check_key(key).map_err(|invalid| invalid.shifted(shift))?;
        let value_at = shift + key.chars().count() + 1;
        label::check_value(value).map_err(|invalid| invalid.shifted(value_at))?;
        labels.push((key.to_owned(), value.to_owned()));
        shift += pair.chars().count() + 1;
    }
    Ok(DnsPeer::Pods { namespace, labels, port })
}

fn parse_port(text: &str, port: &str) -> Result<u16, Invalid> {
    let digits = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(number),
        _ => Err(Invalid::at(text, text.len() - port.len(), "a port is 1 to 65535", EXAMPLE)),
    }
}

/// As `--dns` takes it; the port only where it is not 53.
impl fmt::Display for DnsPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DnsPeer::Pods { namespace, labels, port } => {
                let pairs: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
                write!(f, "{namespace}/{}", pairs.join(","))?;
                if *port == 53 { Ok(()) } else { write!(f, ":{port}") }
            }
            DnsPeer::Address { cidr, port: 53 } => f.write_str(cidr),
            DnsPeer::Address { cidr, port } => write!(f, "{cidr}@{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "kube-system/k8s-app=kube-dns",
            "openshift-dns/dns.operator.openshift.io/daemonset-dns=default:5353",
            "kube-system/a=b,c=d",
            "169.254.20.10/32",
            "fd00::10/128@5353",
        ] {
            assert_eq!(DnsPeer::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(DnsPeer::parse("10.0.0.10/32@53").unwrap().port(), 53);
    }

    #[test]
    fn refuses_other_forms() {
        for (text, column) in [
            ("kube-dns", None),
            ("169.254.20.10", None),
            ("169.254.20.10/33", Some(15)),
            ("kube-system/k8s-app", Some(13)),
            ("kube-system/a=b,c", Some(17)),
            ("Kube/a=b", Some(1)),
            ("kube-system/a=b:0", Some(17)),
            ("kube-system/a=b:x", Some(17)),
        ] {
            assert_eq!(DnsPeer::parse(text).unwrap_err().column, column, "{text}");
        }
    }
}
