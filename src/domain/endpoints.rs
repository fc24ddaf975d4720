//! The AWS host names that a policy admits: exact names and Cilium patterns.
//!
//! `*` in a Cilium pattern is one label, so `*.amazonaws.com` alone reaches 0.2 % of AWS's
//! endpoints; a name has one to four labels before the suffix, and each depth is a pattern.

use std::fmt::Write as _;

use super::partition::Partition;
use super::region::{Region, Service};

/// One entry of `toFQDNs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostMatch {
    /// `matchName`
    Name(String),
    /// `matchPattern`
    Pattern(String),
}

impl HostMatch {
    fn of(text: String) -> Self {
        if text.contains('*') { HostMatch::Pattern(text) } else { HostMatch::Name(text) }
    }

    /// The name or pattern.
    pub fn text(&self) -> &str {
        match self {
            HostMatch::Name(text) | HostMatch::Pattern(text) => text,
        }
    }
}

/// How much of AWS a policy opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breadth {
    /// Every endpoint of these partitions.
    Portable(Vec<Partition>),
    /// The endpoints of these regions: all services, or only the named ones.
    Regional {
        /// At least one.
        regions: Vec<Region>,
        /// Empty means all.
        services: Vec<Service>,
    },
}

impl Breadth {
    /// The entries of `toFQDNs`, without duplicates.
    pub fn hosts(&self, dual_stack: bool) -> Vec<HostMatch> {
        let mut texts = Vec::new();
        match self {
            Breadth::Portable(partitions) => {
                for partition in partitions {
                    portable(*partition, dual_stack, &mut texts);
                }
            }
            Breadth::Regional { regions, services } => {
                for region in regions {
                    regional(region, services, dual_stack, &mut texts);
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        texts.into_iter().map(HostMatch::of).collect()
    }
}

fn depths(suffix: &str, deepest: usize, out: &mut Vec<String>) {
    for depth in 1..=deepest {
        out.push(format!("{}{suffix}", "*.".repeat(depth)));
    }
}

fn portable(partition: Partition, dual_stack: bool, out: &mut Vec<String>) {
    depths(partition.suffix, 4, out);
    if dual_stack {
        depths(partition.dual_stack_suffix, 2, out);
    }
}

fn regional(region: &Region, services: &[Service], dual_stack: bool, out: &mut Vec<String>) {
    let suffix = format!("{region}.{}", region.partition().suffix);
    let dual_suffix = format!("{region}.{}", region.partition().dual_stack_suffix);
    if services.is_empty() {
        if is_home_of_global_names(region) {
            out.extend(
                ["sts.amazonaws.com", "s3.amazonaws.com", "*.s3.amazonaws.com"].map(Into::into),
            );
        }
        depths(&suffix, 3, out);
        if dual_stack {
            depths(&dual_suffix, 2, out);
        }
        return;
    }
    for service in services {
        service_hosts(service, region, &suffix, out);
        if dual_stack {
            dual_stack_hosts(service, region, &suffix, &dual_suffix, out);
        }
    }
}

/// SDKs still use the names without a region for us-east-1, and only there.
fn is_home_of_global_names(region: &Region) -> bool {
    region.as_str() == "us-east-1"
}

fn service_hosts(service: &Service, region: &Region, suffix: &str, out: &mut Vec<String>) {
    match service.as_str() {
        "s3" => {
            out.push(format!("s3.{suffix}"));
            out.push(format!("*.s3.{suffix}"));
            if is_home_of_global_names(region) {
                out.extend(["s3.amazonaws.com", "*.s3.amazonaws.com"].map(Into::into));
            }
        }
        "ecr" => {
            out.push(format!("api.ecr.{suffix}"));
            out.push(format!("*.dkr.ecr.{suffix}"));
        }
        global @ ("iam" | "route53" | "cloudfront") => out.push(global_host(global, region)),
        other => out.push(format!("{other}.{suffix}")),
    }
}

/// The host of a service that has one endpoint for a whole partition, as botocore 1.44 resolves it.
fn global_host(service: &str, region: &Region) -> String {
    let partition = region.partition();
    let middle = match (partition.id, service) {
        ("aws-us-gov", "iam" | "route53") => ".us-gov",
        ("aws-cn", "cloudfront") => ".cn-northwest-1",
        ("aws-cn", "iam") => ".cn-north-1",
        ("aws", _) | (_, "route53" | "cloudfront") => "",
        _ => return format!("{service}.{}.{}", partition.example_region, partition.suffix),
    };
    format!("{service}{middle}.{}", partition.suffix)
}

/// The same under the dual-stack suffix: `iam.global.api.aws`, and no region in it anywhere.
fn global_dual_stack_host(service: &str, region: &Region) -> String {
    let partition = region.partition();
    let middle = match (partition.id, service) {
        ("aws", _) | ("aws-cn" | "aws-eusc", "iam" | "route53") => ".global",
        ("aws-us-gov", "iam" | "route53") => ".us-gov",
        _ => "",
    };
    format!("{service}{middle}.{}", partition.dual_stack_suffix)
}

/// S3's dual-stack names stay below the ordinary suffix.
fn dual_stack_hosts(
    service: &Service,
    region: &Region,
    suffix: &str,
    dual_suffix: &str,
    out: &mut Vec<String>,
) {
    match service.as_str() {
        "s3" => {
            out.push(format!("s3.dualstack.{suffix}"));
            out.push(format!("*.s3.dualstack.{suffix}"));
        }
        global @ ("iam" | "route53" | "cloudfront") => {
            out.push(global_dual_stack_host(global, region));
        }
        other => out.push(format!("{other}.{dual_suffix}")),
    }
}

/// Whether a Cilium pattern matches a host name, as Cilium before 1.19 reads it: `*` is any number
/// of characters within one label, letters have no case.
pub fn matches(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    let pattern: Vec<&str> = pattern.trim_end_matches('.').split('.').collect();
    let host: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    if pattern == ["*"] {
        return true;
    }
    pattern.len() == host.len() && pattern.iter().zip(&host).all(|(p, h)| label_matches(p, h))
}

/// The same as Cilium reads it since 1.19: `**.` at the beginning is any number of labels, and `**`
/// alone is everything.
pub fn matches_double_star(pattern: &str, host: &str) -> bool {
    let bare = pattern.trim_end_matches('.');
    if bare == "**" {
        return true;
    }
    let Some(rest) = bare.strip_prefix("**.") else {
        return matches(pattern, host);
    };
    let host = host.trim_end_matches('.');
    let mut dots = host.match_indices('.').map(|(at, _)| at);
    dots.any(|at| at > 0 && matches(rest, &host[at + 1..]))
}

/// `*` within one label, several times perhaps.
fn label_matches(pattern: &str, label: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == label;
    };
    let Some(tail) = label.strip_prefix(head) else {
        return false;
    };
    (0..=tail.len()).any(|at| tail.is_char_boundary(at) && label_matches(rest, &tail[at..]))
}

/// The breadth in words, for people.
pub fn in_words(breadth: &Breadth) -> String {
    match breadth {
        Breadth::Portable(partitions) => {
            let suffixes: Vec<&str> = partitions.iter().map(|p| p.suffix).collect();
            format!("every AWS endpoint ({})", suffixes.join(", "))
        }
        Breadth::Regional { regions, services } => {
            let regions: Vec<&str> = regions.iter().map(Region::as_str).collect();
            let mut words = regions.join(", ");
            if !services.is_empty() {
                let services: Vec<&str> = services.iter().map(Service::as_str).collect();
                let _ = write!(words, ", only {}", services.join(", "));
            }
            words
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regional_hosts(region: &str, services: &[&str], dual: bool) -> Vec<String> {
        let breadth = Breadth::Regional {
            regions: vec![Region::parse(region).unwrap()],
            services: services.iter().map(|s| Service::parse(s).unwrap()).collect(),
        };
        breadth.hosts(dual).iter().map(|host| host.text().to_owned()).collect()
    }

    fn reaches(hosts: &[String], host: &str) -> bool {
        hosts.iter().any(|pattern| matches(pattern, host))
    }

    /// The reach that cilium.md measured for the regional form with R = us-east-1.
    #[test]
    fn the_regional_form_reaches_its_region_only() {
        let hosts = regional_hosts("us-east-1", &[], false);
        for host in [
            "sts.amazonaws.com",
            "sts.us-east-1.amazonaws.com",
            "b.s3.us-east-1.amazonaws.com",
            "b.s3.dualstack.us-east-1.amazonaws.com",
            "1111.dkr.ecr.us-east-1.amazonaws.com",
            "b.s3.amazonaws.com",
        ] {
            assert!(reaches(&hosts, host), "{host}");
        }
        for host in [
            "sts.eu-west-1.amazonaws.com",
            "iam.amazonaws.com",
            "evil-us-east-1.amazonaws.com",
            "example.com",
        ] {
            assert!(!reaches(&hosts, host), "{host}");
        }
        assert!(!reaches(&regional_hosts("eu-west-1", &[], false), "sts.amazonaws.com"));
    }

    #[test]
    fn services_shrink_to_their_hosts() {
        let hosts = regional_hosts("eu-central-1", &["sts", "s3", "ecr", "iam"], false);
        assert_eq!(
            hosts,
            [
                "sts.eu-central-1.amazonaws.com",
                "s3.eu-central-1.amazonaws.com",
                "*.s3.eu-central-1.amazonaws.com",
                "api.ecr.eu-central-1.amazonaws.com",
                "*.dkr.ecr.eu-central-1.amazonaws.com",
                "iam.amazonaws.com",
            ]
        );
    }

    #[test]
    fn partitions_have_their_own_suffix() {
        let cn = Partition::by_id("aws-cn").unwrap();
        let hosts = Breadth::Portable(vec![cn]).hosts(true);
        assert!(hosts.iter().all(|h| h.text().ends_with(".com.cn")));
        let gov = regional_hosts("us-gov-west-1", &["iam"], false);
        assert_eq!(gov, ["iam.us-gov.amazonaws.com"]);
    }

    /// Rows of the truth table in cilium.md, section 3.
    #[test]
    fn patterns_match_as_cilium_does() {
        assert!(matches("*.amazonaws.com", "sts.amazonaws.com"));
        assert!(!matches("*.amazonaws.com", "sts.eu-central-1.amazonaws.com"));
        assert!(!matches("*.amazonaws.com", "amazonaws.com"));
        assert!(matches("*amazonaws.com", "evil-amazonaws.com"));
        assert!(matches("*amazonaws.com", "amazonaws.com"));
        assert!(matches("sts.*.amazonaws.com", "STS.eu-central-1.AmazonAWS.com"));
        assert!(matches("*", "a.b.c"));
        assert!(!matches("*.amazonaws.com", "sts.amazonaws.com.cn"));
    }

    /// The rows with `**` of the same table.
    #[test]
    fn two_stars_are_any_depth_since_1_19() {
        let pattern = "**.amazonaws.com";
        for host in ["sts.amazonaws.com", "my.dotted.bucket.s3.eu-central-1.amazonaws.com"] {
            assert!(matches_double_star(pattern, host), "{host}");
        }
        for host in
            ["amazonaws.com", "evil-amazonaws.com", "sts.amazonaws.com.cn", ".amazonaws.com"]
        {
            assert!(!matches_double_star(pattern, host), "{host}");
        }
        let deep = "sts.eu-central-1.amazonaws.com";
        assert!(!matches(pattern, deep));
        assert!(matches_double_star("**", deep) && !matches("**", deep));
        assert!(!matches_double_star("s3.**.amazonaws.com", "s3.a.b.amazonaws.com"));
        assert!(matches_double_star("s3.**.amazonaws.com", "s3.a.amazonaws.com"));
    }
}
