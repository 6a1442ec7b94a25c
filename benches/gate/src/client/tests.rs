use super::*;

/// Every rule of a policy that says when to give up, and how long to wait.
fn waits(policy: &impl Policy, retry_after: Option<u64>, chance: f64) -> Vec<f64> {
    let wait = |refusals| policy.wait(refusals, retry_after.map(Duration::from_secs), chance);
    (1..=5).map_while(wait).map(|wait| wait.as_secs_f64()).collect()
}

#[test]
fn policies_are_as_their_sources_say() {
    assert_eq!(waits(&bare::Bare, Some(7), 0.5), [7.0; 5]);
    assert_eq!(waits(&bare::Bare, None, 0.5), [1.0; 5]);
    assert_eq!(waits(&reqwest_retry::Exponential, Some(50), 0.5), [0.5, 1.0, 2.0]);
    assert_eq!(waits(&openai::OpenAi, Some(120), 0.5), [120.0, 120.0]);
    assert_eq!(waits(&openai::OpenAi, Some(121), 0.5), [0.0; 0]);
    assert_eq!(waits(&openai::OpenAi, Some(0), 1.0), [0.375, 0.75]);
    assert_eq!(waits(&openai::OpenAi, None, 0.0), [0.5, 1.0]);
    assert_eq!(waits(&aws::Standard::default(), Some(50), 0.5), [0.5, 1.0]);
}

#[test]
fn retries_of_all_calls_share_a_bucket() {
    let policy = aws::Standard::default();
    let retries = |policy: &aws::Standard| (0..200).take_while(|_| policy.wait(1, None, 0.0).is_some()).count();
    assert_eq!(retries(&policy), 100);
    policy.answered();
    assert_eq!(retries(&policy), 1, "the last retry's tokens come back");
    for _ in 0..5 {
        policy.answered();
    }
    // Five for the retry, then one each.
    assert_eq!(retries(&policy), 1);
    assert_eq!(policy.wait(1, None, 0.0), None);
    policy.answered();
    (0..1000).for_each(|_| policy.answered());
    assert!(retries(&policy) <= 101, "and no more than it holds");
}

fn scenario(name: &str) -> &'static Scenario {
    Scenario::ALL.iter().find(|scenario| scenario.name.contains(name)).unwrap()
}

#[test]
fn every_call_ends_and_every_attempt_is_accounted_for() {
    for scenario in Scenario::ALL {
        for kind in Kind::ALL {
            let run = kind.run(scenario, 3);
            let answered = crate::scenario::CALLS as u64 - run.failed;
            assert_eq!(run.attempts - run.refused, answered, "{scenario:?} {kind:?} {run:?}");
            assert!(run.longest_wait_s <= run.finish_s, "{scenario:?} {kind:?} {run:?}");
        }
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    for kind in Kind::ALL {
        let runs = [1, 1, 2].map(|seed| kind.run(scenario("stranger"), seed));
        assert_eq!(runs[0], runs[1], "{kind:?}");
        assert_ne!(runs[0], runs[2], "{kind:?}");
    }
}

#[test]
fn no_client_is_let_through_faster_than_the_limit_allows() {
    // By the windows that the calls need, and six seconds for the last of them.
    for (name, least) in [("sole", 546.0), ("already", 576.0), ("two", 546.0), ("cut", 906.0)] {
        let run = Kind::Bare.run(scenario(name), 5);
        assert_eq!(run.failed, 0);
        assert!(run.finish_s >= least && run.refused > 0, "{name} {run:?}");
    }
}

#[test]
fn who_asks_once_a_second_is_hardly_ever_refused() {
    let run = Kind::Governed.run(scenario("sole"), 7);
    assert!(run.finish_s >= 605.0 && run.refused < 20, "{run:?}");
}

#[test]
fn ours_alone_is_never_refused() {
    let run = Kind::Ours.run(scenario("sole"), 7);
    assert_eq!((run.refused, run.failed, run.attempts), (0, 0, 600));
    assert_eq!(run.stranger_percent, None);
}

#[test]
fn ours_leaves_a_stranger_what_the_others_take() {
    let [ours, bare] = [Kind::Ours, Kind::Bare].map(|kind| kind.run(scenario("stranger"), 7));
    assert!(ours.stranger_percent.unwrap() > 80.0 && ours.failed == 0, "{ours:?}");
    assert!(bare.stranger_percent.unwrap() < 50.0 && bare.failed == 0, "{bare:?}");
    // He gets about 15 of the 60 units of a window.
    assert!(ours.finish_s > 12.0 * 60.0, "{ours:?}");
}
