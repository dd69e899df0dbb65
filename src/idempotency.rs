//! Same key, same instance: `POST /instances` is not idempotent, so an instance that is created with
//! a key carries it as a tag, and is looked up by it before a `POST` is repeated.

/// How often one attempt sends a `POST`.
const MAX_POSTS: u32 = 3;

/// How often a lookup is repeated that has no response.
const MAX_RETRIES: u32 = 4;

/// How often an unresolved key is looked up again before the first `POST`.
const LOOKUPS_OF_UNRESOLVED: u32 = 3;

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

/// The outcome of a request that led to no instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// A lookup found nothing.
    NotFound,
    /// There is no whole response.
    Lost,
    /// The response cannot be read.
    Unreadable,
    /// The response is an error.
    Error {
        /// The HTTP status.
        status: u16,
        /// The seconds of its `Retry-After` header.
        retry_after: Option<f64>,
        /// Whether the handler has marked who answered.
        is_marked: bool,
    },
    /// An error that a retry cannot change: the handler is set up wrong, or says that nothing was
    /// created.
    Final,
}

/// The requests of one attempt: which comes next, decided by the outcome of the last one.
pub struct Plan {
    request: Request,
    has_key: bool,
    /// Lookups to come before the first `POST`, because the service can still be at work on the
    /// `POST` of an earlier attempt.
    lookups: u32,
    retries: u32,
    posts: u32,
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
    /// `is_unresolved` if an earlier attempt may have created it.
    pub fn with_key(is_unresolved: bool) -> Self {
        Self {
            has_key: true,
            lookups: if is_unresolved {
                LOOKUPS_OF_UNRESOLVED
            } else {
                0
            },
            ..Self::once(Request::Find)
        }
    }

    /// The request to send now, or the one in flight.
    pub fn request(&self) -> Request {
        self.request
    }

    /// The milliseconds to wait before the next request, after the one in flight had this outcome.
    /// The attempt has `remaining` milliseconds left.
    ///
    /// `None` if nothing more is to be sent: the attempt ends with this outcome or, if a lookup
    /// found nothing, with that of its last `POST`.
    pub fn next(&mut self, outcome: Outcome, remaining: f64) -> Option<f64> {
        let fits = |pause: &f64| *pause < remaining;
        match (self.request, outcome) {
            (Request::Find, Outcome::NotFound) => {
                self.retries = 0;
                if self.posts >= MAX_POSTS {
                    return None;
                }
                if self.lookups > 0 {
                    self.lookups -= 1;
                    return Some(pause(LOOKUPS_OF_UNRESOLVED - self.lookups));
                }
                self.request = Request::Create;
                Some(0.0)
            }
            // Refused; a rate limit is not a refusal, and neither is giving up waiting.
            (
                Request::Find,
                Outcome::Error {
                    status: 400..=407 | 409..=428 | 430..=498,
                    ..
                },
            ) => None,
            (Request::Find, Outcome::Final) => None,
            (Request::Find, outcome) => {
                self.retries += 1;
                if self.retries > MAX_RETRIES && !self.is_likely {
                    return None;
                }
                let pause = pause(self.retries);
                match outcome {
                    Outcome::Error {
                        retry_after: Some(seconds),
                        ..
                    } if seconds * 1000.0 > pause => Some(seconds * 1000.0).filter(fits),
                    _ => Some(pause),
                }
            }
            (Request::Create, outcome) if self.has_key => {
                self.posts += 1;
                self.request = Request::Find;
                let retry = Some(pause(self.posts));
                let next;
                (self.is_likely, next) = match outcome {
                    Outcome::Error {
                        status: 429,
                        retry_after: Some(seconds),
                        ..
                    } => {
                        let pause = Some(seconds * 1000.0).filter(fits);
                        (false, pause.filter(|_| self.posts < MAX_POSTS))
                    }
                    // These leave open whether an instance was created.
                    Outcome::Lost => (false, retry),
                    Outcome::Error {
                        status: 502,
                        is_marked,
                        ..
                    } => (!is_marked, retry),
                    Outcome::Unreadable
                    | Outcome::Error {
                        status: 408 | 499 | 503 | 504,
                        ..
                    } => (true, retry),
                    _ => (false, None),
                };
                next
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
