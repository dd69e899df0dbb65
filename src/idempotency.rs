//! Same key, same instance: `POST /instances` is not idempotent, so an attempt that may be repeated
//! carries its key as a tag and is looked for before anything is created.

use crate::error::{Code, Failure};

/// How often one attempt sends a `POST`.
const MAX_POSTS: u32 = 3;

/// How often is looked again before the first `POST`, where an earlier attempt left its own open.
const LOOKUPS_AFTER_OPEN: u32 = 3;

/// A request to the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request {
    /// Lists the instances that carry the key's tag.
    Find,
    /// Creates an instance.
    Create,
    /// Updates the instance with this id.
    Update(f64),
}

/// The requests of one attempt: which comes next, decided by what the last one came to.
pub struct Plan {
    request: Request,
    has_key: bool,
    /// Lookups to come before the first `POST`, because the service can still be at work on what
    /// an earlier attempt has sent.
    lookups: u32,
    failed_lookups: u32,
    posts: u32,
}

impl Plan {
    /// A plan for one request, whatever it comes to.
    pub fn once(request: Request) -> Self {
        Self {
            request,
            has_key: false,
            lookups: 0,
            failed_lookups: 0,
            posts: 0,
        }
    }

    /// A plan to create one instance, however many requests that takes; `is_open` where an earlier
    /// attempt may have created it.
    pub fn idempotent(is_open: bool) -> Self {
        Self {
            has_key: true,
            lookups: if is_open { LOOKUPS_AFTER_OPEN } else { 0 },
            ..Self::once(Request::Find)
        }
    }

    /// The request to send now, or the one that is under way.
    pub fn request(&self) -> Request {
        self.request
    }

    /// The milliseconds to wait before the next request, now that the one under way came to
    /// `outcome`: an instance, none found, or a failure. The attempt has `remaining` ones left.
    ///
    /// `None` where nothing more is to be sent: the attempt has come to the same or, where that is
    /// nothing, to what its last `POST` came to.
    pub fn next<Instance>(
        &mut self,
        outcome: &Result<Option<Instance>, Failure>,
        remaining: f64,
    ) -> Option<f64> {
        match outcome {
            Ok(Some(_)) => None,
            // Only lookups come to nothing.
            Ok(None) => {
                self.failed_lookups = 0;
                if self.posts >= MAX_POSTS {
                    return None;
                }
                if self.lookups > 0 {
                    self.lookups -= 1;
                    return Some(pause(LOOKUPS_AFTER_OPEN - self.lookups));
                }
                self.request = Request::Create;
                Some(0.0)
            }
            Err(failure) if self.request == Request::Find => {
                self.failed_lookups += 1;
                is_worth_repeating(failure).then(|| pause(self.failed_lookups))
            }
            Err(failure) if self.has_key => {
                self.posts += 1;
                self.request = Request::Find;
                match rate_limit(failure) {
                    Some(pause) => (self.posts < MAX_POSTS && pause < remaining).then_some(pause),
                    None => fate_is_open(failure).then(|| pause(self.posts)),
                }
            }
            Err(_) => None,
        }
    }
}

/// The milliseconds before the try after the `nth`, from 1: 0.5, 1, 2 and then always 4 seconds.
fn pause(nth: u32) -> f64 {
    match nth {
        ..=1 => 500.0,
        2 => 1000.0,
        3 => 2000.0,
        _ => 4000.0,
    }
}

/// Whether the instance may have been created in spite of this outcome of a `POST`.
fn fate_is_open(failure: &Failure) -> bool {
    matches!(failure.code, Code::Network | Code::Response)
        || matches!(failure.status, Some(408 | 499 | 502..=504))
}

/// Whether a lookup with this outcome is to be tried again.
fn is_worth_repeating(failure: &Failure) -> bool {
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
