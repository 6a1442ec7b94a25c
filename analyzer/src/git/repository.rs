use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axiomo_model::{ContributorRole, Provider, Timestamp};
use gix::ObjectId;
use gix::bstr::{BString, ByteSlice};

use super::diff;
use super::error::Error;
use super::gaps;
use super::history::{self, Past};
use super::identity;
use super::locate::{self, Located, Selection, Tips};
use super::memory::Memory;
use super::merge_base::merge_base;
use super::message::MOST_CO_AUTHORS;
use super::objects::{Commit, Objects, Signature};
use crate::change::{Change, FileChange, Gap, History, Person, PersonPast, Place};

/// A git repository on disk, bare or with a working copy.
///
/// It is opened isolated: no configuration but its own is read, no hook, filter or other program is
/// ever run, and nothing is written.
///
/// Clones share what was read of the history, so that the next change is read in a fraction of the time; it
/// takes up to some 150 MB, for histories of 100,000 commits and more.
///
/// ```no_run
/// use axiomo_analyzer::git::{Repository, Selection};
///
/// let repository = Repository::open("path/to/clone")?;
/// let change = repository.change(&Selection::PullRequest(42))?;
/// println!("{} files", change.files.len());
/// # Ok::<(), axiomo_analyzer::git::Error>(())
/// ```
#[derive(Clone)]
pub struct Repository {
    inner: gix::ThreadSafeRepository,
    /// Shared by all clones.
    memory: Arc<Memory>,
    place: Place,
}

/// What each thread keeps of packed and of whole objects. Histories are read in the order in which
/// packs keep them, so a little is enough for each object to be unpacked once.
const SETTINGS: [&str; 4] = [
    "core.deltaBaseCacheLimit=48m",
    "gitoxide.objects.cacheLimit=16m",
    // It only saves time, and a broken one would cost the answer.
    "core.commitGraph=false",
    // An object that unpacks to more is not read, whoever asks for it. Far above the caps on what is read, since that
    // may be packed as a difference to something larger.
    "gitoxide.objects.allocLimit=256m",
];
/// The most commits of a change whose authors are looked at.
const MOST_OWN_COMMITS: u64 = 10_000;
/// The most letters of a title that are kept; the providers allow no more than 256.
const LONGEST_TITLE: usize = 300;
/// The most people that are listed.
const MOST_PEOPLE: usize = 50;

