// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

package app.axiomo

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** What a pull request is, says and risks, in sections. */
@Serializable
@ConsistentCopyVisibility
public data class Signal internal constructor(
    /**
     * The schema of this Signal, `axiomo.signal.v1`.
     */
    @SerialName("version") public val version: String? = null,
    /**
     * Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
     */
    @SerialName("signal_id") public val signal_id: String? = null,
    /**
     * Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
     */
    @SerialName("signal_url") public val signal_url: String? = null,
    /**
     * The pull request itself.
     */
    @SerialName("pr") public val pr: PullRequest = PullRequest(),
    /**
     * Who wrote it, the author first.
     */
    @SerialName("contributors") public val contributors: List<Contributor> = emptyList(),
    /**
     * What it wants to achieve, where it says so.
     */
    @SerialName("intent") public val intent: Intent? = null,
    /**
     * How risky it is, and why.
     */
    @SerialName("risk") public val risk: Risk = Risk(),
    /**
     * Which automated checks speak for it.
     */
    @SerialName("evidence") public val evidence: Evidence = Evidence(),
    /**
     * What it changes in dependencies, continuous integration and build scripts.
     */
    @SerialName("supply_chain") public val supply_chain: SupplyChain = SupplyChain(),
    /**
     * How much work its review is, and how long it has waited.
     */
    @SerialName("triage") public val triage: Triage = Triage(),
    /**
     * How it keeps to the repository's contribution guidelines.
     */
    @SerialName("conventions") public val conventions: Conventions = Conventions(),
    /**
     * Where to look first.
     */
    @SerialName("focus") public val focus: Focus = Focus(),
    /**
     * What the repository's policies say of it.
     */
    @SerialName("governance") public val governance: Governance = Governance(),
    /**
     * What to do with it.
     */
    @SerialName("review") public val review: Review = Review(),
    /**
     * When and how this Signal was made.
     */
    @SerialName("meta") public val meta: Meta = Meta(),
)

/** The pull request (a merge request on GitLab) as the provider knows it. */
@Serializable
@ConsistentCopyVisibility
public data class PullRequest internal constructor(
    /**
     * Where the repository is hosted; absent for a repository known only from disk.
     */
    @SerialName("provider") public val provider: Provider? = null,
    /**
     * The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
     */
    @SerialName("owner") public val owner: String? = null,
    /**
     * The repository's name.
     */
    @SerialName("repo") public val repo: String? = null,
    /**
     * The pull request's number in its repository; null for a plain range of commits.
     */
    @SerialName("number") public val number: Count? = null,
    /**
     * Its title. From a local repository: the title in the merge message, else the subject of its first commit.
     */
    @SerialName("title") public val title: String? = null,
    /**
     * The author's user name; null when it cannot be known.
     */
    @SerialName("author") public val author: String? = null,
    /**
     * Its page at the provider.
     */
    @SerialName("url") public val url: String? = null,
    /**
     * Whether it is open, closed or merged; absent when a local repository cannot tell.
     */
    @SerialName("state") public val state: PullRequestState? = null,
    /**
     * Whether it is marked as not ready for review.
     */
    @SerialName("draft") public val draft: Boolean? = null,
    /**
     * The branch it is to be merged into.
     */
    @SerialName("base_branch") public val base_branch: String? = null,
    /**
     * The branch it comes from.
     */
    @SerialName("head_branch") public val head_branch: String? = null,
    /**
     * The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
     */
    @SerialName("base_sha") public val base_sha: String? = null,
    /**
     * Its newest commit.
     */
    @SerialName("head_sha") public val head_sha: String? = null,
    /**
     * When it was opened. From a local repository: when its first commit was made.
     */
    @SerialName("created_at") public val created_at: Timestamp? = null,
    /**
     * When it last changed. From a local repository: when its newest commit was made.
     */
    @SerialName("updated_at") public val updated_at: Timestamp? = null,
    /**
     * Lines added, as the provider counts them; null when a file of it could not be read.
     *
     * Unit: lines.
     */
    @SerialName("additions") public val additions: Count? = null,
    /**
     * Lines deleted, as the provider counts them; null when a file of it could not be read.
     *
     * Unit: lines.
     */
    @SerialName("deletions") public val deletions: Count? = null,
    /**
     * Files it changes; a renamed file counts once.
     *
     * Unit: files.
     */
    @SerialName("changed_files") public val changed_files: Count? = null,
    /**
     * Commits it consists of; null where it was squashed and they are gone.
     *
     * Unit: commits.
     */
    @SerialName("commits") public val commits: Count? = null,
)

