//! Whether pods can reach something, and because of what: the one place that says so, from all
//! policies that select them.
//!
//! Cilium joins policies like this: what one allows is open, what one denies is shut whatever others
//! say, and as soon as one restricts egress all the rest is shut too. Names in `toFQDNs` open
//! nothing before the pods have asked for them through Cilium's DNS proxy. Where labels, addresses
//! or rules are not known, neither is the answer.

mod extent;
mod judge;
mod names;
mod peer_pods;
mod ports;
mod rule;

use crate::domain::cilium_version::CiliumVersion;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::name::Namespace;
use crate::domain::reach::Reachable;
use crate::manifests::network_policy::{NetworkPolicy, PodSet, PolicyKind, Selects};
use crate::manifests::yaml::Node;
use extent::{Doubt, Extent};
use judge::{Cause, Effect, judge};
use rule::Rule;

/// Something that pods may reach.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A server that is asked for names.
    Dns(&'a DnsPeer),
    /// The question for a name at such a server.
    Question(&'a DnsPeer, &'a str),
    /// 169.254.169.254:80, as Cilium sees it before the node's DNAT to kube2iam.
    Metadata,
    /// A host by its name, over HTTPS.
    Host {
        /// The name.
        name: &'a str,
        /// Whether its address may be a private one, as that of a VPC endpoint is.
        may_be_private: bool,
    },
    /// The pods of the same namespace, on all ports.
    OwnPods,
    /// Those of all other namespaces.
    OtherPods,
}

impl Target<'_> {
    fn is_metadata(self) -> bool {
        matches!(self, Target::Metadata)
    }
}

/// A policy, and how people call it.
#[derive(Debug, Clone)]
pub struct NamedPolicy<'a> {
    /// Its file, say.
    pub name: String,
    /// The policy.
    pub policy: NetworkPolicy<'a>,
    /// Whether a patch changes it, so that it says something else in the end.
    pub is_patched: bool,
}

/// The policies that may be for some pods.
#[derive(Debug)]
pub struct PolicySet<'a> {
    names: Vec<String>,
    specs: Vec<Spec<'a>>,
    dns: &'a [DnsPeer],
}

/// The answer: whether pods reach a target, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether they do.
    pub verdict: Reachable,
    /// Because of what, in a line.
    pub because: String,
}

/// One spec of a policy.
#[derive(Debug)]
struct Spec<'a> {
    policy: usize,
    node: Node<'a>,
    rule: RuleContext<'a>,
    selects: Selects,
    restricts: bool,
    /// Then nothing about it is certain.
    is_patched: bool,
}

/// What every rule of a spec is read with.
#[derive(Debug, Clone, Copy)]
struct RuleContext<'a> {
    kind: PolicyKind,
    own: &'a Namespace,
    version: Option<CiliumVersion>,
}

impl<'a> Spec<'a> {
    fn rules(&self, key: &str) -> impl Iterator<Item = Rule<'a>> + use<'a> {
        let RuleContext { kind, own, version } = self.rule;
        // A Kubernetes policy that is not for egress has no egress rules.
        let counts = kind != PolicyKind::Kubernetes || self.restricts;
        let rules = self.node.get(key).filter(|_| counts).into_iter().flat_map(Node::items);
        rules.map(move |node| Rule { node, kind, own, version })
    }

    fn covered(&self, key: &str, target: Target<'_>, learned: Extent) -> Extent {
        let rules = || self.rules(key);
        if self.is_patched {
            return Extent::Perhaps(Doubt::Patched);
        }
        Extent::widest(rules().map(|rule| rule.covers(target, learned)))
    }

    /// What it does about a target; a name in it counts as far as `learned` says.
    fn effect(&self, target: Target<'_>, learned: Extent) -> Effect {
        let denies = if self.is_patched {
            Extent::None
        } else {
            self.covered("egressDeny", target, Extent::None)
        };
        Effect {
            policy: self.policy,
            selects: self.selects,
            restricts: self.restricts,
            opens: self.covered("egress", target, learned),
            denies,
        }
    }

