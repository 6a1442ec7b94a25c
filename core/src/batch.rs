//! Many pull requests, one after the other as the rate limit lets them.

mod digest;
mod ending;
mod progress;
mod requests;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axiomo_model::ErrorKind;
use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument;

use crate::attempts::Attempts;
use crate::call::outside_a_runtime;
use crate::client::Shared;
use crate::clock::{Purpose, Work, after};
use crate::error::Error;
use crate::options::Limits;
use crate::request::{AnalyzeRequest, Operation};
use crate::response::{Analysis, Sent};
use digest::Digest;
use ending::Ending;
use progress::Pace;
use requests::Requests;

pub(crate) use requests::Iterated;

pub use progress::{BatchProgress, BatchProgressSnapshot};

/// Analyses of many pull requests, as a stream of their results; made by
/// [`Client::analyze_many`](crate::Client::analyze_many).
///
/// ```no_run
/// # use std::time::Duration;
/// # async fn run(client: axiomo::Client, urls: Vec<String>) {
/// use axiomo::BatchOutcome;
///
/// let mut batch = client.analyze_many(urls).deadline(Duration::from_secs(3600));
/// while let Some(item) = batch.next().await {
///     match item.outcome {
///         BatchOutcome::Analyzed(analysis) => println!("{}: {:?}", item.input, analysis.signal.risk.level),
///         BatchOutcome::Failed(error) => println!("{}: {error}", item.input),
///         BatchOutcome::Repeated { first } => println!("{}: the same as item {first}", item.input),
///     }
/// }
/// # }
/// ```
///
/// - Every item gets one result, and none ends the others but a refusal of the key (401): then nothing more is
///   sent, and whatever was not sent fails with `authentication` too.
/// - Items are taken from their source as there is room for them. At most [`concurrency`](Self::concurrency)
///   of them are under way or have a result that was not taken yet; whoever takes results slowly slows the batch
///   down, and holds up nobody else who waits at the rate limit.
/// - A request that was there before is not sent again: the same pull request, with the same access token.
/// - What is kept of an item whose result was taken is less than 64 bytes, and nothing of one that repeats another.
/// - Single calls of the client go first, but every fifth unit of the quota is the batch's where it wants it.
///   Waiting for the quota counts neither in a call's `timeout` nor as a wait beyond its `max_wait`; only the
///   batch's [`deadline`](Self::deadline) ends it.
/// - Dropping the batch cancels what is under way.
#[must_use = "a batch begins when it is polled"]
pub struct Batch<R> {
    shared: Arc<Shared>,
    /// Those of the client, and what cuts off the batch.
    limits: Limits,
    items: Requests<R>,
    is_ordered: bool,
    deadline: Option<Duration>,
    /// When the deadline is, once the batch has begun.
    ends_at: Option<Instant>,
    ending: Arc<Ending>,
    /// How many items were taken from the source; none are left once it says so.
    taken: usize,
    is_exhausted: bool,
    given: usize,
    seen: BTreeMap<Digest, usize>,
    calls: JoinSet<Done>,
    running: HashMap<Id, Running<R>>,
    /// What can be given, by its index.
    ready: BTreeMap<usize, BatchItem<R>>,
    pace: Pace,
    progress: BatchProgress,
    /// None before it is first polled.
    work: Option<Work>,
}

/// What came of a call, and what goes on until it is taken.
type Done = (Result<Analysis, Error>, Work);

/// An item under way.
struct Running<R> {
    index: usize,
    input: R,
    /// Items that repeat it, which are given after it.
    repeats: Vec<(usize, R)>,
}

/// One item of a [`Batch`] and what came of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BatchItem<R> {
    /// Its place among the items, from 0.
    pub index: usize,
    /// The item as it was given.
    pub input: R,
    /// What came of it.
    pub outcome: BatchOutcome,
}

/// What came of one item of a [`Batch`].
#[derive(Debug, Clone)]
pub enum BatchOutcome {
    /// What the service made of the pull request.
    Analyzed(Box<Analysis>),
    /// Why there is no analysis. An item that is no request for one fails with `invalid_request`, one that was
    /// not done by the deadline with `timeout`.
    Failed(Error),
    /// The same request as an item before, whose result is this one's as well. It was given before, and is not
    /// kept for those who repeat it.
    Repeated {
        /// The index of that item.
        first: usize,
    },
}