/** Someone who wrote a part of the pull request. */
@Serializable
@ConsistentCopyVisibility
public data class Contributor internal constructor(
    /**
     * The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
     */
    @SerialName("login") public val login: String? = null,
    /**
     * Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
     */
    @SerialName("id") public val id: String? = null,
    /**
     * The part this person has in the pull request.
     */
    @SerialName("role") public val role: ContributorRole? = null,
    /**
     * How well this person is known in the repository.
     */
    @SerialName("trust_level") public val trust_level: TrustLevel? = null,
    /**
     * Age of the account at the provider; null when the provider was not asked.
     *
     * Unit: days.
     */
    @SerialName("account_age_days") public val account_age_days: Count? = null,
    /**
     * Time since the first commit here, before this change; null without one.
     *
     * Unit: days.
     */
    @SerialName("tenure_days") public val tenure_days: Count? = null,
    /**
     * Commits in the base branch before this change; null when its history could not be read.
     *
     * Unit: commits.
     */
    @SerialName("prior_contributions") public val prior_contributions: Count? = null,
    /**
     * Merges of other changes made here before this one; null when the history could not be read.
     *
     * Unit: merges.
     */
    @SerialName("prior_merges") public val prior_merges: Count? = null,
    /**
     * Commits of this pull request; null where it was squashed.
     *
     * Unit: commits.
     */
    @SerialName("commits") public val commits: Count? = null,
    /**
     * Whether this is an automated account.
     */
    @SerialName("is_bot") public val is_bot: Boolean? = null,
    /**
     * What the trust level rests on, in words.
     */
    @SerialName("reasons") public val reasons: List<String> = emptyList(),
)

/** What a pull request says it wants. */
@Serializable
@ConsistentCopyVisibility
public data class Intent internal constructor(
    /**
     * What it is for.
     */
    @SerialName("goal") public val goal: String? = null,
    /**
     * What it leaves alone on purpose.
     */
    @SerialName("non_goals") public val non_goals: List<String> = emptyList(),
    /**
     * How to tell that it succeeded.
     */
    @SerialName("acceptance_criteria") public val acceptance_criteria: List<String> = emptyList(),
    /**
     * How sure this reading is.
     *
     * Unit: 0 to 1.
     */
    @SerialName("confidence") public val confidence: Double? = null,
    /**
     * Where it was found, such as `title` or `description`.
     */
    @SerialName("source") public val source: String? = null,
)

/** How likely a pull request is to cause trouble, with every part of the score named. */
@Serializable
@ConsistentCopyVisibility
public data class Risk internal constructor(
    /**
     * The score in a word.
     */
    @SerialName("level") public val level: RiskLevel? = null,
    /**
     * The sum of the drivers' contributions.
     *
     * Unit: 0 to 1.
     */
    @SerialName("score") public val score: Double? = null,
    /**
     * What the score is made of; the largest first.
     */
    @SerialName("drivers") public val drivers: List<RiskDriver> = emptyList(),
)

/** One named part of a risk score. */
@Serializable
@ConsistentCopyVisibility
public data class RiskDriver internal constructor(
    /**
     * A stable name, such as `size`.
     */
    @SerialName("id") public val id: String? = null,
    /**
     * The name for people.
     */
    @SerialName("title") public val title: String? = null,
    /**
     * What was seen in this change, with its numbers.
     */
    @SerialName("detail") public val detail: String? = null,
    /**
     * What it adds to the score, rounded to 0.0001.
     *
     * Unit: share of the score.
     */
    @SerialName("contribution") public val contribution: Double? = null,
    /**
     * The files it was seen in, the most important first; at most 20.
     */
    @SerialName("files") public val files: List<String> = emptyList(),
)

/** Which automated checks exist for a pull request, and what they said. */
@Serializable
@ConsistentCopyVisibility
public data class Evidence internal constructor(
    /**
     * How much of the expected evidence is there.
     *
     * Unit: 0 to 1.
     */
    @SerialName("completeness_score") public val completeness_score: Double? = null,
    /**
     * The checks that ran or should have.
     */
    @SerialName("checks") public val checks: List<Check> = emptyList(),
    /**
     * Expected evidence that is not there.
     */
    @SerialName("missing") public val missing: List<String> = emptyList(),
)

