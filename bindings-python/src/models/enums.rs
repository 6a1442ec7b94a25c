// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

//! The enums of a Signal, which take values that this version does not know.

use crate::value::OpenEnum;

pub(crate) static PROVIDER: OpenEnum = OpenEnum::new("Provider", &["github", "gitlab", "bitbucket"]);

pub(crate) static PULL_REQUEST_STATE: OpenEnum = OpenEnum::new("PullRequestState", &["open", "closed", "merged"]);

pub(crate) static CONTRIBUTOR_ROLE: OpenEnum = OpenEnum::new("ContributorRole", &["author", "co_author"]);

pub(crate) static TRUST_LEVEL: OpenEnum =
    OpenEnum::new("TrustLevel", &["new", "low", "established", "trusted", "maintainer"]);

pub(crate) static RISK_LEVEL: OpenEnum = OpenEnum::new("RiskLevel", &["low", "medium", "high", "critical"]);

pub(crate) static EFFORT: OpenEnum = OpenEnum::new("Effort", &["xs", "s", "m", "l", "xl"]);

pub(crate) static STALENESS: OpenEnum = OpenEnum::new("Staleness", &["fresh", "aging", "stale"]);

pub(crate) static REVIEW_ACTION: OpenEnum =
    OpenEnum::new("ReviewAction", &["approve", "review", "request_changes", "block"]);

pub(crate) static REVIEW_CONCLUSION: OpenEnum = OpenEnum::new("ReviewConclusion", &["success", "neutral", "failure"]);
