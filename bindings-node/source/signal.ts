// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

/** A text that this version need not know, without hiding those that it does from an editor. */
type Other = string & Record<never, never>;

/** What a pull request is, says and risks, in sections. */
export interface Signal {
  /**
   * The schema of this Signal, `axiomo.signal.v1`.
   */
  readonly version?: string;
  /**
   * Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
   */
  readonly signal_id?: string;
  /**
   * Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
   */
  readonly signal_url?: string;
  /**
   * The pull request itself.
   */
  readonly pr: PullRequest;
  /**
   * Who wrote it, the author first.
   */
  readonly contributors: readonly Contributor[];
  /**
   * What it wants to achieve, where it says so.
   */
  readonly intent?: Intent;
  /**
   * How risky it is, and why.
   */
  readonly risk: Risk;
  /**
   * Which automated checks speak for it.
   */
  readonly evidence: Evidence;
  /**
   * What it changes in dependencies, continuous integration and build scripts.
   */
  readonly supply_chain: SupplyChain;
  /**
   * How much work its review is, and how long it has waited.
   */
  readonly triage: Triage;
  /**
   * How it keeps to the repository's contribution guidelines.
   */
  readonly conventions: Conventions;
  /**
   * Where to look first.
   */
  readonly focus: Focus;
  /**
   * What the repository's policies say of it.
   */
  readonly governance: Governance;
  /**
   * What to do with it.
   */
  readonly review: Review;
  /**
   * When and how this Signal was made.
   */
  readonly meta: Meta;
}

/** The pull request (a merge request on GitLab) as the provider knows it. */
export interface PullRequest {
  /**
   * Where the repository is hosted; absent for a repository known only from disk.
   */
  readonly provider?: Provider;
  /**
   * The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
   */
  readonly owner?: string;
  /**
   * The repository's name.
   */
  readonly repo?: string;
  /**
   * The pull request's number in its repository; null for a plain range of commits.
   */
  readonly number?: number | null;
  /**
   * Its title. From a local repository: the title in the merge message, else the subject of its first commit.
   */
  readonly title?: string;
  /**
   * The author's user name; null when it cannot be known.
   */
  readonly author?: string | null;
  /**
   * Its page at the provider.
   */
  readonly url?: string;
  /**
   * Whether it is open, closed or merged; absent when a local repository cannot tell.
   */
  readonly state?: PullRequestState;
  /**
   * Whether it is marked as not ready for review.
   */
  readonly draft?: boolean;
  /**
   * The branch it is to be merged into.
   */
  readonly base_branch?: string;
  /**
   * The branch it comes from.
   */
  readonly head_branch?: string;
  /**
   * The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
   */
  readonly base_sha?: string;
  /**
   * Its newest commit.
   */
  readonly head_sha?: string;
  /**
   * When it was opened. From a local repository: when its first commit was made.
   */
  readonly created_at?: string;
  /**
   * When it last changed. From a local repository: when its newest commit was made.
   */
  readonly updated_at?: string;
  /**
   * Lines added, as the provider counts them; null when a file of it could not be read.
   *
   * Unit: lines.
   */
  readonly additions?: number | null;
  /**
   * Lines deleted, as the provider counts them; null when a file of it could not be read.
   *
   * Unit: lines.
   */
  readonly deletions?: number | null;
  /**
   * Files it changes; a renamed file counts once.
   *
   * Unit: files.
   */
  readonly changed_files?: number;
  /**
   * Commits it consists of; null where it was squashed and they are gone.
   *
   * Unit: commits.
   */
  readonly commits?: number | null;
}

