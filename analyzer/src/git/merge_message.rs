//! What the message of a merge or squash commit tells of the pull request behind it.

use axiomo_model::Provider;

use super::message::shortened;

/// A pull request as named by the commit that brought it in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct MergeMessage {
    pub(super) number: u64,
    pub(super) provider: Option<Provider>,
    pub(super) title: Option<String>,
    /// The owner of the repository the branch came from.
    pub(super) owner: Option<String>,
    pub(super) head_branch: Option<String>,
    pub(super) base_branch: Option<String>,
}

impl MergeMessage {
    /// Reads the message of a commit with that many parents.
    pub(super) fn parse(message: &str, parents: usize) -> Option<Self> {
        let mut lines = message.lines();
        let subject = lines.next()?.trim();
        let mut body = lines.map(str::trim).filter(|line| !line.is_empty());
        let found = if parents > 1 {
            github(subject, &mut body.clone())
                .or_else(|| gitlab(subject, &mut body.clone()))
                .or_else(|| bitbucket(subject, &mut body))
        } else {
            bitbucket(subject, &mut body).or_else(|| squash(subject))
        };
        found.map(Self::shortened)
    }

    fn shortened(self) -> Self {
        let short = |text: Option<String>| text.map(|text| shortened(&text));
        Self {
            title: short(self.title),
            owner: short(self.owner),
            head_branch: short(self.head_branch),
            base_branch: short(self.base_branch),
            ..self
        }
    }

    /// How many bytes it takes up.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.title, &self.owner, &self.head_branch, &self.base_branch];
        size_of::<Self>() + texts.into_iter().flatten().map(String::capacity).sum::<usize>()
    }
}

/// `Merge pull request #12 from owner/branch`, then the title.
fn github<'m>(subject: &str, body: &mut impl Iterator<Item = &'m str>) -> Option<MergeMessage> {
    let rest = subject.strip_prefix("Merge pull request #")?;
    let (number, rest) = number(rest)?;
    let is_user_name = |owner: &&str| {
        owner.len() <= 64 && owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let (owner, branch) = rest.trim().strip_prefix("from ").and_then(|from| from.split_once('/')).unzip();
    Some(MergeMessage {
        number,
        provider: Some(Provider::GitHub),
        title: body.next().map(str::to_owned),
        owner: owner.filter(is_user_name).map(str::to_owned),
        head_branch: branch.map(str::to_owned),
        base_branch: None,
    })
}

/// `Merge branch 'branch' into 'base'`, the title, and `See merge request group/project!12`.
fn gitlab<'m>(subject: &str, body: &mut impl Iterator<Item = &'m str>) -> Option<MergeMessage> {
    let mut title = None;
    let number = body.find_map(|line| {
        let Some(reference) = line.strip_prefix("See merge request ") else {
            title.get_or_insert(line);
            return None;
        };
        let (_, digits) = reference.rsplit_once('!')?;
        number(digits).map(|(number, _)| number)
    })?;
    let mut quoted =
        subject.strip_prefix("Merge branch ").into_iter().flat_map(|rest| rest.split('\'').skip(1).step_by(2));
    Some(MergeMessage {
        number,
        provider: Some(Provider::GitLab),
        title: title.map(str::to_owned),
        owner: None,
        head_branch: quoted.next().map(str::to_owned),
        base_branch: quoted.next().map(str::to_owned),
    })
}

/// `Merged in branch (pull request #12)`, then the title.
fn bitbucket<'m>(subject: &str, body: &mut impl Iterator<Item = &'m str>) -> Option<MergeMessage> {
    let (branch, rest) = subject.strip_prefix("Merged in ")?.split_once(" (pull request #")?;
    let (number, rest) = number(rest)?;
    rest.starts_with(')').then(|| MergeMessage {
        number,
        provider: Some(Provider::Bitbucket),
        title: body.next().map(str::to_owned),
        // A branch of a fork is written `owner/repo/branch`, which a branch's name may look like too.
        head_branch: Some(branch.to_owned()),
        ..MergeMessage::default()
    })
}

/// `Title (#12)`
fn squash(subject: &str) -> Option<MergeMessage> {
    let (title, rest) = subject.rsplit_once(" (#")?;
    let (number, rest) = number(rest)?;
    (rest == ")").then(|| MergeMessage { number, title: Some(title.to_owned()), ..MergeMessage::default() })
}

/// The number a text begins with, from 1, and what follows it.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    digits.parse().ok().filter(|number| *number > 0).map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_each_provider_writes() {
        let github = MergeMessage::parse("Merge pull request #12 from ann/fix/it\n\nFix it\n\nBody", 2).unwrap();
        assert_eq!(github.number, 12);
        assert_eq!(github.title.as_deref(), Some("Fix it"));
        assert_eq!((github.owner.as_deref(), github.head_branch.as_deref()), (Some("ann"), Some("fix/it")));

        let text = "Merge branch 'fix/it' into 'main'\n\nFix it\n\nCloses #4\n\nSee merge request group/sub/app!13\n";
        let gitlab = MergeMessage::parse(text, 2).unwrap();
        assert_eq!((gitlab.number, gitlab.title.as_deref()), (13, Some("Fix it")));
        assert_eq!((gitlab.head_branch.as_deref(), gitlab.base_branch.as_deref()), (Some("fix/it"), Some("main")));

        let bitbucket =
            MergeMessage::parse("Merged in fix (pull request #14)\n\nFix it\n\nApproved-by: Ann", 2).unwrap();
        assert_eq!((bitbucket.number, bitbucket.head_branch.as_deref()), (14, Some("fix")));

        let squash = MergeMessage::parse("Revert \"Fix it (#12)\" (#15)\n\n* one\n", 1).unwrap();
        assert_eq!((squash.number, squash.title.as_deref()), (15, Some("Revert \"Fix it (#12)\"")));
    }

    #[test]
    fn no_more_is_kept_than_is_of_use() {
        let long = "x".repeat(5000);
        let message = format!("Merge pull request #12 from ann/{long}\n\n{long}\n\n{long}");
        let found = MergeMessage::parse(&message, 2).unwrap();
        assert_eq!((found.title.unwrap().len(), found.head_branch.unwrap().len()), (1000, 1000));
        let squash = MergeMessage::parse(&format!("{long} (#13)"), 1).unwrap();
        assert_eq!((squash.number, squash.title.unwrap().len()), (13, 1000));
    }

    #[test]
    fn what_names_no_pull_request_is_none() {
        let rows = [
            ("", 1),
            ("Fix #12", 1),
            ("Fix (#12) again", 1),
            ("Fix (#0)", 1),
            ("Fix (#99999999999999999999)", 1),
            ("Merge branch 'main'", 2),
            ("Merge pull request #12 from ann/fix", 1),
            ("Fix it (#12)", 2),
            ("Merged in fix (pull request #)", 2),
        ];
        for (message, parents) in rows {
            assert_eq!(MergeMessage::parse(message, parents), None, "{message}");
        }
    }
}
