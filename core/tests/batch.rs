//! Many pull requests at once, in virtual time.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod support;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axiomo::testing::VirtualClock;
use axiomo::{
    AnalyzeRequest, Batch, BatchItem, BatchOutcome, CallOptions, CancelHandle, Client, ClientBuilder, ErrorKind,
    Pacing, Priority, ProviderToken, RateLimiter, Sent,
};
use futures::Stream;
use support::{ANALYSIS, Action, RawServer, answer};
use tokio::sync::Semaphore;

fn url(number: usize) -> String {
    format!("https://github.com/owner/repo/pull/{number}")
}

fn urls(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(url).collect()
}

/// The number of the pull request that is asked for.
fn number(request: &str) -> usize {
    request.rsplit("/pull/").next().unwrap().split('"').next().unwrap().parse().unwrap()
}

fn fine() -> Action {
    answer(200, &[], ANALYSIS)
}

/// A server that analyses everything, but these only as there are permits.
async fn holding(is_held: fn(usize) -> bool) -> (RawServer, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let server =
        RawServer::choosing(move |request| if is_held(number(request)) { fine().with_permit(&held) } else { fine() });
    (server.await, permits)
}

fn seconds(length: u64) -> Duration {
    Duration::from_secs(length)
}

/// A client whose calls leave as they come.
fn builder(server: &RawServer, clock: &VirtualClock) -> ClientBuilder {
    Client::builder().base_url(server.base_url()).clock(clock.clone()).pacing(Pacing::Off)
}

fn client(server: &RawServer, clock: &VirtualClock) -> Client {
    builder(server, clock).build().unwrap()
}

/// What came of an item, in short.
fn outcome<R>(item: &BatchItem<R>) -> Result<&str, ErrorKind> {
    match &item.outcome {
        BatchOutcome::Analyzed(analysis) => {
            assert_eq!(analysis.raw, ANALYSIS);
            Ok("analyzed")
        }
        BatchOutcome::Repeated { .. } => Ok("repeated"),
        BatchOutcome::Failed(error) => Err(error.kind()),
    }
}

fn error<R>(item: &BatchItem<R>) -> &axiomo::Error {
    match &item.outcome {
        BatchOutcome::Failed(error) => error,
        other => panic!("{other:?}"),
    }
}

async fn all<R>(mut batch: Batch<R>) -> Vec<BatchItem<R>> {
    let mut items = Vec::new();
    while let Some(item) = batch.next().await {
        items.push(item);
    }
    assert!(batch.next().await.is_none());
    items
}

/// Returns when it is so, letting everybody else go on meanwhile.
async fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

/// Gives whatever is under way time to go on as far as it can.
async fn settle() {
    for _ in 0..2000 {
        tokio::task::yield_now().await;
    }
}

/// Returns when so many requests were sent that leave a few milliseconds apart.
async fn sent(server: &RawServer, requests: usize, clock: &VirtualClock) {
    until(|| {
        if let Some(due) = clock.next_due().filter(|due| *due < Duration::from_millis(100)) {
            clock.advance(due);
        }
        server.requests().len() == requests
    })
    .await;
}

fn indices<R>(items: &[BatchItem<R>]) -> Vec<usize> {
    items.iter().map(|item| item.index).collect()
}