/** Someone who wrote a part of the pull request. */
export interface Contributor {
  /**
   * The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
   */
  readonly login?: string | null;
  /**
   * Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
   */
  readonly id?: string;
  /**
   * The part this person has in the pull request.
   */
  readonly role?: ContributorRole;
  /**
   * How well this person is known in the repository.
   */
  readonly trust_level?: TrustLevel;
  /**
   * Age of the account at the provider; null when the provider was not asked.
   *
   * Unit: days.
   */
  readonly account_age_days?: number | null;
  /**
   * Time since the first commit here, before this change; null without one.
   *
   * Unit: days.
   */
  readonly tenure_days?: number | null;
  /**
   * Commits in the base branch before this change; null when its history could not be read.
   *
   * Unit: commits.
   */
  readonly prior_contributions?: number | null;
  /**
   * Merges of other changes made here before this one; null when the history could not be read.
   *
   * Unit: merges.
   */
  readonly prior_merges?: number | null;
  /**
   * Commits of this pull request; null where it was squashed.
   *
   * Unit: commits.
   */
  readonly commits?: number | null;
  /**
   * Whether this is an automated account.
   */
  readonly is_bot?: boolean;
  /**
   * What the trust level rests on, in words.
   */
  readonly reasons: readonly string[];
}

/** What a pull request says it wants. */
export interface Intent {
  /**
   * What it is for.
   */
  readonly goal?: string;
  /**
   * What it leaves alone on purpose.
   */
  readonly non_goals: readonly string[];
  /**
   * How to tell that it succeeded.
   */
  readonly acceptance_criteria: readonly string[];
  /**
   * How sure this reading is.
   *
   * Unit: 0 to 1.
   */
  readonly confidence?: number;
  /**
   * Where it was found, such as `title` or `description`.
   */
  readonly source?: string;
}

/** How likely a pull request is to cause trouble, with every part of the score named. */
export interface Risk {
  /**
   * The score in a word.
   */
  readonly level?: RiskLevel;
  /**
   * The sum of the drivers' contributions.
   *
   * Unit: 0 to 1.
   */
  readonly score?: number;
  /**
   * What the score is made of; the largest first.
   */
  readonly drivers: readonly RiskDriver[];
}

/** One named part of a risk score. */
export interface RiskDriver {
  /**
   * A stable name, such as `size`.
   */
  readonly id?: string;
  /**
   * The name for people.
   */
  readonly title?: string;
  /**
   * What was seen in this change, with its numbers.
   */
  readonly detail?: string;
  /**
   * What it adds to the score, rounded to 0.0001.
   *
   * Unit: share of the score.
   */
  readonly contribution?: number;
  /**
   * The files it was seen in, the most important first; at most 20.
   */
  readonly files: readonly string[];
}

/** Which automated checks exist for a pull request, and what they said. */
export interface Evidence {
  /**
   * How much of the expected evidence is there.
   *
   * Unit: 0 to 1.
   */
  readonly completeness_score?: number;
  /**
   * The checks that ran or should have.
   */
  readonly checks: readonly Check[];
  /**
   * Expected evidence that is not there.
   */
  readonly missing: readonly string[];
}

/** One automated check. */
export interface Check {
  /**
   * Its name at the provider.
   */
  readonly name?: string;
  /**
   * What it checks, such as `test` or `lint`.
   */
  readonly kind?: string;
  /**
   * Whether it is queued, running or completed.
   */
  readonly status?: string;
  /**
   * How it ended, such as `success` or `failure`.
   */
  readonly conclusion?: string;
}

/** Changes to what the project is built from and with. */
export interface SupplyChain {
  /**
   * Dependencies added, removed or moved to another version.
   */
  readonly dependencies: readonly Dependency[];
  /**
   * Changed lockfiles.
   */
  readonly lockfiles: readonly string[];
  /**
   * Changed files of continuous integration.
   */
  readonly ci_files: readonly string[];
  /**
   * Changed files that run during a build.
   */
  readonly build_scripts: readonly string[];
  /**
   * What deserves a look, in words.
   */
  readonly findings: readonly string[];
}

