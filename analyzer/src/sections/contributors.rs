use axiomo_model::{Contributor, Timestamp, TrustLevel};

use super::counted;
use crate::change::{Change, Person, PersonPast};
use crate::weights::{ESTABLISHED_FROM, MAINTAINER_FROM, TRUSTED_FROM};

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

pub(crate) fn contributors(change: &Change, as_of: Timestamp) -> Vec<Contributor> {
    change.people.iter().map(|person| contributor(person, change, as_of)).collect()
}

fn contributor(person: &Person, change: &Change, as_of: Timestamp) -> Contributor {
    let mut contributor = Contributor::default();
    contributor.login.clone_from(&person.login);
    contributor.id = Some(person.id.clone());
    contributor.role = Some(person.role.clone());
    contributor.commits = person.commits;
    contributor.is_bot = Some(person.is_bot);
    if person.is_bot {
        contributor.reasons.push("an automated account".to_owned());
    }
    let Some(past) = &person.past else {
        contributor.reasons.push("the history before this change could not be read".to_owned());
        return contributor;
    };
    contributor.prior_contributions = Some(past.commits);
    contributor.prior_merges = Some(past.merges);
    contributor.tenure_days = past.first_at.map(|first| days_between(first, as_of));
    contributor.trust_level = Some(trust_level(past));
    contributor.reasons.extend(reasons(past, &contributor, change));
    contributor
}

fn trust_level(past: &PersonPast) -> TrustLevel {
    match past {
        past if past.merges >= MAINTAINER_FROM => TrustLevel::Maintainer,
        past if past.commits >= TRUSTED_FROM => TrustLevel::Trusted,
        past if past.commits >= ESTABLISHED_FROM => TrustLevel::Established,
        past if past.commits > 0 || past.merges > 0 => TrustLevel::Low,
        _ => TrustLevel::New,
    }
}

fn reasons(past: &PersonPast, contributor: &Contributor, change: &Change) -> Vec<String> {
    let mut reasons = vec![match past.commits {
        0 => "no earlier commit here".to_owned(),
        commits => counted(commits, "earlier commit here", "earlier commits here"),
    }];
    if past.merges > 0 {
        reasons.push(counted(past.merges, "merge of another's change", "merges of others' changes"));
    }
    if let Some(days) = contributor.tenure_days {
        reasons.push(format!("first seen here {} ago", counted(days, "day", "days")));
    }
    if let Some(cut) = change.history.cut {
        reasons.push(format!(
            "of the newest {}; {}",
            counted(change.history.commits, "commit", "commits"),
            cut.reason()
        ));
    }
    reasons
}

/// Whole days, none when `to` is the earlier one.
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> u64 {
    let seconds = to.unix_seconds().saturating_sub(from.unix_seconds());
    u64::try_from(seconds / SECONDS_A_DAY).unwrap_or_default()
}