#[tokio::test]
async fn every_item_has_one_result_and_one_that_fails_ends_nothing() {
    let server = RawServer::choosing(|request| match number(request) {
        3 => answer(404, &[], ""),
        4 => answer(403, &[], ""),
        5 => answer(422, &[], ""),
        _ => fine(),
    })
    .await;
    let mut given = urls(0..8);
    given[1] = "https://github.com/owner/repo".to_owned();
    let clock = VirtualClock::new();
    let mut items = all(client(&server, &clock).analyze_many(given.clone())).await;
    items.sort_by_key(|item| item.index);
    assert_eq!(items.iter().map(|item| item.input.clone()).collect::<Vec<_>>(), given);
    let outcomes: Vec<_> = items.iter().map(outcome).collect();
    let (fine, invalid) = (Ok("analyzed"), Err(ErrorKind::InvalidRequest));
    let (not_found, permission) = (Err(ErrorKind::NotFound), Err(ErrorKind::Permission));
    // Number 0 is none.
    assert_eq!(outcomes, [invalid, invalid, fine, not_found, permission, invalid, fine, fine]);
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_request_is_sent_once_and_those_that_repeat_it_come_after_it() {
    let (server, permits) = holding(|number| number == 1).await;
    let request = |url: &str, token: Option<&str>| {
        let request = AnalyzeRequest::from_url(url).unwrap();
        token.map_or(request.clone(), |token| request.access_token(ProviderToken::new(token).unwrap()))
    };
    let first = "https://github.com/owner/repo/pull/1";
    let given = [
        request(first, None),
        request("github.com/Owner/Repo/pull/1/files", None),
        request(&url(2), None),
        request(first, Some("a")),
        request(first, None),
        request(first, Some("a")),
        request(&url(2), Some("a")),
    ];
    let clock = VirtualClock::new();
    let mut batch = client(&server, &clock).analyze_many(given).concurrency(7);
    let mut items = vec![batch.next().await.unwrap(), batch.next().await.unwrap()];
    let mut first = indices(&items);
    first.sort_unstable();
    assert_eq!(first, [2, 6], "the others wait for theirs");
    permits.add_permits(2);
    items.extend(all(batch).await);
    let mut seen = Vec::new();
    for item in &items {
        match item.outcome {
            BatchOutcome::Repeated { first } => {
                assert!(seen.contains(&first), "{first} is not there before {}", item.index);
                assert_eq!(
                    first,
                    match item.index {
                        1 | 4 => 0,
                        5 => 3,
                        other => panic!("{other}"),
                    }
                );
            }
            _ => seen.push(item.index),
        }
    }
    assert_eq!((items.len(), seen.len(), server.requests().len()), (7, 4, 4));
}

#[tokio::test]
async fn what_repeats_a_result_that_was_given_is_told_so_too() {
    let server = RawServer::choosing(|request| if number(request) == 2 { answer(404, &[], "") } else { fine() }).await;
    let clock = VirtualClock::new();
    let batch = client(&server, &clock).analyze_many(urls([1, 2, 1, 2, 3])).concurrency(1);
    let items = all(batch).await;
    let outcomes: Vec<_> = items.iter().map(outcome).collect();
    let again = Ok("repeated");
    assert_eq!(outcomes, [Ok("analyzed"), Err(ErrorKind::NotFound), again, again, Ok("analyzed")]);
    assert_eq!(server.requests().len(), 3);
}

/// Counts what is taken from it.
fn counting(numbers: std::ops::Range<usize>) -> (impl ExactSizeIterator<Item = String> + Send, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    (
        numbers.map(move |number| {
            counter.fetch_add(1, Ordering::SeqCst);
            url(number)
        }),
        taken,
    )
}

#[tokio::test]
async fn no_more_is_under_way_or_unread_than_was_asked_for() {
    let (server, permits) = holding(|_| true).await;
    let clock = VirtualClock::new();
    let (source, taken) = counting(1..101);
    let mut batch = client(&server, &clock).analyze_many(source).concurrency(3);
    assert_eq!(taken.load(Ordering::SeqCst), 0, "not before it is polled");
    let progress = batch.progress();
    let poll = |batch: &mut Batch<String>| {
        let mut next = std::pin::pin!(batch.next());
        next.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    };
    assert!(poll(&mut batch).is_pending());
    until(|| server.requests().len() == 3).await;
    // Three results that nobody takes.
    permits.add_permits(100);
    settle().await;
    assert_eq!((server.requests().len(), taken.load(Ordering::SeqCst)), (3, 3));
    for given in 1..=10 {
        assert!(batch.next().await.is_some());
        settle().await;
        let taken = taken.load(Ordering::SeqCst);
        assert!(taken <= given + 3, "{taken} were taken and {given} given");
        assert_eq!((progress.snapshot().done, progress.snapshot().waiting), (given, 100 - given));
        assert_eq!(futures::Stream::size_hint(&batch), (100 - given, Some(100 - given)));
    }
    assert!(server.requests().len() > 10);
}

#[tokio::test]
async fn results_come_as_they_are_done_or_in_order_and_then_not_far_ahead() {
    for ordered in [false, true] {
        let (server, permits) = holding(|number| number == 1).await;
        let clock = VirtualClock::new();
        let batch = client(&server, &clock).analyze_many(urls((1..=12).chain([3]))).concurrency(4);
        if ordered {
            let reading = tokio::spawn(all(batch.ordered()));
            until(|| server.requests().len() == 4).await;
            settle().await;
            assert_eq!(server.requests().len(), 4, "the first one is to be given next");
            permits.add_permits(1);
            let items = reading.await.unwrap();
            assert_eq!(indices(&items), (0..13).collect::<Vec<_>>());
            assert_eq!(outcome(&items[12]), Ok("repeated"));
        } else {
            let mut batch = batch;
            for _ in 0..12 {
                assert_ne!(batch.next().await.unwrap().index, 0);
            }
            assert_eq!(server.requests().len(), 12, "one that is slow holds up nobody");
            permits.add_permits(1);
            assert_eq!(indices(&all(batch).await), [0]);
        }
    }
}

#[tokio::test]
async fn after_a_refusal_of_the_key_nothing_more_is_sent() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let refused = r#"{"error": {"code": "invalid_api_key", "message": "Unknown key"}}"#;
    let server = RawServer::choosing(move |request| match number(request) {
        1 => fine().with_permit(&held),
        2 => answer(503, &[("retry-after", "30")], ""),
        _ => answer(401, &[], refused),
    })
    .await;
    let clock = VirtualClock::new();
    // The fourth and those after it wait at the limit.
    let limiter = RateLimiter::new(3).clock(clock.clone(), 1).pacing(Pacing::Eager);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let batch = client.api_key("ax_key").build().unwrap().analyze_many(urls(1..=20)).concurrency(6);
    let progress = batch.progress();
    let reading = tokio::spawn(all(batch));
    sent(&server, 3, &clock).await;
    until(|| progress.snapshot().done == 19).await;
    assert_eq!((progress.snapshot().failed, limiter.snapshot().waiting), (19, 0));
    permits.add_permits(1);
    let mut items = reading.await.unwrap();
    items.sort_by_key(|item| item.index);
    assert_eq!(outcome(&items[0]), Ok("analyzed"), "what was under way is not lost");
    let sent: Vec<_> = items[1..].iter().map(|item| error(item).sent()).collect();
    assert_eq!((&sent[..2], sent[2..].iter().all(|sent| *sent == Sent::No)), (&[Sent::Yes; 2][..], true));
    for item in &items[1..] {
        let error = error(item);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Authentication, Some("invalid_api_key")));
        assert_eq!((error.message().contains("nothing more of the batch is sent")), item.index != 2, "{error}");
    }
    assert_eq!(error(&items[1]).attempts().len(), 1, "it would have been tried again");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn at_the_deadline_whatever_is_not_done_fails_with_timeout() {
    let server = RawServer::choosing(|request| if number(request) == 1 { fine() } else { Action::Hang }).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(2).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let batch = client.build().unwrap().analyze_many(urls(1..=9)).concurrency(4).deadline(seconds(50));
    let reading = tokio::spawn(all(batch));
    sent(&server, 2, &clock).await;
    until(|| limiter.snapshot().waiting == 3).await;
    clock.advance(Duration::new(49, 999_999_999).saturating_sub(clock.elapsed()));
    settle().await;
    assert!(!reading.is_finished());
    clock.advance(Duration::from_nanos(1));
    let mut items = reading.await.unwrap();
    items.sort_by_key(|item| item.index);
    assert_eq!((items.len(), outcome(&items[0])), (9, Ok("analyzed")));
    for item in &items[1..] {
        let error = error(item);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("deadline")));
        assert_eq!(error.is_local(), item.index != 1);
        assert!(error.message().contains("within 50 s, the time of the whole batch"), "{error}");
        assert_eq!(error.sent(), if item.index == 1 { Sent::Maybe } else { Sent::No });
    }
    assert_eq!(error(&items[1]).attempts()[0].error_kind, Some(ErrorKind::Timeout));
    assert_eq!((server.requests().len(), clock.elapsed(), limiter.snapshot().waiting), (2, seconds(50), 0));
}