/** One changed dependency. */
export interface Dependency {
  /**
   * The package's name.
   */
  readonly name?: string;
  /**
   * Where the package comes from, such as `cargo` or `npm`.
   */
  readonly ecosystem?: string;
  /**
   * The version before; null when it was added.
   */
  readonly from?: string | null;
  /**
   * The version after; null when it was removed.
   */
  readonly to?: string | null;
  /**
   * What happened, such as `added` or `major`.
   */
  readonly change?: string;
}

/** How much work a review is, and how long the pull request has waited. */
export interface Triage {
  /**
   * The size of the review.
   */
  readonly effort?: Effort;
  /**
   * How long a review is likely to take.
   *
   * Unit: minutes.
   */
  readonly estimated_minutes?: number;
  /**
   * Days without a change; null once merged or closed.
   *
   * Unit: days.
   */
  readonly stale_days?: number | null;
  /**
   * The waiting time in a word; absent once merged or closed.
   */
  readonly staleness?: Staleness;
}

/** How a pull request keeps to the contribution guidelines. */
export interface Conventions {
  /**
   * One entry a guideline.
   */
  readonly checks: readonly ConventionCheck[];
}

/** One guideline and whether it is kept. */
export interface ConventionCheck {
  /**
   * A stable name.
   */
  readonly id?: string;
  /**
   * Whether it is kept.
   */
  readonly passed?: boolean;
  /**
   * What was seen.
   */
  readonly detail?: string;
}

/** Where a reviewer should look first. */
export interface Focus {
  /**
   * The files most worth a look, the first first; at most 20.
   */
  readonly files: readonly FocusFile[];
}

/** One file worth a look. */
export interface FocusFile {
  /**
   * The file's path in the repository.
   */
  readonly path?: string;
  /**
   * Its place in the list, from 1.
   */
  readonly rank?: number;
  /**
   * Its share of the attention.
   *
   * Unit: 0 to 1.
   */
  readonly score?: number;
  /**
   * Why, in words.
   */
  readonly reasons: readonly string[];
}

/** What the repository's policies say. */
export interface Governance {
  /**
   * The policies that were evaluated, by id.
   */
  readonly policies: readonly string[];
  /**
   * What they found.
   */
  readonly findings: readonly PolicyFinding[];
}

/** One rule of a policy that matched. */
export interface PolicyFinding {
  /**
   * The policy.
   */
  readonly policy_id?: string;
  /**
   * The rule in it.
   */
  readonly rule_id?: string;
  /**
   * What came of it, such as `passed` or `warn`.
   */
  readonly outcome?: string;
  /**
   * What was found, in words.
   */
  readonly message?: string;
  /**
   * What to do about it.
   */
  readonly remediation?: string;
}

/** What to do with a pull request. Advice, not a decision. */
export interface Review {
  /**
   * The suggested next step.
   */
  readonly action?: ReviewAction;
  /**
   * The same as the conclusion of a check run.
   */
  readonly conclusion?: ReviewConclusion;
  /**
   * Why, in a sentence or two.
   */
  readonly rationale?: string;
}

/** When and how a Signal was made. */
export interface Meta {
  /**
   * When it was made.
   */
  readonly generated_at?: string;
  /**
   * The moment that ages are counted to.
   */
  readonly as_of?: string;
  /**
   * How long it took.
   *
   * Unit: milliseconds.
   */
  readonly duration_ms?: number;
  /**
   * What made it, with its version.
   */
  readonly generator?: string;
  /**
   * What could not be read, and so was not taken for safe.
   */
  readonly unavailable: readonly Unavailable[];
}

/** Something that could not be read. */
export interface Unavailable {
  /**
   * The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
   */
  readonly what?: string;
  /**
   * Why, in words.
   */
  readonly reason?: string;
}

/**
 * A host of repositories. Another value is one that this version does not know.
 *
 * - `github`: GitHub, github.com or self-hosted.
 * - `gitlab`: GitLab, gitlab.com or self-hosted.
 * - `bitbucket`: Bitbucket Cloud or Data Center.
 */