    fn learns(&self, peer: &DnsPeer, name: &str) -> Extent {
        if self.is_patched {
            return Extent::Perhaps(Doubt::Patched);
        }
        Extent::widest(self.rules("egress").map(|rule| rule.learns(peer, name)))
    }
}

impl<'a> PolicySet<'a> {
    /// The policies of `all` that may be for the pods. `dns` are the servers that the pods ask for
    /// names, `version` is Cilium's, if known.
    pub fn of(
        all: impl IntoIterator<Item = NamedPolicy<'a>>,
        pods: PodSet<'a>,
        dns: &'a [DnsPeer],
        version: Option<CiliumVersion>,
    ) -> Self {
        let mut set = PolicySet { names: Vec::new(), specs: Vec::new(), dns };
        for NamedPolicy { name, policy, is_patched } in all {
            let rule = RuleContext { kind: policy.kind(), own: pods.namespace, version };
            let number = set.names.len();
            set.names.push(name);
            let specs = policy.egress_specs(pods, version).map(|spec| Spec {
                policy: number,
                node: spec.node,
                rule,
                selects: if is_patched { Selects::Perhaps } else { spec.selects },
                restricts: spec.restricts || is_patched,
                is_patched,
            });
            set.specs.extend(specs.filter(|spec| spec.selects != Selects::None));
        }
        set
    }

    /// Whether the egress of the pods is restricted.
    pub fn restricts(&self) -> Selects {
        let restricting = self.specs.iter().filter(|spec| spec.restricts);
        restricting.map(|spec| spec.selects).fold(Selects::None, Selects::stronger)
    }

    /// Whether the pods reach a target.
    pub fn answer(&self, target: Target<'_>) -> Answer {
        match target {
            Target::Host { name, .. } => self.host(target, name),
            _ => self.in_words(self.judged(target, Extent::None)),
        }
    }

    /// Whether Cilium learns the addresses of a name for all of these pods, for certain.
    pub fn learns(&self, name: &str) -> bool {
        let certain = || self.specs.iter().filter(|spec| spec.selects == Selects::All);
        let learns = |peer| certain().any(|spec| spec.learns(peer, name) == Extent::All);
        !self.dns.is_empty() && self.dns.iter().all(learns)
    }