#[tokio::test]
async fn queueing_counts_neither_in_the_timeout_nor_as_a_wait_that_is_too_long() {
    let refused = Arc::new(AtomicUsize::new(0));
    let server = RawServer::choosing(move |request| {
        let is_refused = number(request) == 4 && refused.fetch_add(1, Ordering::SeqCst) == 0;
        if is_refused { answer(429, &[("retry-after", "500")], "") } else { fine() }
    })
    .await;
    let clock = VirtualClock::new();
    clock.skip_waits(true);
    let limiter = RateLimiter::new(1).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let client = client.timeout(seconds(30)).attempt_timeout(seconds(90)).max_wait(seconds(1)).build().unwrap();
    let items = all(client.analyze_many(urls(1..=7)).concurrency(1)).await;
    assert!(items.iter().all(|item| outcome(item) == Ok("analyzed")), "{items:?}");
    assert!(clock.elapsed() > seconds(6 * 60 + 500), "{clock:?}");
    let error = client.analyze(url(8)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "a call of its own counts it");
}

#[tokio::test]
async fn the_time_of_a_call_still_counts_what_is_no_queueing() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(1).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let client = client.timeout(seconds(30)).build().unwrap();
    drop(limiter.acquire(Priority::Single, clock.now()).await.map(|permit| permit.sent()));
    let reading = tokio::spawn(all(client.analyze_many(urls([1]))));
    let wait = clock.next_wait().await;
    clock.advance(wait.length);
    server.arrived().await;
    assert_eq!(clock.next_limit().await, seconds(30), "the whole time is left");
    clock.advance(seconds(30));
    let items = reading.await.unwrap();
    assert_eq!((error(&items[0]).kind(), error(&items[0]).code()), (ErrorKind::Timeout, Some("timeout")));
    assert_eq!(error(&items[0]).attempts()[0].waited, wait.length);
}