impl Repository {
    /// Opens the repository at a path: its working copy, its `.git` folder, or a bare repository.
    ///
    /// # Errors
    ///
    /// [`Error::NotARepository`] when there is none, or it cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let options = gix::open::Options::isolated().config_overrides(SETTINGS);
        let inner = gix::ThreadSafeRepository::open_opts(&path, options)
            .map_err(|error| Error::NotARepository { path: path.clone(), reason: error.to_string() })?;
        let place = place(&inner.to_thread_local(), &path);
        Ok(Self { inner, memory: Arc::default(), place })
    }

    /// Opens the repository that a path lies in: the path itself, or the nearest folder above it that
    /// is one.
    ///
    /// # Errors
    ///
    /// [`Error::NotARepository`] when there is none, or it cannot be read.
    pub fn discover(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let whole = path
            .canonicalize()
            .map_err(|error| Error::NotARepository { path: path.clone(), reason: error.to_string() })?;
        // The nearest one counts, even if it cannot be read: another one further up is not meant.
        let nearest = whole.ancestors().find(|folder| folder.join(".git").exists() || folder.join("HEAD").is_file());
        Self::open(nearest.unwrap_or(&path))
    }

    /// Where the repository comes from, by the address of its remote `origin`; without one, it is
    /// named after its folder.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The same repository under another name, for whoever knows better than its remote.
    #[must_use]
    pub fn with_place(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// Reads a change and what came before it.
    ///
    /// # Errors
    ///
    /// When the change cannot be found, or its newest commit or a folder of it cannot be read. Files that
    /// cannot be read are no error: [`Change::unavailable`] tells of them.
    pub fn change(&self, selection: &Selection) -> Result<Change, Error> {
        let objects = self.objects()?;
        let located = locate::locate(&objects, selection)?;
        tracing::debug!(base = ?located.base, head = %located.head, "located");
        self.read(&objects, located)
    }

    /// Where the refs stand that decide what a pull request is: a few look-ups, for whoever wants to
    /// know whether [`change`](Self::change) would read something else than before.
    ///
    /// # Errors
    ///
    /// When the repository has no commit, or cannot be read.
    pub fn tips(&self, number: u64) -> Result<Tips, Error> {
        locate::tips(&self.objects()?, number)
    }

    fn objects(&self) -> Result<Objects, Error> {
        Objects::new(self.inner.to_thread_local(), self.memory.clone())
    }

    fn read(&self, objects: &Objects, located: Located) -> Result<Change, Error> {
        let mut unavailable = Vec::new();
        if located.base.is_some_and(|base| objects.is_beyond_shallow(base)) {
            return Err(Error::Shallow);
        }
        let head = objects.commit(located.head)?;
        let compared = self.compared_with(objects, &located, &mut unavailable);
        let compared_tree = compared.map(|id| objects.commit(id)).transpose()?.map(|commit| commit.tree);
        let (files, has_more_files) = diff::files(objects, compared_tree, head.tree)?;
        let own = OwnCommits::read(objects, &located, &mut unavailable)?;

        let paths: Vec<BString> = files.iter().map(|(path, _)| path.clone()).collect();
        let past = located.base.map(|base| history::read(objects, base, &paths)).transpose()?;
        let history = history_of(objects, past.as_ref());
        let mut files: Vec<FileChange> = files.into_iter().map(|(_, file)| file).collect();
        if let Some(past) = &past {
            for (file, past) in files.iter_mut().zip(&past.files) {
                file.past = past.clone();
            }
        }
        if has_more_files {
            let reason = format!("all but {} are beyond what is looked at of any change", files.len());
            unavailable.push(Gap { what: "files".to_owned(), reason });
        }
        unavailable.extend(gaps::of(&files));
        if let Some(cut) = history.cut {
            let reason = format!("read {} commits; {}", history.commits, cut.reason());
            unavailable.push(Gap { what: "history".to_owned(), reason });
        }

        let place = Place { number: located.number, ..self.place_of(&located) };
        let people = self.people(&own, &head, &located, past.as_ref());
        let oldest = own.oldest.as_ref().unwrap_or(&head);
        let title = [located.title, Some(oldest.subject.clone())].into_iter().flatten().find(|title| !title.is_empty());
        Ok(Change {
            place,
            title: title.map(|title| title.trim().chars().take(LONGEST_TITLE).collect()),
            merged: located.merged,
            base_branch: located.base_branch,
            head_branch: located.head_branch,
            base_sha: located.base.map(|id| id.to_string()),
            head_sha: located.head.to_string(),
            created_at: Some(Timestamp::from_unix_seconds(oldest.committed_at)),
            updated_at: Some(Timestamp::from_unix_seconds(head.committed_at)),
            commits: (!located.squashed && !own.is_cut).then_some(own.count),
            files,
            has_more_files,
            people,
            history,
            unavailable,
        })
    }

    /// The commit that the head is compared with: where both sides parted.
    #[expect(clippy::unused_self, reason = "a step of reading a change")]
    fn compared_with(&self, objects: &Objects, located: &Located, unavailable: &mut Vec<Gap>) -> Option<ObjectId> {
        let base = located.base?;
        let merge_base = merge_base(objects, base, located.head);
        if merge_base.is_none() {
            let reason = if objects.is_shallow() {
                "the commit where both branches parted is not in this shallow clone; compared with the base itself"
            } else {
                "both branches have no commit in common that can be read; compared with the base itself"
            };
            unavailable.push(Gap { what: "history".to_owned(), reason: reason.to_owned() });
        }
        Some(merge_base.unwrap_or(base))
    }

    fn place_of(&self, located: &Located) -> Place {
        let mut place = self.place.clone();
        if place.provider.is_none() {
            place.provider.clone_from(&located.provider);
        }
        place
    }

    /// Who wrote the change. An owner named in a merge message is the author's account, unless it is
    /// the owner of the repository itself: then the branch was in the repository, and anybody's.
    fn people(&self, own: &OwnCommits, head: &Commit, located: &Located, past: Option<&Past>) -> Vec<Person> {
        let fork_owner = located.owner.clone().filter(|owner| !owner.eq_ignore_ascii_case(&self.place.owner));
        let author = own.oldest.as_ref().map_or(&head.author, |oldest| &oldest.author);
        let mut others: Vec<(&String, &(Signature, u64))> =
            own.people.iter().filter(|(email, _)| **email != author.email).collect();
        others.sort_by_key(|(email, (_, commits))| (std::cmp::Reverse(*commits), (*email).clone()));
        let count = |commits: u64| (!located.squashed).then_some(commits);
        let own_commits = own.people.get(&author.email).map_or(0, |(_, commits)| *commits);
        let first = self.person(author, ContributorRole::Author, count(own_commits), past, fork_owner);
        let others = others.into_iter().take(MOST_PEOPLE - 1);
        let others = others.map(|(_, (signature, commits))| {
            self.person(signature, ContributorRole::CoAuthor, count(*commits), past, None)
        });
        std::iter::once(first).chain(others).collect()
    }

    fn person(
        &self,
        signature: &Signature,
        role: ContributorRole,
        commits: Option<u64>,
        past: Option<&Past>,
        fork_owner: Option<String>,
    ) -> Person {
        let Place { host, owner, repo, .. } = &self.place;
        let past = past.filter(|past| past.commits > 0).map(|past| {
            let deeds = past.people.get(&signature.email).copied().unwrap_or_default();
            PersonPast {
                commits: deeds.commits,
                merges: deeds.merges,
                first_at: deeds.first_at.map(Timestamp::from_unix_seconds),
            }
        });
        Person {
            login: identity::login(&signature.email).or(fork_owner),
            id: identity::id(&format!("{host}/{owner}/{repo}"), &signature.email),
            role,
            is_bot: identity::is_bot(signature),
            commits,
            past,
        }
    }
}