    /// The names that DNS rules let these pods ask for; none where they may ask for all.
    pub fn narrow_questions(&self) -> Vec<&'a str> {
        let rules = self.specs.iter().flat_map(|spec| spec.rules("egress"));
        let mut asked: Vec<&str> = Vec::new();
        for name in rules.flat_map(|rule| ports::asked_names(rule.node)) {
            if !asked.contains(&name) {
                asked.push(name);
            }
        }
        if asked.iter().any(|name| name.trim_end_matches('.').bytes().all(|b| b == b'*')) {
            asked.clear();
        }
        asked
    }

    fn judged(&self, target: Target<'_>, learned: Extent) -> (Reachable, Cause) {
        let effects: Vec<Effect> =
            self.specs.iter().map(|spec| spec.effect(target, learned)).collect();
        judge(&effects)
    }

    /// Whether the addresses of a name get known to the rules of a spec.
    fn learned(&self, spec: &Spec<'_>, name: &str) -> Extent {
        let at = |peer: &DnsPeer| {
            let learns = |other: &Spec<'_>| {
                let extent = other.learns(peer, name);
                let is_sure = other.selects == Selects::All || std::ptr::eq(other, spec);
                if is_sure { extent } else { extent.and(Extent::Perhaps(Doubt::Names)) }
            };
            Extent::widest(self.specs.iter().map(learns))
        };
        let all: Vec<Extent> = self.dns.iter().map(at).collect();
        match Extent::widest(all.iter().copied()) {
            // Which of several servers is asked is not known.
            widest if all.iter().any(|extent| *extent != widest) => Extent::Perhaps(Doubt::Names),
            widest => widest,
        }
    }

    /// A host is reached if its name can be asked for, and its addresses are open: as such, or
    /// because of the name.
    fn host(&self, target: Target<'_>, name: &str) -> Answer {
        let effects: Vec<Effect> =
            self.specs.iter().map(|spec| spec.effect(target, self.learned(spec, name))).collect();
        let (verdict, cause) = judge(&effects);
        if verdict == Reachable::No {
            let named = judge(
                &self.specs.iter().map(|spec| spec.effect(target, Extent::All)).collect::<Vec<_>>(),
            );
            return match named {
                (Reachable::Yes, Cause::Opened(by)) => Answer {
                    verdict,
                    because: format!(
                        "{} names it, but no DNS rule for these pods lets Cilium learn its addresses",
                        self.names_of(&by)
                    ),
                },
                _ => self.in_words((verdict, cause)),
            };
        }
        let asked = self.question(name);
        match asked.verdict {
            Reachable::Yes => self.in_words((verdict, cause)),
            asked_verdict => Answer {
                verdict: asked_verdict,
                because: format!("its name must be asked for first: {}", asked.because),
            },
        }
    }

    /// Whether the pods can ask for a name.
    fn question(&self, name: &str) -> Answer {
        let answers: Vec<(Reachable, Cause)> = self
            .dns
            .iter()
            .map(|peer| self.judged(Target::Question(peer, name), Extent::None))
            .collect();
        self.at_all(answers)
    }

    /// Whether the pods reach the servers that they ask for names.
    pub fn dns(&self) -> Answer {
        let judged = |peer| self.judged(Target::Dns(peer), Extent::None);
        self.at_all(self.dns.iter().map(judged).collect())
    }

    /// Which of several servers is asked is not known: only what all have in common is certain.
    fn at_all(&self, answers: Vec<(Reachable, Cause)>) -> Answer {
        let differ = answers.iter().any(|(verdict, _)| *verdict != answers[0].0);
        match answers.into_iter().next() {
            Some(first) if !differ => self.in_words(first),
            Some(_) => Answer {
                verdict: Reachable::CannotTell,
                because: "some of the DNS servers are open, and some are not".to_owned(),
            },
            None => Answer {
                verdict: Reachable::CannotTell,
                because: "where these pods ask for names is not known".to_owned(),
            },
        }
    }

    fn is_patched(&self, policy: usize) -> bool {
        self.specs.iter().any(|spec| spec.policy == policy && spec.is_patched)
    }

    fn names_of(&self, policies: &[usize]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in policies.iter().filter_map(|at| self.names.get(*at)) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        match names[..] {
            [first, second, _, ..] => format!("{first}, {second} and {} more", names.len() - 2),
            _ => names.join(" and "),
        }
    }

    fn in_words(&self, (verdict, cause): (Reachable, Cause)) -> Answer {
        let name = |at: usize| self.names_of(&[at]);
        let because = match cause {
            Cause::Unrestricted => {
                "nothing in this repository restricts egress of these pods".to_owned()
            }
            Cause::Opened(by) => format!("opened by {}", self.names_of(&by)),
            Cause::Shut(by) => {
                let restricts = if by.len() == 1 { "restricts" } else { "restrict" };
                format!("{} {restricts} egress, and nothing opens it", self.names_of(&by))
            }
            Cause::Denied(by) => format!("denied by {}", name(by)),
            Cause::Selection(by) if self.is_patched(by) => {
                format!("{} {}", name(by), Doubt::Patched.in_words())
            }
            Cause::Selection(by) => {
                format!("{} may be for some of these pods only: it asks for other labels", name(by))
            }
            Cause::Unknown(by, doubt) => format!("{} {}", name(by), doubt.in_words()),
        };
        Answer { verdict, because }
    }
}

#[cfg(test)]
mod tests;
