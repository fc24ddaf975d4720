//! What pods of a namespace reach, as a table: DNS, credentials, AWS, the outside, other pods.

use crate::domain::answers::PolicyAnswers;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::endpoints::{Breadth, HostMatch};
use crate::domain::name::Namespace;
use crate::domain::partition::{PARTITIONS, Partition};
use crate::domain::pods::Pods;
use crate::domain::reach::{Reach, ReachRow, ReachTarget, Reachable};
use crate::domain::region::{Region, Service};
use crate::kustomize::Build;
use crate::manifests::network_policy::{PodSet, Selects};
use crate::manifests::reach::{Answer, PolicySet, Target};
use crate::repo::Survey;
use crate::system::RepoPath;

/// A host that nobody would open for an application of AWS.
const OUTSIDE: &str = "example.com";

/// Regions of which one is another than those of the pods.
const OTHERS: [&str; 7] = [
    "eu-west-1",
    "us-east-1",
    "ap-southeast-2",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-west-1",
    "us-gov-east-1",
];

/// Services that are named in the answers, as rows of their own; more would hide the rest.
const MOST_SERVICES: usize = 4;

/// An account for host names where none is known.
const SOME_ACCOUNT: &str = "123456789098";

/// Whose reach is asked for.
#[derive(Debug, Clone, Copy)]
pub struct ReachQuestion<'a> {
    /// What is known of the cluster.
    pub survey: &'a Survey,
    /// The namespace's folder.
    pub folder: &'a RepoPath,
    /// What it builds to.
    pub build: &'a Build,
    /// The namespace.
    pub namespace: &'a Namespace,
    /// Its pods.
    pub pods: &'a Pods,
    /// The answers that a policy for them is made from, if any.
    pub policy: Option<&'a PolicyAnswers>,
    /// The partition of its roles, where no region says which.
    pub partition: Option<Partition>,
}

impl ReachQuestion<'_> {
    /// Looks at the policies for these pods.
    pub fn with_policies<T>(&self, look: impl FnOnce(&PolicySet<'_>, &Namespace) -> T) -> T {
        // Policies are for the Namespace as it is built.
        let built = match &self.build.namespaces[..] {
            [one] => Namespace::parse(&one.name).ok(),
            _ => None,
        };
        let namespace = built.as_ref().unwrap_or(self.namespace);
        let pods = PodSet { namespace, pods: self.pods };
        let set = self.survey.policies((self.folder, self.build), pods, servers(self));
        look(&set, namespace)
    }
}

/// What the pods reach.
pub fn reach(asked: &ReachQuestion<'_>) -> Reach {
    let (mut rows, namespace) = asked.with_policies(|set, namespace| {
        let (dns, places) = (servers(asked), Places::of(asked));
        (Table { asked, dns, namespace, set, places }.rows(), namespace.to_string())
    });
    let mut notes = vec!["policies outside of this repository are not looked at".to_owned()];
    if let Some(problem) = asked.build.problems.iter().find(|problem| problem.is_broken) {
        for row in &mut rows {
            row.verdict = Reachable::CannotTell;
            row.because = format!("the namespace can't be built: {}", problem.reason);
            row.remarks.clear();
        }
    } else if let Some(problem) = asked.build.problems.first() {
        notes.push(format!("not all of the build is worked out: {}", problem.reason));
    }
    if !asked.survey.is_complete {
        notes.push("not all files of the cluster were looked at".to_owned());
    }
    let cluster = asked.survey.cluster.to_string();
    Reach { cluster, namespace, pods: asked.pods.in_words(), rows, notes }
}

/// Where the pods ask for names: what is stated, else what the answers say, else what is assumed.
fn servers<'a>(asked: &ReachQuestion<'a>) -> &'a [DnsPeer] {
    let fact = asked.survey.dns();
    let answered = asked.policy.map(|policy| &policy.dns[..]).filter(|dns| !dns.is_empty());
    match answered {
        Some(answered) if fact.is_assumed() => answered,
        _ => &fact.value,
    }
}

/// The region of the pods, and another.
struct Places {
    regions: Vec<Region>,
    /// Whether somebody said which these are.
    is_known: bool,
}

impl Places {
    fn of(asked: &ReachQuestion<'_>) -> Self {
        let answered = asked.policy.and_then(|policy| match &policy.breadth {
            Breadth::Regional { regions, .. } => Some(regions.clone()),
            Breadth::Portable(_) => None,
        });
        let known = asked.survey.facts.regions.as_ref().map(|fact| fact.value.clone());
        let regions = answered.or(known).filter(|regions| !regions.is_empty());
        let is_known = regions.is_some();
        let regions = regions.unwrap_or_else(|| {
            let partition = asked.partition.unwrap_or(PARTITIONS[0]);
            Region::parse(partition.example_region).into_iter().collect()
        });
        Places { regions, is_known }
    }

    fn other(&self) -> Option<Region> {
        let partition = self.regions.first()?.partition();
        let others = OTHERS.into_iter().filter_map(|text| Region::parse(text).ok());
        let mut others = others.filter(|other| other.partition() == partition);
        others.find(|other| !self.regions.contains(other))
    }
}