impl<R> Batch<R> {
    pub(crate) fn new<S>(shared: Arc<Shared>, mut limits: Limits, items: S) -> Self
    where
        S: Stream<Item = R> + Send + 'static,
        R: TryInto<AnalyzeRequest> + Clone,
        R::Error: Into<Error>,
    {
        let items = requests::of(items);
        let ending = Arc::new(Ending::default());
        limits.cancel.push(ending.cut().clone());
        let progress = BatchProgress::new(shared.rate_limiter.clone(), items.size_hint());
        Self {
            shared,
            limits,
            items,
            is_ordered: false,
            deadline: None,
            ends_at: None,
            ending,
            taken: 0,
            is_exhausted: false,
            given: 0,
            seen: BTreeMap::new(),
            calls: JoinSet::new(),
            running: HashMap::new(),
            ready: BTreeMap::new(),
            pace: Pace::default(),
            progress,
            work: None,
        }
    }

    /// Gives the results in the order of the items, instead of as they come. It runs never further ahead than
    /// [`concurrency`](Self::concurrency) of the item that is to be given next.
    pub fn ordered(mut self) -> Self {
        self.is_ordered = true;
        self
    }

    /// How many items may be under way, or have a result that was not taken yet. 0 counts as 1. Default: as many
    /// as use the whole quota, which is the limit a second times the mean time of an analysis, as both are seen;
    /// at least 4, and at most the limit, or 100.
    pub fn concurrency(mut self, most: usize) -> Self {
        self.pace.given = Some(most.max(1));
        self
    }

    /// How long the whole batch may take, from when it is first polled. Whatever is not done by then fails with
    /// `timeout`. Default: as long as it needs.
    pub fn deadline(mut self, longest: Duration) -> Self {
        self.deadline = Some(longest);
        self
    }

    /// Tells how far the batch is, while it is polled elsewhere too.
    #[must_use]
    pub fn progress(&self) -> BatchProgress {
        self.progress.clone()
    }

    /// The next result; none when all have been given. No result is lost when this is dropped before it is done.
    pub async fn next(&mut self) -> Option<BatchItem<R>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Lets nothing begin any more: whatever has not begun fails with this.
    #[cfg(feature = "blocking")]
    pub(crate) fn end(&self, error: Error) {
        self.ending.refuse(error);
    }

    fn concurrency_now(&self) -> usize {
        self.pace.concurrency(self.shared.rate_limiter.snapshot().limit)
    }

    fn begin(&mut self) {
        if let (Some(deadline), None) = (self.deadline, self.ends_at) {
            self.ends_at = Some(after(self.shared.clock.now(), deadline));
        }
        if Handle::try_current().is_err() {
            self.ending.refuse(outside_a_runtime());
        }
    }

    fn take(&mut self, next: Option<(R, Result<AnalyzeRequest, Error>)>) {
        let Some((input, request)) = next else {
            self.is_exhausted = true;
            return self.progress.taken(self.taken, (0, Some(0)));
        };
        let index = self.taken;
        self.taken += 1;
        self.progress.taken(self.taken, self.items.size_hint());
        let request = match request {
            Ok(request) => request,
            Err(error) => return self.finish(index, input, BatchOutcome::Failed(error)),
        };
        if let Some(&first) = self.seen.get(&Digest::of(&request)) {
            match self.running.values_mut().find(|running| running.index == first) {
                Some(running) => running.repeats.push((index, input)),
                None => self.finish(index, input, BatchOutcome::Repeated { first }),
            }
            return;
        }
        self.seen.insert(Digest::of(&request), index);
        if let (Some(ends_at), Some(deadline)) = (self.ends_at, self.deadline)
            && self.shared.clock.now() >= ends_at
        {
            self.ending.cut_off(deadline);
        }
        match self.ending.error() {
            Some(error) => self.finish(index, input, BatchOutcome::Failed(error)),
            None => self.start(index, input, request),
        }
    }

    fn start(&mut self, index: usize, input: R, request: AnalyzeRequest) {
        let (shared, limits, ending) = (Arc::clone(&self.shared), self.limits.clone(), Arc::clone(&self.ending));
        let deadline = self.ends_at.zip(self.deadline);
        let work = shared.clock.work();
        let call = async move {
            let operation = Operation::Analyze(request);
            let call = pin!(call(&shared, &operation, &limits, &ending, deadline));
            let (outcome, work) = work.handing_over(call).await;
            let outcome = outcome.map_err(|error| {
                let error = ending.explain(error);
                if error.kind() == ErrorKind::Authentication {
                    ending.refuse(error.clone());
                }
                error
            });
            (outcome, work)
        };
        // Whoever asked for the batch is told what happens in it.
        let call = self.calls.spawn(call.in_current_span());
        self.running.insert(call.id(), Running { index, input, repeats: Vec::new() });
    }