#[tokio::test]
async fn single_calls_go_before_those_of_a_batch_and_nobody_has_to_poll_it_for_that() {
    let server = RawServer::choosing(|_| fine()).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(1).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let client = client.build().unwrap();
    let mut batch = client.analyze_many(urls(1..=3)).concurrency(3);
    assert!(batch.next().await.is_some());
    until(|| limiter.snapshot().waiting == 2).await;
    // From here on, nobody polls the batch.
    let single = tokio::spawn(client.analyze(url(9)).into_future());
    until(|| limiter.snapshot().waiting == 3).await;
    while server.requests().len() < 4 {
        until(|| clock.next_due().is_some()).await;
        clock.advance(clock.next_due().unwrap());
        settle().await;
    }
    single.await.unwrap().unwrap();
    assert_eq!(number(&server.requests()[1]), 9);
    assert_eq!(all(batch).await.len(), 2);
}

#[tokio::test]
async fn as_many_are_under_way_as_use_the_whole_quota() {
    let (server, permits) = holding(|_| true).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(60).clock(clock.clone(), 1).pacing(Pacing::Off);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let batch = client.build().unwrap().analyze_many(urls(1..=100));
    let progress = batch.progress();
    assert_eq!((progress.snapshot().eta, progress.snapshot().waiting), (None, 100));
    let reading = tokio::spawn(all(batch));
    until(|| server.requests().len() == 20).await;
    settle().await;
    assert_eq!(server.requests().len(), 20, "for analyses of 20 seconds, as is usual");
    // These take 40 seconds.
    clock.advance(seconds(40));
    permits.add_permits(20);
    until(|| server.requests().len() == 60).await;
    settle().await;
    assert_eq!(server.requests().len(), 20 + 40);
    let snapshot = progress.snapshot();
    assert_eq!((snapshot.done, snapshot.failed, snapshot.waiting), (20, 0, 80));
    assert_eq!(snapshot.eta, Some(seconds(40 + 40)), "forty to be sent at one a second, and the time of the last");
    permits.add_permits(100);
    assert_eq!(reading.await.unwrap().len(), 100);
    assert_eq!(progress.snapshot().eta, Some(Duration::ZERO));
}

#[tokio::test]
async fn nothing_begins_after_the_deadline_though_nothing_was_under_way_then() {
    let server = RawServer::choosing(|_| fine()).await;
    let clock = VirtualClock::new();
    let mut batch = client(&server, &clock).analyze_many(urls(1..=3)).concurrency(1).deadline(seconds(50));
    clock.advance(seconds(100));
    assert_eq!(outcome(&batch.next().await.unwrap()), Ok("analyzed"), "time counts from the first poll");
    clock.advance(seconds(50));
    let items = all(batch).await;
    assert!(items.iter().all(|item| outcome(item) == Err(ErrorKind::Timeout)), "{items:?}");
    assert_eq!((items.len(), server.requests().len()), (2, 1));
}

#[tokio::test]
async fn what_waits_at_the_limit_is_still_to_be_sent() {
    let server = RawServer::choosing(|_| fine()).await;
    let clock = VirtualClock::new();
    let limiter = RateLimiter::new(1).clock(clock.clone(), 1);
    let client = Client::builder().base_url(server.base_url()).clock(clock.clone()).rate_limiter(&limiter);
    let mut batch = client.build().unwrap().analyze_many(urls(1..=6)).concurrency(4);
    let progress = batch.progress();
    assert!(batch.next().await.is_some());
    assert!(std::pin::pin!(batch.next()).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    until(|| limiter.snapshot().waiting == 4).await;
    // One is still in the source. The first took no time.
    assert_eq!((progress.snapshot().waiting, progress.snapshot().eta), (5, Some(seconds(5 * 60))));
}

#[tokio::test]
async fn dropping_it_cuts_off_what_is_under_way() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let reading = tokio::spawn(all(client(&server, &clock).analyze_many(urls(1..=1))));
    server.arrived().await;
    reading.abort();
    server.closed().await;
}