/** One automated check. */
@Serializable
@ConsistentCopyVisibility
public data class Check internal constructor(
    /**
     * Its name at the provider.
     */
    @SerialName("name") public val name: String? = null,
    /**
     * What it checks, such as `test` or `lint`.
     */
    @SerialName("kind") public val kind: String? = null,
    /**
     * Whether it is queued, running or completed.
     */
    @SerialName("status") public val status: String? = null,
    /**
     * How it ended, such as `success` or `failure`.
     */
    @SerialName("conclusion") public val conclusion: String? = null,
)

/** Changes to what the project is built from and with. */
@Serializable
@ConsistentCopyVisibility
public data class SupplyChain internal constructor(
    /**
     * Dependencies added, removed or moved to another version.
     */
    @SerialName("dependencies") public val dependencies: List<Dependency> = emptyList(),
    /**
     * Changed lockfiles.
     */
    @SerialName("lockfiles") public val lockfiles: List<String> = emptyList(),
    /**
     * Changed files of continuous integration.
     */
    @SerialName("ci_files") public val ci_files: List<String> = emptyList(),
    /**
     * Changed files that run during a build.
     */
    @SerialName("build_scripts") public val build_scripts: List<String> = emptyList(),
    /**
     * What deserves a look, in words.
     */
    @SerialName("findings") public val findings: List<String> = emptyList(),
)

/** One changed dependency. */
@Serializable
@ConsistentCopyVisibility
public data class Dependency internal constructor(
    /**
     * The package's name.
     */
    @SerialName("name") public val name: String? = null,
    /**
     * Where the package comes from, such as `cargo` or `npm`.
     */
    @SerialName("ecosystem") public val ecosystem: String? = null,
    /**
     * The version before; null when it was added.
     */
    @SerialName("from") public val from: String? = null,
    /**
     * The version after; null when it was removed.
     */
    @SerialName("to") public val to: String? = null,
    /**
     * What happened, such as `added` or `major`.
     */
    @SerialName("change") public val change: String? = null,
)

/** How much work a review is, and how long the pull request has waited. */
@Serializable
@ConsistentCopyVisibility
public data class Triage internal constructor(
    /**
     * The size of the review.
     */
    @SerialName("effort") public val effort: Effort? = null,
    /**
     * How long a review is likely to take.
     *
     * Unit: minutes.
     */
    @SerialName("estimated_minutes") public val estimated_minutes: Count? = null,
    /**
     * Days without a change; null once merged or closed.
     *
     * Unit: days.
     */
    @SerialName("stale_days") public val stale_days: Count? = null,
    /**
     * The waiting time in a word; absent once merged or closed.
     */
    @SerialName("staleness") public val staleness: Staleness? = null,
)

/** How a pull request keeps to the contribution guidelines. */
@Serializable
@ConsistentCopyVisibility
public data class Conventions internal constructor(
    /**
     * One entry a guideline.
     */
    @SerialName("checks") public val checks: List<ConventionCheck> = emptyList(),
)

/** One guideline and whether it is kept. */
@Serializable
@ConsistentCopyVisibility
public data class ConventionCheck internal constructor(
    /**
     * A stable name.
     */
    @SerialName("id") public val id: String? = null,
    /**
     * Whether it is kept.
     */
    @SerialName("passed") public val passed: Boolean? = null,
    /**
     * What was seen.
     */
    @SerialName("detail") public val detail: String? = null,
)

/** Where a reviewer should look first. */
@Serializable
@ConsistentCopyVisibility
public data class Focus internal constructor(
    /**
     * The files most worth a look, the first first; at most 20.
     */
    @SerialName("files") public val files: List<FocusFile> = emptyList(),
)

/** One file worth a look. */
@Serializable
@ConsistentCopyVisibility
public data class FocusFile internal constructor(
    /**
     * The file's path in the repository.
     */
    @SerialName("path") public val path: String? = null,
    /**
     * Its place in the list, from 1.
     */
    @SerialName("rank") public val rank: Count? = null,
    /**
     * Its share of the attention.
     *
     * Unit: 0 to 1.
     */
    @SerialName("score") public val score: Double? = null,
    /**
     * Why, in words.
     */
    @SerialName("reasons") public val reasons: List<String> = emptyList(),
)

/** What the repository's policies say. */
@Serializable
@ConsistentCopyVisibility
public data class Governance internal constructor(
    /**
     * The policies that were evaluated, by id.
     */
    @SerialName("policies") public val policies: List<String> = emptyList(),
    /**
     * What they found.
     */
    @SerialName("findings") public val findings: List<PolicyFinding> = emptyList(),
)