export type Provider =
  | 'github'
  | 'gitlab'
  | 'bitbucket'
  | Other;

/**
 * Where a pull request is in its life. Another value is one that this version does not know.
 *
 * - `open`: Waiting to be merged.
 * - `closed`: Closed without a merge.
 * - `merged`: Merged into its base branch.
 */
export type PullRequestState =
  | 'open'
  | 'closed'
  | 'merged'
  | Other;

/**
 * The part a contributor has in a pull request. Another value is one that this version does not know.
 *
 * - `author`: Opened it.
 * - `co_author`: Wrote commits of it, or is named in a `Co-authored-by` line.
 */
export type ContributorRole =
  | 'author'
  | 'co_author'
  | Other;

/**
 * How well a contributor is known in a repository, from least to most. Another value is one that this version does not know.
 *
 * - `new`: Nothing before this change.
 * - `low`: A first few contributions.
 * - `established`: A steady record of contributions.
 * - `trusted`: A long record of contributions.
 * - `maintainer`: Merges other people's changes here.
 */
export type TrustLevel =
  | 'new'
  | 'low'
  | 'established'
  | 'trusted'
  | 'maintainer'
  | Other;

/** The values of a TrustLevel, from least to most. */
export const TRUST_LEVELS = Object.freeze([
  'new',
  'low',
  'established',
  'trusted',
  'maintainer',
] as const);

/**
 * A risk score in a word, from least to most. Another value is one that this version does not know.
 *
 * - `low`: Like most changes, or safer.
 * - `medium`: Worth a careful review.
 * - `high`: Among the riskiest tenth.
 * - `critical`: Among the riskiest few of a hundred.
 */
export type RiskLevel =
  | 'low'
  | 'medium'
  | 'high'
  | 'critical'
  | Other;

/** The values of a RiskLevel, from least to most. */
export const RISK_LEVELS = Object.freeze([
  'low',
  'medium',
  'high',
  'critical',
] as const);

/**
 * The size of a review, from least to most. Another value is one that this version does not know.
 *
 * - `xs`: A glance.
 * - `s`: A few minutes.
 * - `m`: A sitting.
 * - `l`: A good part of a day.
 * - `xl`: More than one sitting can do well.
 */
export type Effort =
  | 'xs'
  | 's'
  | 'm'
  | 'l'
  | 'xl'
  | Other;

/** The values of a Effort, from least to most. */
export const EFFORTS = Object.freeze([
  'xs',
  's',
  'm',
  'l',
  'xl',
] as const);

/**
 * How long a pull request has waited, from least to most. Another value is one that this version does not know.
 *
 * - `fresh`: Changed within the last week.
 * - `aging`: Changed within the last month.
 * - `stale`: Not changed for a month or more.
 */
export type Staleness =
  | 'fresh'
  | 'aging'
  | 'stale'
  | Other;

/** The values of a Staleness, from least to most. */
export const STALENESSES = Object.freeze([
  'fresh',
  'aging',
  'stale',
] as const);

/**
 * A suggested next step, from lightest to strictest. Another value is one that this version does not know.
 *
 * - `approve`: Nothing speaks against it.
 * - `review`: Someone should read it.
 * - `request_changes`: It should be changed, or split, before it goes on.
 * - `block`: It should not be merged as it is.
 */
export type ReviewAction =
  | 'approve'
  | 'review'
  | 'request_changes'
  | 'block'
  | Other;

/** The values of a ReviewAction, from least to most. */
export const REVIEW_ACTIONS = Object.freeze([
  'approve',
  'review',
  'request_changes',
  'block',
] as const);

/**
 * The conclusion of a check run. Another value is one that this version does not know.
 *
 * - `success`: The check passes.
 * - `neutral`: The check neither passes nor fails.
 * - `failure`: The check fails.
 */
export type ReviewConclusion =
  | 'success'
  | 'neutral'
  | 'failure'
  | Other;
