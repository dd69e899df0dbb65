//! Same key, same instance: `POST /instances` is not idempotent, so an attempt that may be repeated
//! carries its key as a tag and is looked for before anything is created.

use std::cell::RefCell;

use js_sys::{JsString, Promise};
use wasm_bindgen_futures::JsFuture;

use crate::call::Attempt;
use crate::error::{Code, Failure, Issue, Segment};
use crate::request::key_tag;
use crate::response::Instance;
use crate::transport::Service;

/// How often one attempt sends a `POST`.
const MAX_POSTS: u32 = 3;

/// How often is looked again before the first `POST`, where an earlier attempt left its own open.
const LOOKUPS_AFTER_OPEN: usize = 3;

/// Creates the instance of `key` unless there is one, with as many requests as that takes.
///
/// # Errors
/// Where the service refuses, or after the last `POST` still nothing is found.
pub async fn create_once(
    service: &Service,
    body: &JsString,
    key: &str,
    attempt: &Attempt,
) -> Result<Instance, Failure> {
    let tag = key_tag(key);
    let redacted = |text: &str, max| service.redacted(text, max);
    if let Some(instance) = find(service, &tag, attempt).await? {
        return Ok(instance);
    }
    if OPEN.with_borrow(|keys| keys.iter().any(|open| open == key)) {
        // The service can still be at work on what an earlier attempt has sent.
        for pause in pauses().take(LOOKUPS_AFTER_OPEN) {
            wait(attempt, pause).await?;
            if let Some(instance) = find(service, &tag, attempt).await? {
                return Ok(instance);
            }
        }
        OPEN.with_borrow_mut(|keys| keys.retain(|open| open != key));
    }
    let mut pauses = pauses();
    let mut posts: u32 = 0;
    loop {
        posts = posts.saturating_add(1);
        let answer = service.post(body, attempt).await;
        let failure = match answer.and_then(|answer| answer.instance(redacted)) {
            Ok(instance) => return Ok(instance),
            Err(failure) => failure,
        };
        let pause = match rate_limit(&failure) {
            Some(pause) if posts < MAX_POSTS && pause < attempt.remaining() => pause,
            None if fate_is_open(&failure) => pauses.next().unwrap_or_default(),
            _ => return Err(failure),
        };
        wait(attempt, pause).await?;
        if let Some(instance) = find(service, &tag, attempt).await? {
            return Ok(instance);
        }
        if posts >= MAX_POSTS {
            return Err(failure);
        }
    }
}

/// The instance with the tag, once a lookup is answered.
async fn find(
    service: &Service,
    tag: &str,
    attempt: &Attempt,
) -> Result<Option<Instance>, Failure> {
    let redacted = |text: &str, max| service.redacted(text, max);
    let mut pauses = pauses();
    loop {
        let answer = service.find(tag, attempt).await;
        match answer.and_then(|answer| answer.tagged_instance(tag, redacted)) {
            Err(failure) if is_worth_repeating(&failure) => {
                wait(attempt, pauses.next().unwrap_or_default()).await?;
            }
            answered => return answered,
        }
    }
}

async fn wait(attempt: &Attempt, ms: f64) -> Result<(), Failure> {
    match JsFuture::from(attempt.pause(ms)).await {
        Ok(_) => Ok(()),
        Err(reason) => Err(Failure::aborted(reason)),
    }
}

/// The milliseconds between tries: 0.5, 1, 2 and then always 4 seconds.
pub fn pauses() -> impl Iterator<Item = f64> {
    [500.0, 1000.0, 2000.0]
        .into_iter()
        .chain(std::iter::repeat(4000.0))
}

/// Whether the instance may have been created in spite of this outcome of a `POST`.
pub fn fate_is_open(failure: &Failure) -> bool {
    matches!(failure.code, Code::Network | Code::Response)
        || matches!(failure.status, Some(408 | 499 | 502..=504))
}

/// Whether a lookup with this outcome is to be tried again.
pub fn is_worth_repeating(failure: &Failure) -> bool {
    matches!(
        failure.code,
        Code::Network | Code::RateLimited | Code::Server | Code::Response
    )
}

/// The milliseconds to wait before a `POST` is allowed again.
fn rate_limit(failure: &Failure) -> Option<f64> {
    let seconds = failure
        .retry_after
        .filter(|_| failure.code == Code::RateLimited)?;
    Some(seconds * 1000.0)
}

/// An attempt under way in this page, which other calls with its key can join.
struct Shared {
    key: String,
    service: Service,
    body: JsString,
    attempt: Attempt,
    outcome: Promise,
}

thread_local! {
    static UNDER_WAY: RefCell<Vec<Shared>> = const { RefCell::new(Vec::new()) };

    /// The keys of attempts that came to nothing, though the service may have created an instance.
    static OPEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The attempt with `key` that is under way, if any, and what it will come to.
///
/// # Errors
/// Where it was begun with other values.
pub fn under_way(
    key: &str,
    service: &Service,
    body: &JsString,
) -> Result<Option<(Attempt, Promise)>, Failure> {
    UNDER_WAY.with_borrow(|attempts| {
        // An aborted one only waits for its request to end.
        let is_same = |shared: &&Shared| shared.key == key && !shared.attempt.signal().aborted();
        match attempts.iter().find(is_same) {
            None => Ok(None),
            Some(shared) if shared.service == *service && shared.body == *body => {
                Ok(Some((shared.attempt.clone(), shared.outcome.clone())))
            }
            Some(_) => Err(Failure::config(vec![Issue {
                path: vec![Segment::Name("idempotencyKey".to_owned())],
                message: "Is in use by a call with other values: a key names one attempt.",
            }])),
        }
    })
}

/// Lets other calls join `attempt` until it is over.
pub fn share(key: String, service: Service, body: JsString, attempt: Attempt, outcome: Promise) {
    let shared = Shared {
        key,
        service,
        body,
        attempt,
        outcome,
    };
    UNDER_WAY.with_borrow_mut(|attempts| attempts.push(shared));
}

/// To be called when the `attempt` with `key` is over.
pub fn unshare(key: &str, attempt: &Attempt, succeeded: bool) {
    UNDER_WAY.with_borrow_mut(|attempts| attempts.retain(|shared| shared.attempt != *attempt));
    if !succeeded && attempt.may_have_created() {
        OPEN.with_borrow_mut(|keys| keys.push(key.to_owned()));
    }
}
