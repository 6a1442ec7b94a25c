# frozen_string_literal: true

# Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

module Axiomo
  # A host of repositories. Another value is one that this version does not know.
  #
  # - `GITHUB`: GitHub, github.com or self-hosted.
  # - `GITLAB`: GitLab, gitlab.com or self-hosted.
  # - `BITBUCKET`: Bitbucket Cloud or Data Center.
  class Provider < OpenEnum
    values "github", "gitlab", "bitbucket"
  end

  # Where a pull request is in its life. Another value is one that this version does not know.
  #
  # - `OPEN`: Waiting to be merged.
  # - `CLOSED`: Closed without a merge.
  # - `MERGED`: Merged into its base branch.
  class PullRequestState < OpenEnum
    values "open", "closed", "merged"
  end

  # The part a contributor has in a pull request. Another value is one that this version does not know.
  #
  # - `AUTHOR`: Opened it.
  # - `CO_AUTHOR`: Wrote commits of it, or is named in a `Co-authored-by` line.
  class ContributorRole < OpenEnum
    values "author", "co_author"
  end

  # How well a contributor is known in a repository, from least to most. Another value is one that this version does not know.
  #
  # - `NEW`: Nothing before this change.
  # - `LOW`: A first few contributions.
  # - `ESTABLISHED`: A steady record of contributions.
  # - `TRUSTED`: A long record of contributions.
  # - `MAINTAINER`: Merges other people's changes here.
  class TrustLevel < Scale
    values "new", "low", "established", "trusted", "maintainer"
  end

  # A risk score in a word, from least to most. Another value is one that this version does not know.
  #
  # - `LOW`: Like most changes, or safer.
  # - `MEDIUM`: Worth a careful review.
  # - `HIGH`: Among the riskiest tenth.
  # - `CRITICAL`: Among the riskiest few of a hundred.
  class RiskLevel < Scale
    values "low", "medium", "high", "critical"
  end

  # The size of a review, from least to most. Another value is one that this version does not know.
  #
  # - `XS`: A glance.
  # - `S`: A few minutes.
  # - `M`: A sitting.
  # - `L`: A good part of a day.
  # - `XL`: More than one sitting can do well.
  class Effort < Scale
    values "xs", "s", "m", "l", "xl"
  end

  # How long a pull request has waited, from least to most. Another value is one that this version does not know.
  #
  # - `FRESH`: Changed within the last week.
  # - `AGING`: Changed within the last month.
  # - `STALE`: Not changed for a month or more.
  class Staleness < Scale
    values "fresh", "aging", "stale"
  end

  # A suggested next step, from lightest to strictest. Another value is one that this version does not know.
  #
  # - `APPROVE`: Nothing speaks against it.
  # - `REVIEW`: Someone should read it.
  # - `REQUEST_CHANGES`: It should be changed, or split, before it goes on.
  # - `BLOCK`: It should not be merged as it is.
  class ReviewAction < Scale
    values "approve", "review", "request_changes", "block"
  end

  # The conclusion of a check run. Another value is one that this version does not know.
  #
  # - `SUCCESS`: The check passes.
  # - `NEUTRAL`: The check neither passes nor fails.
  # - `FAILURE`: The check fails.
  class ReviewConclusion < OpenEnum
    values "success", "neutral", "failure"
  end

  # The pull request (a merge request on GitLab) as the provider knows it.
  class PullRequest < Model
    # Where the repository is hosted; absent for a repository known only from disk.
    enum :provider, Provider
    # The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
    member :owner
    # The repository's name.
    member :repo
    # The pull request's number in its repository; null for a plain range of commits.
    member :number
    # Its title. From a local repository: the title in the merge message, else the subject of its first commit.
    member :title
    # The author's user name; null when it cannot be known.
    member :author
    # Its page at the provider.
    member :url
    # Whether it is open, closed or merged; absent when a local repository cannot tell.
    enum :state, PullRequestState
    # Whether it is marked as not ready for review.
    member :draft
    # The branch it is to be merged into.
    member :base_branch
    # The branch it comes from.
    member :head_branch
    # The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
    member :base_sha
    # Its newest commit.
    member :head_sha
    # When it was opened. From a local repository: when its first commit was made.
    time :created_at
    # When it last changed. From a local repository: when its newest commit was made.
    time :updated_at
    # Lines added, as the provider counts them; null when a file of it could not be read. In lines.
    member :additions
    # Lines deleted, as the provider counts them; null when a file of it could not be read. In lines.
    member :deletions
    # Files it changes; a renamed file counts once. In files.
    member :changed_files
    # Commits it consists of; null where it was squashed and they are gone. In commits.
    member :commits
  end

  # Someone who wrote a part of the pull request.
  class Contributor < Model
    # The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
    member :login
    # Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
    member :id
    # The part this person has in the pull request.
    enum :role, ContributorRole
    # How well this person is known in the repository.
    enum :trust_level, TrustLevel
    # Age of the account at the provider; null when the provider was not asked. In days.
    member :account_age_days
    # Time since the first commit here, before this change; null without one. In days.
    member :tenure_days
    # Commits in the base branch before this change; null when its history could not be read. In commits.
    member :prior_contributions
    # Merges of other changes made here before this one; null when the history could not be read. In merges.
    member :prior_merges
    # Commits of this pull request; null where it was squashed. In commits.
    member :commits
    # Whether this is an automated account.
    member :is_bot
    # What the trust level rests on, in words.
    member :reasons, empty: [].freeze
  end

  # What a pull request says it wants.
  class Intent < Model
    # What it is for.
    member :goal
    # What it leaves alone on purpose.
    member :non_goals, empty: [].freeze
    # How to tell that it succeeded.
    member :acceptance_criteria, empty: [].freeze
    # How sure this reading is. In 0 to 1.
    member :confidence
    # Where it was found, such as `title` or `description`.
    member :source
  end

  # One named part of a risk score.
  class RiskDriver < Model
    # A stable name, such as `size`.
    member :id
    # The name for people.
    member :title
    # What was seen in this change, with its numbers.
    member :detail
    # What it adds to the score, rounded to 0.0001. In share of the score.
    member :contribution
    # The files it was seen in, the most important first; at most 20.
    member :files, empty: [].freeze
  end

  # One automated check.
  class Check < Model
    # Its name at the provider.
    member :name
    # What it checks, such as `test` or `lint`.
    member :kind
    # Whether it is queued, running or completed.
    member :status
    # How it ended, such as `success` or `failure`.
    member :conclusion
  end

  # One changed dependency.
  class Dependency < Model
    # The package's name.
    member :name
    # Where the package comes from, such as `cargo` or `npm`.
    member :ecosystem
    # The version before; null when it was added.
    member :from
    # The version after; null when it was removed.
    member :to
    # What happened, such as `added` or `major`.
    member :change
  end

  # How much work a review is, and how long the pull request has waited.
  class Triage < Model
    # The size of the review.
    enum :effort, Effort
    # How long a review is likely to take. In minutes.
    member :estimated_minutes
    # Days without a change; null once merged or closed. In days.
    member :stale_days
    # The waiting time in a word; absent once merged or closed.
    enum :staleness, Staleness
  end

  # One guideline and whether it is kept.
  class ConventionCheck < Model
    # A stable name.
    member :id
    # Whether it is kept.
    member :passed
    # What was seen.
    member :detail
  end

  # One file worth a look.
  class FocusFile < Model
    # The file's path in the repository.
    member :path
    # Its place in the list, from 1.
    member :rank
    # Its share of the attention. In 0 to 1.
    member :score
    # Why, in words.
    member :reasons, empty: [].freeze
  end

  # One rule of a policy that matched.
  class PolicyFinding < Model
    # The policy.
    member :policy_id
    # The rule in it.
    member :rule_id
    # What came of it, such as `passed` or `warn`.
    member :outcome
    # What was found, in words.
    member :message
    # What to do about it.
    member :remediation
  end

  # What to do with a pull request. Advice, not a decision.
  class Review < Model
    # The suggested next step.
    enum :action, ReviewAction
    # The same as the conclusion of a check run.
    enum :conclusion, ReviewConclusion
    # Why, in a sentence or two.
    member :rationale
  end

  # Something that could not be read.
  class Unavailable < Model
    # The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
    member :what
    # Why, in words.
    member :reason
  end

  # How likely a pull request is to cause trouble, with every part of the score named.
  class Risk < Model
    # The score in a word.
    enum :level, RiskLevel
    # The sum of the drivers' contributions. In 0 to 1.
    member :score
    # What the score is made of; the largest first.
    list :drivers, RiskDriver
  end

  # Which automated checks exist for a pull request, and what they said.
  class Evidence < Model
    # How much of the expected evidence is there. In 0 to 1.
    member :completeness_score
    # The checks that ran or should have.
    list :checks, Check
    # Expected evidence that is not there.
    member :missing, empty: [].freeze
  end

  # Changes to what the project is built from and with.
  class SupplyChain < Model
    # Dependencies added, removed or moved to another version.
    list :dependencies, Dependency
    # Changed lockfiles.
    member :lockfiles, empty: [].freeze
    # Changed files of continuous integration.
    member :ci_files, empty: [].freeze
    # Changed files that run during a build.
    member :build_scripts, empty: [].freeze
    # What deserves a look, in words.
    member :findings, empty: [].freeze
  end

  # How a pull request keeps to the contribution guidelines.
  class Conventions < Model
    # One entry a guideline.
    list :checks, ConventionCheck
  end

  # Where a reviewer should look first.
  class Focus < Model
    # The files most worth a look, the first first; at most 20.
    list :files, FocusFile
  end

  # What the repository's policies say.
  class Governance < Model
    # The policies that were evaluated, by id.
    member :policies, empty: [].freeze
    # What they found.
    list :findings, PolicyFinding
  end

  # When and how a Signal was made.
  class Meta < Model
    # When it was made.
    time :generated_at
    # The moment that ages are counted to.
    time :as_of
    # How long it took. In milliseconds.
    member :duration_ms
    # What made it, with its version.
    member :generator
    # What could not be read, and so was not taken for safe.
    list :unavailable, Unavailable
  end

  # What a pull request is, says and risks, in sections.
  class Signal < Model
    # The schema of this Signal, `axiomo.signal.v1`.
    member :version
    # Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
    member :signal_id
    # Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
    member :signal_url
    # The pull request itself.
    part :pr, PullRequest
    # Who wrote it, the author first.
    list :contributors, Contributor
    # What it wants to achieve, where it says so.
    optional :intent, Intent
    # How risky it is, and why.
    part :risk, Risk
    # Which automated checks speak for it.
    part :evidence, Evidence
    # What it changes in dependencies, continuous integration and build scripts.
    part :supply_chain, SupplyChain
    # How much work its review is, and how long it has waited.
    part :triage, Triage
    # How it keeps to the repository's contribution guidelines.
    part :conventions, Conventions
    # Where to look first.
    part :focus, Focus
    # What the repository's policies say of it.
    part :governance, Governance
    # What to do with it.
    part :review, Review
    # When and how this Signal was made.
    part :meta, Meta
  end

end
