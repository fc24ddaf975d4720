//! AWS partitions: which DNS suffixes their endpoints have, and which regions belong to them.
//! Facts: botocore 1.43 `partitions.json`.

/// One AWS partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition {
    /// As it stands in an ARN: `aws`, `aws-cn`, …
    pub id: &'static str,
    /// The DNS suffix of its endpoints.
    pub suffix: &'static str,
    /// The DNS suffix of its dual-stack endpoints.
    pub dual_stack_suffix: &'static str,
    /// What its region names begin with; empty for `aws`, which has all the rest.
    region_prefix: &'static str,
    /// The region in the names of its partition-wide endpoints, and in examples.
    pub example_region: &'static str,
}

const fn partition(
    id: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
    region_prefix: &'static str,
    example_region: &'static str,
) -> Partition {
    Partition { id, suffix, dual_stack_suffix, region_prefix, example_region }
}

/// All partitions; `aws` first, the one with the longest region prefix before a shorter one.
pub const PARTITIONS: [Partition; 8] = [
    partition("aws", "amazonaws.com", "api.aws", "", "us-east-1"),
    partition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-", "cn-north-1"),
    partition("aws-us-gov", "amazonaws.com", "api.aws", "us-gov-", "us-gov-west-1"),
    partition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-", "eusc-de-east-1"),
    partition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-", "us-isob-east-1"),
    partition(
        "aws-iso-e",
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
        "eu-isoe-",
        "eu-isoe-west-1",
    ),
    partition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-", "us-isof-south-1"),
    partition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-", "us-iso-east-1"),
];

impl Partition {
    /// Finds a partition by the id that stands in an ARN.
    pub fn by_id(id: &str) -> Option<Self> {
        PARTITIONS.into_iter().find(|partition| partition.id == id)
    }

    /// The partition that a region belongs to.
    pub fn of_region(region: &str) -> Self {
        let special = PARTITIONS[1..].iter().find(|p| region.starts_with(p.region_prefix));
        *special.unwrap_or(&PARTITIONS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_find_their_partition() {
        for partition in PARTITIONS {
            assert_eq!(Partition::of_region(partition.example_region), partition);
            assert_eq!(Partition::by_id(partition.id), Some(partition));
        }
        assert_eq!(Partition::of_region("eu-central-1").id, "aws");
    }
}