/** One rule of a policy that matched. */
@Serializable
@ConsistentCopyVisibility
public data class PolicyFinding internal constructor(
    /**
     * The policy.
     */
    @SerialName("policy_id") public val policy_id: String? = null,
    /**
     * The rule in it.
     */
    @SerialName("rule_id") public val rule_id: String? = null,
    /**
     * What came of it, such as `passed` or `warn`.
     */
    @SerialName("outcome") public val outcome: String? = null,
    /**
     * What was found, in words.
     */
    @SerialName("message") public val message: String? = null,
    /**
     * What to do about it.
     */
    @SerialName("remediation") public val remediation: String? = null,
)

/** What to do with a pull request. Advice, not a decision. */
@Serializable
@ConsistentCopyVisibility
public data class Review internal constructor(
    /**
     * The suggested next step.
     */
    @SerialName("action") public val action: ReviewAction? = null,
    /**
     * The same as the conclusion of a check run.
     */
    @SerialName("conclusion") public val conclusion: ReviewConclusion? = null,
    /**
     * Why, in a sentence or two.
     */
    @SerialName("rationale") public val rationale: String? = null,
)

/** When and how a Signal was made. */
@Serializable
@ConsistentCopyVisibility
public data class Meta internal constructor(
    /**
     * When it was made.
     */
    @SerialName("generated_at") public val generated_at: Timestamp? = null,
    /**
     * The moment that ages are counted to.
     */
    @SerialName("as_of") public val as_of: Timestamp? = null,
    /**
     * How long it took.
     *
     * Unit: milliseconds.
     */
    @SerialName("duration_ms") public val duration_ms: Count? = null,
    /**
     * What made it, with its version.
     */
    @SerialName("generator") public val generator: String? = null,
    /**
     * What could not be read, and so was not taken for safe.
     */
    @SerialName("unavailable") public val unavailable: List<Unavailable> = emptyList(),
)

/** Something that could not be read. */
@Serializable
@ConsistentCopyVisibility
public data class Unavailable internal constructor(
    /**
     * The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
     */
    @SerialName("what") public val what: String? = null,
    /**
     * Why, in words.
     */
    @SerialName("reason") public val reason: String? = null,
)

/** A host of repositories. Another value is one that this version does not know. */
@Serializable(ProviderSerializer::class)
public class Provider private constructor(value: String) : OpenEnum(value) {
    override val isKnown: Boolean get() = this in known

    public companion object {
        /** GitHub, github.com or self-hosted. */
        @JvmField
        public val GITHUB: Provider = Provider("github")

        /** GitLab, gitlab.com or self-hosted. */
        @JvmField
        public val GITLAB: Provider = Provider("gitlab")

        /** Bitbucket Cloud or Data Center. */
        @JvmField
        public val BITBUCKET: Provider = Provider("bitbucket")

        /** The values that this version knows. */
        @JvmField
        public val known: List<Provider> = listOf(
            GITHUB,
            GITLAB,
            BITBUCKET,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): Provider = known.firstOrNull { it.value == value } ?: Provider(value)
    }
}

internal object ProviderSerializer : OpenEnumSerializer<Provider>("Provider", Provider::of)

/** Where a pull request is in its life. Another value is one that this version does not know. */
@Serializable(PullRequestStateSerializer::class)
public class PullRequestState private constructor(value: String) : OpenEnum(value) {
    override val isKnown: Boolean get() = this in known

    public companion object {
        /** Waiting to be merged. */
        @JvmField
        public val OPEN: PullRequestState = PullRequestState("open")

        /** Closed without a merge. */
        @JvmField
        public val CLOSED: PullRequestState = PullRequestState("closed")

        /** Merged into its base branch. */
        @JvmField
        public val MERGED: PullRequestState = PullRequestState("merged")

        /** The values that this version knows. */
        @JvmField
        public val known: List<PullRequestState> = listOf(
            OPEN,
            CLOSED,
            MERGED,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): PullRequestState = known.firstOrNull { it.value == value } ?: PullRequestState(value)
    }
}

internal object PullRequestStateSerializer : OpenEnumSerializer<PullRequestState>("PullRequestState", PullRequestState::of)

/** The part a contributor has in a pull request. Another value is one that this version does not know. */
@Serializable(ContributorRoleSerializer::class)
public class ContributorRole private constructor(value: String) : OpenEnum(value) {
    override val isKnown: Boolean get() = this in known

