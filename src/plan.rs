//! Which request comes next.
//!
//! Same key, same instance: `POST /instances` is not idempotent, so an instance that is created with
//! a key carries it as a tag, and is looked up by it before a `POST` is repeated.

use crate::fate::Outcome;

/// How often one call sends a `POST`.
const MAX_POSTS: u32 = 3;

/// How often a failed lookup is repeated.
const MAX_RETRIES: u32 = 4;

/// How many lookups have to find nothing after a `POST` that may have created an instance: the
/// service can still be at work on it.
const LOOKUPS_AFTER_POST: u32 = 4;

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

/// The requests of one call: which comes next, decided by the outcome of the last one.
pub struct Plan {
    request: Request,
    has_key: bool,
    /// The lookups that still have to find nothing before the next `POST`, or before the end.
    lookups: u32,
    /// Failed lookups since the last one that was answered.
    retries: u32,
    posts: u32,
    /// The milliseconds that the last `POST` took.
    post_time: f64,
    /// Whether the last `POST` has likely created an instance.
    is_likely: bool,
}

impl Plan {
    /// A plan for one request, whatever its outcome.
    pub fn once(request: Request) -> Self {
        Self {
            request,
            has_key: false,
            lookups: 0,
            retries: 0,
            posts: 0,
            post_time: 0.0,
            is_likely: false,
        }
    }

    /// A plan to create one instance with a new key, which no instance can carry yet.
    pub fn with_new_key() -> Self {
        Self {
            has_key: true,
            ..Self::once(Request::Create)
        }
    }

    /// A plan to create one instance with a key, unless there is one already; the key
    /// `is_unresolved` if an earlier call may have created it, and may still be doing so.
    pub fn with_key(is_unresolved: bool) -> Self {
        Self {
            has_key: true,
            // The first one is sent at once: most often the instance is there by now.
            lookups: 1 + if is_unresolved { LOOKUPS_AFTER_POST } else { 0 },
            ..Self::once(Request::Find)
        }
    }

    /// The request to send now, or the one in flight.
    pub fn request(&self) -> Request {
        self.request
    }

    /// The milliseconds to wait before the next request, after the one in flight had this outcome
    /// and took `time` milliseconds. The call has `remaining` milliseconds left.
    ///
    /// `None` if nothing more is to be sent: the call ends with this outcome or, if a lookup found
    /// nothing, with that of its last `POST`.
    pub fn next(&mut self, outcome: Outcome, time: f64, remaining: f64) -> Option<f64> {
        let fits = |pause: &f64| *pause < remaining;
        match (self.request, outcome) {
            (Request::Find, Outcome::NotFound) => {
                self.retries = 0;
                self.lookups = self.lookups.saturating_sub(1);
                if self.lookups > 0 {
                    return Some(pause(1 + LOOKUPS_AFTER_POST.saturating_sub(self.lookups)));
                }
                if self.posts >= MAX_POSTS || remaining < self.post_time {
                    return None;
                }
                self.request = Request::Create;
                Some(0.0)
            }
            (Request::Find, Outcome::Open { .. } | Outcome::Busy { .. }) => {
                self.retries += 1;
                if self.retries > MAX_RETRIES && !self.is_likely {
                    return None;
                }
                let pause = pause(self.retries);
                match outcome {
                    Outcome::Busy {
                        retry_after: Some(seconds),
                    } if seconds * 1000.0 > pause => Some(seconds * 1000.0).filter(fits),
                    _ => Some(pause),
                }
            }
            (Request::Create, outcome) if self.has_key => {
                self.posts += 1;
                self.post_time = time;
                self.request = Request::Find;
                match outcome {
                    Outcome::Open { is_likely } => {
                        self.is_likely = is_likely;
                        self.lookups = LOOKUPS_AFTER_POST;
                        Some(pause(1))
                    }
                    Outcome::Busy { retry_after } if self.posts < MAX_POSTS => {
                        self.is_likely = false;
                        self.lookups = 1;
                        retry_after.map(|seconds| seconds * 1000.0).filter(fits)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The milliseconds before the `nth` retry, from 1: 0.5, 1, 2 and then always 4 seconds.
fn pause(nth: u32) -> f64 {
    match nth {
        ..=1 => 500.0,
        2 => 1000.0,
        3 => 2000.0,
        _ => 4000.0,
    }
}
