//! Roles that only AWS itself hands out: nobody else can edit their trust policy.

use super::role_arn::RoleArn;

/// Whom a role is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// One AWS service.
    Service,
    /// Identity Center, for people.
    IdentityCenter,
}

impl Reserved {
    /// Whom a role is reserved for, which its path tells.
    pub fn of(role: &RoleArn) -> Option<Self> {
        let path = role.path();
        if path.starts_with("/aws-service-role/") {
            Some(Reserved::Service)
        } else if path.starts_with("/aws-reserved/") {
            Some(Reserved::IdentityCenter)
        } else {
            None
        }
    }

    /// The rule in the catalogue.
    pub fn rule(self) -> &'static str {
        match self {
            Reserved::Service => "role/service-linked",
            Reserved::IdentityCenter => "role/reserved-sso",
        }
    }

    /// Why no pod can have it, as the end of a sentence about the role.
    pub fn reason(self) -> &'static str {
        match self {
            Reserved::Service => "is linked to an AWS service, and only that service can assume it",
            Reserved::IdentityCenter => {
                "belongs to Identity Center, and its trust policy can't be edited"
            }
        }
    }

    /// The same in two words, for a list.
    pub fn in_short(self) -> &'static str {
        match self {
            Reserved::Service => "service-linked",
            Reserved::IdentityCenter => "of Identity Center",
        }
    }
}

/// What to do instead of taking a reserved role.
pub const TAKE_ANOTHER: &str = "make a role of your own with the permissions it needs";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_tells_whom_a_role_is_for() {
        for (path, reserved) in [
            ("aws-service-role/eks.amazonaws.com/x", Some(Reserved::Service)),
            ("aws-reserved/sso.amazonaws.com/eu-west-1/x", Some(Reserved::IdentityCenter)),
            ("aws-reserved", None),
            ("team/aws-service-role/x", None),
            ("service-role/x", None),
        ] {
            let role = RoleArn::parse(&format!("arn:aws:iam::123456789098:role/{path}")).unwrap();
            assert_eq!(Reserved::of(&role), reserved, "{path}");
        }
    }
}