/// The table under construction.
struct Table<'a> {
    asked: &'a ReachQuestion<'a>,
    dns: &'a [DnsPeer],
    namespace: &'a Namespace,
    set: &'a PolicySet<'a>,
    places: Places,
}

impl Table<'_> {
    fn rows(&self) -> Vec<ReachRow> {
        let mut rows = vec![self.dns(), self.credentials()];
        if let Some(region) = self.places.regions.first() {
            rows.extend(self.aws(region));
        }
        if let Some(other) = self.places.other() {
            let host = host_in("sts", &other);
            rows.push(row(ReachTarget::OtherRegion, &host, self.host(&host, false)));
        }
        rows.push(row(ReachTarget::Outside, OUTSIDE, self.host(OUTSIDE, false)));
        let own = format!("pods of {}", self.namespace);
        rows.push(row(ReachTarget::OwnNamespace, &own, self.set.answer(Target::OwnPods)));
        let others = self.set.answer(Target::OtherPods);
        rows.push(row(ReachTarget::OtherNamespaces, "pods of other namespaces", others));
        rows
    }

    fn host(&self, name: &str, may_be_private: bool) -> Answer {
        self.set.answer(Target::Host { name, may_be_private })
    }

    fn dns(&self) -> ReachRow {
        let peers: Vec<String> = self.dns.iter().map(ToString::to_string).collect();
        let mut row = row(ReachTarget::Dns, &format!("DNS ({})", peers.join(" ")), self.set.dns());
        let fact = self.asked.survey.dns();
        if fact.is_assumed() && self.dns == fact.value {
            row.remarks.push(match fact.origin().as_str() {
                "assumed" => "assumed: no fact in gangplank.yaml".to_owned(),
                origin => format!("assumed from {origin}"),
            });
        }
        let narrow = self.set.narrow_questions();
        if let (Some(first), Reachable::Yes) = (narrow.first(), row.verdict) {
            row.remarks.push(format!("only for names such as {first}"));
        }
        if self.dns.iter().any(|peer| matches!(peer, DnsPeer::Address { .. })) {
            row.remarks
                .push("whether Cilium takes the address for the node is not known".to_owned());
        }
        row
    }

    fn credentials(&self) -> ReachRow {
        let answer = self.set.answer(Target::Metadata);
        row(ReachTarget::Credentials, "credentials (kube2iam, 169.254.169.254)", answer)
    }

    /// STS, S3, ECR and the services that the answers name, in the region.
    fn aws(&self, region: &Region) -> Vec<ReachRow> {
        let sts = host_in("sts", region);
        let mut sts = row(ReachTarget::Aws, &sts, self.host(&sts, true));
        if !self.places.is_known {
            sts.remarks.push(format!("no region is known: {region} stands for all"));
        }
        let mut rows = vec![sts, self.s3(region), self.ecr(region)];
        let services = self.asked.policy.map(|policy| &policy.breadth);
        if let Some(Breadth::Regional { services, .. }) = services {
            let others =
                services.iter().filter(|one| !matches!(one.as_str(), "sts" | "s3" | "ecr"));
            for service in others.take(MOST_SERVICES) {
                let host = host_of(service, region);
                rows.push(row(ReachTarget::Aws, &host, self.host(&host, true)));
            }
        }
        rows
    }

    fn s3(&self, region: &Region) -> ReachRow {
        let bucket = |name: &str| host_in(&format!("{name}.s3"), region);
        let mut row =
            row(ReachTarget::Aws, &bucket("my-bucket"), self.host(&bucket("my-bucket"), true));
        let others = self.host(&bucket("a-bucket-of-somebody-else"), true);
        let is_restricted = self.set.restricts() != Selects::None;
        if row.verdict == Reachable::Yes && others.verdict == Reachable::Yes && is_restricted {
            row.remarks.push(format!("any bucket of any account in {region} too"));
        }
        row
    }

    /// An image is pulled from two hosts.
    fn ecr(&self, region: &Region) -> ReachRow {
        let account = self.asked.survey.facts.account.as_ref();
        let account = account.map_or(SOME_ACCOUNT, |fact| fact.value.as_str());
        let registry = host_in(&format!("{account}.dkr.ecr"), region);
        let answers = [host_in("api.ecr", region), registry].map(|host| self.host(&host, true));
        let [api, registry] = answers;
        let mut answer = if registry.verdict == Reachable::Yes { api } else { registry.clone() };
        if answer.verdict == Reachable::No && registry.verdict == Reachable::Yes {
            answer.verdict = Reachable::InPart;
        }
        row(ReachTarget::Aws, &format!("ECR in {region}"), answer)
    }
}

fn row(target: ReachTarget, name: &str, answer: Answer) -> ReachRow {
    let Answer { verdict, because } = answer;
    ReachRow { target, name: name.to_owned(), verdict, because, remarks: Vec::new() }
}

fn host_in(labels: &str, region: &Region) -> String {
    format!("{labels}.{region}.{}", region.partition().suffix)
}

/// A host of a service, as its own SDK asks for it.
fn host_of(service: &Service, region: &Region) -> String {
    let breadth =
        Breadth::Regional { regions: vec![region.clone()], services: vec![service.clone()] };
    let hosts = breadth.hosts(false);
    hosts.first().map(HostMatch::text).unwrap_or_default().replace('*', "name")
}