    public companion object {
        /** Opened it. */
        @JvmField
        public val AUTHOR: ContributorRole = ContributorRole("author")

        /** Wrote commits of it, or is named in a `Co-authored-by` line. */
        @JvmField
        public val CO_AUTHOR: ContributorRole = ContributorRole("co_author")

        /** The values that this version knows. */
        @JvmField
        public val known: List<ContributorRole> = listOf(
            AUTHOR,
            CO_AUTHOR,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): ContributorRole = known.firstOrNull { it.value == value } ?: ContributorRole(value)
    }
}

internal object ContributorRoleSerializer : OpenEnumSerializer<ContributorRole>("ContributorRole", ContributorRole::of)

/** How well a contributor is known in a repository, from least to most. Another value is one that this version does not know. */
@Serializable(TrustLevelSerializer::class)
public class TrustLevel private constructor(value: String) : OpenEnum(value), Comparable<TrustLevel> {
    override val isKnown: Boolean get() = this in known

    /**
     * By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
     * value stops at it as well.
     */
    override fun compareTo(other: TrustLevel): Int = place().compareTo(other.place())

    private fun place(): Int = if (isKnown) known.indexOf(this) else known.size

    public companion object {
        /** Nothing before this change. */
        @JvmField
        public val NEW: TrustLevel = TrustLevel("new")

        /** A first few contributions. */
        @JvmField
        public val LOW: TrustLevel = TrustLevel("low")

        /** A steady record of contributions. */
        @JvmField
        public val ESTABLISHED: TrustLevel = TrustLevel("established")

        /** A long record of contributions. */
        @JvmField
        public val TRUSTED: TrustLevel = TrustLevel("trusted")

        /** Merges other people's changes here. */
        @JvmField
        public val MAINTAINER: TrustLevel = TrustLevel("maintainer")

        /** The values that this version knows, from least to most. */
        @JvmField
        public val known: List<TrustLevel> = listOf(
            NEW,
            LOW,
            ESTABLISHED,
            TRUSTED,
            MAINTAINER,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): TrustLevel = known.firstOrNull { it.value == value } ?: TrustLevel(value)
    }
}

internal object TrustLevelSerializer : OpenEnumSerializer<TrustLevel>("TrustLevel", TrustLevel::of)

/** A risk score in a word, from least to most. Another value is one that this version does not know. */
@Serializable(RiskLevelSerializer::class)
public class RiskLevel private constructor(value: String) : OpenEnum(value), Comparable<RiskLevel> {
    override val isKnown: Boolean get() = this in known

    /**
     * By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
     * value stops at it as well.
     */
    override fun compareTo(other: RiskLevel): Int = place().compareTo(other.place())

    private fun place(): Int = if (isKnown) known.indexOf(this) else known.size

    public companion object {
        /** Like most changes, or safer. */
        @JvmField
        public val LOW: RiskLevel = RiskLevel("low")

        /** Worth a careful review. */
        @JvmField
        public val MEDIUM: RiskLevel = RiskLevel("medium")

        /** Among the riskiest tenth. */
        @JvmField
        public val HIGH: RiskLevel = RiskLevel("high")

        /** Among the riskiest few of a hundred. */
        @JvmField
        public val CRITICAL: RiskLevel = RiskLevel("critical")

        /** The values that this version knows, from least to most. */
        @JvmField
        public val known: List<RiskLevel> = listOf(
            LOW,
            MEDIUM,
            HIGH,
            CRITICAL,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): RiskLevel = known.firstOrNull { it.value == value } ?: RiskLevel(value)
    }
}

internal object RiskLevelSerializer : OpenEnumSerializer<RiskLevel>("RiskLevel", RiskLevel::of)

/** The size of a review, from least to most. Another value is one that this version does not know. */
@Serializable(EffortSerializer::class)
public class Effort private constructor(value: String) : OpenEnum(value), Comparable<Effort> {
    override val isKnown: Boolean get() = this in known

    /**
     * By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
     * value stops at it as well.
     */
    override fun compareTo(other: Effort): Int = place().compareTo(other.place())

    private fun place(): Int = if (isKnown) known.indexOf(this) else known.size

