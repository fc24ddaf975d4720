//! Listing the roles of the account that one is logged in to.

use aws_sdk_iam::Client;
use tokio::time::timeout;

use super::caller::Caller;
use super::client::{LONGEST, config};
use super::failure::Failure;
use super::{ListEnd, ListQuestion, MOST_LISTED};
use crate::domain::role_arn::RoleArn;

/// Roles a page: as many as IAM gives.
const PAGE: i32 = 1_000;

/// Lists them page by page; each page is waited for so long and no longer.
pub(super) async fn list(
    question: &ListQuestion,
    on_page: &mut dyn FnMut(Vec<RoleArn>) -> bool,
) -> Result<String, String> {
    let late = || format!("AWS did not answer within {} seconds", LONGEST.as_secs());
    let profile = question.profile.as_deref();
    let asked = async {
        let config = config(profile, question.partition).await;
        let caller = Caller::of(&config, profile).await?;
        Ok::<_, String>((config, caller))
    };
    let (config, caller) = timeout(LONGEST, asked).await.unwrap_or_else(|_| Err(late()))?;
    if !caller.is_in(question.partition)
        || !(question.accounts.is_empty() || question.accounts.contains(&caller.account))
    {
        let wanted = question.accounts.join(" or ");
        return Err(format!("you are logged in to {}, not to {wanted}", caller.account));
    }
    let mut pages = Client::new(&config).list_roles().into_paginator().page_size(PAGE).send();
    let mut count = 0;
    while let Some(page) = timeout(LONGEST, pages.next()).await.map_err(|_| late())? {
        let page = page.map_err(|error| {
            let failure = Failure::of(&error, error.raw_response());
            failure.line("iam:ListRoles", profile, Some(&caller.arn))
        })?;
        count += page.roles.len();
        // A path that kube2iam would read otherwise is not on offer.
        let roles = page.roles.iter().filter_map(|role| RoleArn::parse(&role.arn).ok());
        if !on_page(roles.collect()) {
            break;
        }
        if count >= MOST_LISTED {
            return Err(format!("only the first {count} roles were read"));
        }
    }
    Ok(caller.account)
}

impl From<Result<String, String>> for ListEnd {
    fn from(end: Result<String, String>) -> Self {
        end.map_or_else(ListEnd::Broken, ListEnd::Complete)
    }
}
