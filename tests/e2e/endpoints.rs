//! Proves that services with one endpoint for a whole partition are opened under the names that
//! SDKs call, with and without dual-stack. The names are those that botocore 1.44 resolves.

use crate::support::{ALL, Repo};

/// Region, service, its host, its dual-stack host.
const HOSTS: [(&str, &str, &str, &str); 16] = [
    ("us-east-1", "iam", "iam.amazonaws.com", "iam.global.api.aws"),
    ("eu-central-1", "iam", "iam.amazonaws.com", "iam.global.api.aws"),
    ("eu-central-1", "route53", "route53.amazonaws.com", "route53.global.api.aws"),
    ("eu-central-1", "cloudfront", "cloudfront.amazonaws.com", "cloudfront.global.api.aws"),
    ("us-gov-west-1", "iam", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws"),
    ("us-gov-east-1", "route53", "route53.us-gov.amazonaws.com", "route53.us-gov.api.aws"),
    ("us-gov-east-1", "cloudfront", "cloudfront.amazonaws.com", "cloudfront.api.aws"),
    (
        "cn-northwest-1",
        "iam",
        "iam.cn-north-1.amazonaws.com.cn",
        "iam.global.api.amazonwebservices.com.cn",
    ),
    (
        "cn-north-1",
        "route53",
        "route53.amazonaws.com.cn",
        "route53.global.api.amazonwebservices.com.cn",
    ),
    (
        "cn-north-1",
        "cloudfront",
        "cloudfront.cn-northwest-1.amazonaws.com.cn",
        "cloudfront.api.amazonwebservices.com.cn",
    ),
    (
        "eusc-de-east-1",
        "iam",
        "iam.eusc-de-east-1.amazonaws.eu",
        "iam.global.api.amazonwebservices.eu",
    ),
    (
        "eusc-de-east-1",
        "route53",
        "route53.amazonaws.eu",
        "route53.global.api.amazonwebservices.eu",
    ),
    ("us-iso-west-1", "iam", "iam.us-iso-east-1.c2s.ic.gov", "iam.api.aws.ic.gov"),
    ("us-isob-east-1", "route53", "route53.sc2s.sgov.gov", "route53.api.aws.scloud"),
    ("eu-central-1", "sts", "sts.eu-central-1.amazonaws.com", "sts.eu-central-1.api.aws"),
    (
        "eu-central-1",
        "s3",
        "s3.eu-central-1.amazonaws.com",
        "s3.dualstack.eu-central-1.amazonaws.com",
    ),
];

#[test]
fn partition_wide_services_have_their_own_names() {
    for (region, service, host, dual_host) in HOSTS {
        let narrow = ["--network", "regional", "--region", region, "--service", service];
        let repo = Repo::guide();
        let plain = repo.onboard(&ALL, &[&narrow[..], &["--dry-run"]].concat()).ends(0).stdout;
        let dual = [&narrow[..], &["--dual-stack", "--dry-run"]].concat();
        let dual = repo.onboard(&ALL, &dual).ends(0).stdout;
        let name = |host: &str| format!("matchName: {host}\n");
        assert!(plain.contains(&name(host)) && !plain.contains(dual_host), "{host}: {plain}");
        assert!(dual.contains(&name(host)), "{host}: {dual}");
        assert!(dual.contains(&name(dual_host)), "{dual_host}: {dual}");
        assert!(!dual.contains("iam.eu-central-1"), "{dual}");
    }
}