/// The commits of a change itself.
struct OwnCommits {
    count: u64,
    /// Whether there are more that this clone does not have, or some that cannot be read.
    is_cut: bool,
    oldest: Option<Arc<Commit>>,
    /// By address: who, and how many commits.
    people: HashMap<String, (Signature, u64)>,
}

impl OwnCommits {
    fn read(objects: &Objects, located: &Located, unavailable: &mut Vec<Gap>) -> Result<Self, Error> {
        let mut own = Self { count: 0, is_cut: false, oldest: None, people: HashMap::new() };
        let hidden: Vec<ObjectId> = located.base.into_iter().collect();
        let walk = objects
            .repository
            .rev_walk([located.head])
            .with_hidden(hidden)
            .all()
            .map_err(|error| Error::unreadable("the commits of the change", error))?;
        let mut is_unread = false;
        for step in walk {
            let Ok(step) = step else {
                is_unread = true;
                break;
            };
            own.count += 1;
            own.is_cut |= objects.is_shallow_edge(&step.id);
            if own.count > MOST_OWN_COMMITS {
                continue;
            }
            let read = objects.commit(step.id).and_then(|commit| Ok((commit, objects.co_authors(step.id)?)));
            let Ok((commit, co_authors)) = read else {
                is_unread = true;
                continue;
            };
            let entry = own.people.entry(commit.author.email.clone()).or_insert_with(|| (commit.author.clone(), 0));
            entry.1 += 1;
            for co_author in co_authors {
                if own.people.len() < MOST_CO_AUTHORS {
                    own.people.entry(co_author.email.clone()).or_insert((co_author, 0));
                }
            }
            let is_older = own.oldest.as_ref().is_none_or(|oldest| commit.committed_at <= oldest.committed_at);
            if is_older {
                own.oldest = Some(commit);
            }
        }
        if is_unread {
            let reason = "some commits of the change are missing from this clone, or cannot be read".to_owned();
            unavailable.push(Gap { what: "history".to_owned(), reason });
            own.is_cut = true;
        }
        Ok(own)
    }
}

fn history_of(objects: &Objects, past: Option<&Past>) -> History {
    match past {
        Some(past) => History { commits: past.commits, cut: past.cut },
        None if objects.is_shallow() => History { commits: 0, cut: Some(crate::change::HistoryCut::Shallow) },
        None => History::default(),
    }
}

/// Reads the address of `origin`: `https://host/owner/repo.git`, `git@host:owner/repo.git` and the like.
fn place(repository: &gix::Repository, path: &Path) -> Place {
    let snapshot = repository.config_snapshot();
    let address = snapshot.string("remote.origin.url").map(|address| address.to_str_lossy().into_owned());
    address.as_deref().and_then(place_of_address).unwrap_or_else(|| {
        let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = absolute.file_name().filter(|name| *name != ".git").or_else(|| absolute.parent()?.file_name());
        let name = folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Place { repo: name.strip_suffix(".git").unwrap_or(&name).to_owned(), ..Place::default() }
    })
}

fn place_of_address(address: &str) -> Option<Place> {
    let (authority, path) = if let Some((_, rest)) = address.split_once("://") {
        rest.split_once('/')?
    } else {
        // `host:path`; one letter before the colon is a drive, a slash before it a path.
        let (host, path) = address.split_once(':')?;
        (host.len() > 1 && !host.contains(['/', '\\'])).then_some((host, path))?
    };
    let host = authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase();
    if host.is_empty() {
        return None;
    }
    let path = path.trim_matches('/');
    let (owner, repo) = path.strip_suffix(".git").unwrap_or(path).rsplit_once('/')?;
    let provider = match host.split(':').next().unwrap_or(&host) {
        "github.com" => Some(Provider::GitHub),
        "gitlab.com" => Some(Provider::GitLab),
        "bitbucket.org" => Some(Provider::Bitbucket),
        _ => None,
    };
    Some(Place { provider, host, owner: owner.to_owned(), repo: repo.to_owned(), number: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_remote_tells_the_place() {
        let rows = [
            ("https://github.com/owner/repo.git", Some((Some(Provider::GitHub), "github.com", "owner", "repo"))),
            ("git@github.com:owner/repo.git", Some((Some(Provider::GitHub), "github.com", "owner", "repo"))),
            ("ssh://git@gitlab.com/a/b/repo", Some((Some(Provider::GitLab), "gitlab.com", "a/b", "repo"))),
            ("https://user:secret@git.example:8443/o/r.git/", Some((None, "git.example:8443", "o", "r"))),
            ("../elsewhere/repo.git", None),
            ("C:\\repos\\repo", None),
            ("/srv/git/repo.git", None),
            ("file:///srv/git/repo.git", None),
        ];
        for (address, expected) in rows {
            let found = place_of_address(address);
            let found = found
                .as_ref()
                .map(|place| (place.provider.clone(), place.host.as_str(), place.owner.as_str(), place.repo.as_str()));
            assert_eq!(found, expected, "{address}");
        }
    }
}