    fn finish(&mut self, index: usize, input: R, outcome: BatchOutcome) {
        self.ready.insert(index, BatchItem { index, input, outcome });
    }

    fn joined(&mut self, joined: Result<(Id, Done), JoinError>) {
        let (id, outcome) = match joined {
            Ok((id, (outcome, _))) => (id, outcome),
            Err(error) => (error.id(), Err(broken_off(&error))),
        };
        let Some(Running { index: first, input, repeats }) = self.running.remove(&id) else { return };
        let outcome = match outcome {
            Ok(analysis) => {
                if let Some(attempt) = analysis.meta.attempts.last() {
                    self.progress.seen_latency(self.pace.saw(attempt.duration));
                }
                BatchOutcome::Analyzed(Box::new(analysis))
            }
            Err(error) => BatchOutcome::Failed(error),
        };
        self.finish(first, input, outcome);
        for (index, input) in repeats {
            self.finish(index, input, BatchOutcome::Repeated { first });
        }
    }

    fn go_on(&mut self, context: &mut Context<'_>) -> Poll<Option<BatchItem<R>>> {
        loop {
            if let Some(item) = self.give() {
                return Poll::Ready(Some(item));
            }
            if !self.is_exhausted
                && self.taken - self.given < self.concurrency_now()
                && let Poll::Ready(next) = self.items.as_mut().poll_next(context)
            {
                self.take(next);
                continue;
            }
            match ready!(self.calls.poll_join_next_with_id(context)) {
                Some(joined) => self.joined(joined),
                // What was taken and not given is under way, or ready.
                None if self.is_exhausted => return Poll::Ready(None),
                // The source wakes this when it has more.
                None => return Poll::Pending,
            }
        }
    }

    fn give(&mut self) -> Option<BatchItem<R>> {
        let item = if self.is_ordered {
            self.ready.remove(&self.given)
        } else {
            // The lowest index first, so that no item is given before the one that it repeats.
            self.ready.pop_first().map(|(_, item)| item)
        }?;
        self.given += 1;
        self.progress.given(matches!(item.outcome, BatchOutcome::Failed(_)));
        Some(item)
    }
}

// Nothing in it is ever pinned.
impl<R> Unpin for Batch<R> {}

impl<R> Stream for Batch<R> {
    type Item = BatchItem<R>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<BatchItem<R>>> {
        self.begin();
        let work = self.work.take().unwrap_or_else(|| self.shared.clock.begin());
        let polled = work.poll(context, |context| {
            let polled = self.go_on(context);
            if matches!(polled, Poll::Ready(Some(_))) {
                work.hold();
            }
            polled
        });
        self.work = Some(work);
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (least, most) = self.items.size_hint();
        let taken = self.taken - self.given;
        (least.saturating_add(taken), most.and_then(|most| most.checked_add(taken)))
    }
}

impl<R> fmt::Debug for Batch<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Batch").field("progress", &self.progress.snapshot()).finish_non_exhaustive()
    }
}

/// One call of a batch, which the deadline cuts off.
async fn call(
    shared: &Shared,
    operation: &Operation,
    limits: &Limits,
    ending: &Ending,
    deadline: Option<(Instant, Duration)>,
) -> Result<Analysis, Error> {
    let mut analysis = Box::new(Analysis::unread());
    let attempts = Attempts::new(shared, operation, limits)?.of_batch(ending.closing());
    let meta = until_cut_off(attempts.run(&mut *analysis), shared, ending, deadline).await?;
    Ok(Analysis { meta, ..*analysis })
}

async fn until_cut_off<T>(
    attempts: impl Future<Output = T>,
    shared: &Shared,
    ending: &Ending,
    deadline: Option<(Instant, Duration)>,
) -> T {
    let mut attempts = pin!(attempts);
    let Some((ends_at, deadline)) = deadline else { return attempts.await };
    tokio::select! {
        biased;
        outcome = &mut attempts => return outcome,
        () = shared.clock.sleep_until(ends_at, Purpose::Limit) => ending.cut_off(deadline),
    }
    attempts.await
}

/// A call that did not come to its end: its runtime did, or something in it panicked.
fn broken_off(error: &JoinError) -> Error {
    let why = if error.is_panic() { "something panicked in it" } else { "its runtime has ended" };
    let mut error = Error::local(ErrorKind::Cancelled, format!("the call was broken off: {why}"));
    let contents = error.contents_mut();
    // Nobody knows how far it came.
    (contents.local, contents.sent) = (false, Sent::Maybe);
    error
}