    public companion object {
        /** A glance. */
        @JvmField
        public val XS: Effort = Effort("xs")

        /** A few minutes. */
        @JvmField
        public val S: Effort = Effort("s")

        /** A sitting. */
        @JvmField
        public val M: Effort = Effort("m")

        /** A good part of a day. */
        @JvmField
        public val L: Effort = Effort("l")

        /** More than one sitting can do well. */
        @JvmField
        public val XL: Effort = Effort("xl")

        /** The values that this version knows, from least to most. */
        @JvmField
        public val known: List<Effort> = listOf(
            XS,
            S,
            M,
            L,
            XL,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): Effort = known.firstOrNull { it.value == value } ?: Effort(value)
    }
}

internal object EffortSerializer : OpenEnumSerializer<Effort>("Effort", Effort::of)

/** How long a pull request has waited, from least to most. Another value is one that this version does not know. */
@Serializable(StalenessSerializer::class)
public class Staleness private constructor(value: String) : OpenEnum(value), Comparable<Staleness> {
    override val isKnown: Boolean get() = this in known

    /**
     * By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
     * value stops at it as well.
     */
    override fun compareTo(other: Staleness): Int = place().compareTo(other.place())

    private fun place(): Int = if (isKnown) known.indexOf(this) else known.size

    public companion object {
        /** Changed within the last week. */
        @JvmField
        public val FRESH: Staleness = Staleness("fresh")

        /** Changed within the last month. */
        @JvmField
        public val AGING: Staleness = Staleness("aging")

        /** Not changed for a month or more. */
        @JvmField
        public val STALE: Staleness = Staleness("stale")

        /** The values that this version knows, from least to most. */
        @JvmField
        public val known: List<Staleness> = listOf(
            FRESH,
            AGING,
            STALE,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): Staleness = known.firstOrNull { it.value == value } ?: Staleness(value)
    }
}

internal object StalenessSerializer : OpenEnumSerializer<Staleness>("Staleness", Staleness::of)

/** A suggested next step, from lightest to strictest. Another value is one that this version does not know. */
@Serializable(ReviewActionSerializer::class)
public class ReviewAction private constructor(value: String) : OpenEnum(value), Comparable<ReviewAction> {
    override val isKnown: Boolean get() = this in known

    /**
     * By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
     * value stops at it as well.
     */
    override fun compareTo(other: ReviewAction): Int = place().compareTo(other.place())

    private fun place(): Int = if (isKnown) known.indexOf(this) else known.size

    public companion object {
        /** Nothing speaks against it. */
        @JvmField
        public val APPROVE: ReviewAction = ReviewAction("approve")

        /** Someone should read it. */
        @JvmField
        public val REVIEW: ReviewAction = ReviewAction("review")

        /** It should be changed, or split, before it goes on. */
        @JvmField
        public val REQUEST_CHANGES: ReviewAction = ReviewAction("request_changes")

        /** It should not be merged as it is. */
        @JvmField
        public val BLOCK: ReviewAction = ReviewAction("block")

        /** The values that this version knows, from least to most. */
        @JvmField
        public val known: List<ReviewAction> = listOf(
            APPROVE,
            REVIEW,
            REQUEST_CHANGES,
            BLOCK,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): ReviewAction = known.firstOrNull { it.value == value } ?: ReviewAction(value)
    }
}

internal object ReviewActionSerializer : OpenEnumSerializer<ReviewAction>("ReviewAction", ReviewAction::of)

/** The conclusion of a check run. Another value is one that this version does not know. */
@Serializable(ReviewConclusionSerializer::class)
public class ReviewConclusion private constructor(value: String) : OpenEnum(value) {
    override val isKnown: Boolean get() = this in known

    public companion object {
        /** The check passes. */
        @JvmField
        public val SUCCESS: ReviewConclusion = ReviewConclusion("success")

        /** The check neither passes nor fails. */
        @JvmField
        public val NEUTRAL: ReviewConclusion = ReviewConclusion("neutral")

        /** The check fails. */
        @JvmField
        public val FAILURE: ReviewConclusion = ReviewConclusion("failure")

        /** The values that this version knows. */
        @JvmField
        public val known: List<ReviewConclusion> = listOf(
            SUCCESS,
            NEUTRAL,
            FAILURE,
        )

        /** A value by its text. */
        @JvmStatic
        public fun of(value: String): ReviewConclusion = known.firstOrNull { it.value == value } ?: ReviewConclusion(value)
    }
}

internal object ReviewConclusionSerializer : OpenEnumSerializer<ReviewConclusion>("ReviewConclusion", ReviewConclusion::of)