#[tokio::test]
async fn a_handle_of_the_client_cancels_all_of_it() {
    let server = RawServer::start([]).await;
    let clock = VirtualClock::new();
    let handle = CancelHandle::new();
    let client = client(&server, &clock).with_options(CallOptions::new().cancel(&handle)).unwrap();
    let reading = tokio::spawn(all(client.analyze_many(urls(1..=5)).concurrency(2)));
    until(|| server.requests().len() == 2).await;
    handle.cancel();
    let items = reading.await.unwrap();
    assert!(items.iter().all(|item| outcome(item) == Err(ErrorKind::Cancelled)), "{items:?}");
    assert_eq!((items.len(), server.requests().len()), (5, 2));
}

#[tokio::test]
async fn a_panic_in_one_call_is_the_error_of_its_item() {
    let server = RawServer::choosing(|_| fine()).await;
    let asked = AtomicUsize::new(0);
    let provider = axiomo::KeyProvider::from_fn(move || {
        assert!(asked.fetch_add(1, Ordering::SeqCst) > 0, "a provider with a defect");
        async { "ax_key".parse::<axiomo::ApiKey>() }
    });
    let client = Client::builder().base_url(server.base_url()).key_provider(provider).build().unwrap();
    let items = all(client.analyze_many(urls(1..=3)).concurrency(1)).await;
    assert!(error(&items[0]).message().contains("panicked"));
    assert_eq!([outcome(&items[1]), outcome(&items[2])], [Ok("analyzed"); 2]);
}

#[test]
fn outside_a_runtime_every_item_says_what_it_needs() {
    let client = Client::builder().base_url("http://127.0.0.1:1").build().unwrap();
    let mut batch = client.analyze_many(urls(1..=2));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        let polled = std::pin::pin!(batch.next()).poll(&mut context);
        let Poll::Ready(Some(item)) = polled else { panic!("{polled:?}") };
        assert_eq!(error(&item).kind(), ErrorKind::Configuration);
        assert!(error(&item).message().contains("axiomo::blocking"));
    }
    assert!(matches!(std::pin::pin!(batch.next()).poll(&mut context), Poll::Ready(None)));
}

/// Items as they come over a channel.
struct Channel(tokio::sync::mpsc::UnboundedReceiver<String>);

impl Stream for Channel {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        self.0.poll_recv(context)
    }
}

#[tokio::test]
async fn a_result_is_given_while_the_next_item_is_waited_for() {
    let server = RawServer::choosing(|_| fine()).await;
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    let mut batch = client(&server, &VirtualClock::new()).analyze_stream(Channel(receive));
    send.send(url(1)).unwrap();
    assert_eq!(batch.next().await.unwrap().index, 0);
    // Nothing is under way, and the source is not at its end.
    let mut waiting = Box::pin(batch.next());
    let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "there may be more");
    send.send(url(2)).unwrap();
    assert_eq!(waiting.await.unwrap().index, 1);
    drop(send);
    assert!(batch.next().await.is_none());
}

#[test]
fn blocking_it_is_an_iterator() {
    let serving = tokio::runtime::Runtime::new().unwrap();
    let server = serving.block_on(RawServer::choosing(|_| fine()));
    let client = Client::builder().base_url(server.base_url()).pacing(Pacing::Off).build().unwrap();
    let client = axiomo::blocking::Client::new(client).unwrap();
    let batch = client.analyze_many(urls([1, 2, 3, 2])).ordered().concurrency(2).deadline(seconds(600));
    let progress = batch.progress();
    assert_eq!(batch.size_hint(), (4, Some(4)));
    let items: Vec<_> = batch.collect();
    assert_eq!(indices(&items), [0, 1, 2, 3]);
    assert_eq!((outcome(&items[2]), outcome(&items[3])), (Ok("analyzed"), Ok("repeated")));
    assert_eq!((progress.snapshot().done, server.requests().len()), (4, 3));

    let mut begun = client.analyze_many(urls(4..=9)).concurrency(2).ordered();
    assert_eq!(outcome(&begun.next().unwrap()), Ok("analyzed"));
    let items: Vec<_> = serving.block_on(async { begun.collect() });
    assert_eq!(items.len(), 5);
    assert!(items[2..].iter().all(|item| outcome(item) == Err(ErrorKind::Configuration)), "{items:?}");
    assert!(error(&items[4]).message().contains("asynchronous task"));
}
