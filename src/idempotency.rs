//! Same key, same instance: `POST /instances` is not idempotent, so an attempt that may be repeated
//! carries its key as a tag and is looked for before anything is created.

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

    /// The milliseconds to wait before the next request, now that the one under way was answered
    /// with `status`, `None` where the answer was lost or cannot be read. A 2xx or 404 says that a
    /// lookup found nothing: after an instance, nobody asks. `retry_after` is in seconds; the attempt has
    /// `remaining` milliseconds left.
    ///
    /// `None` where nothing more is to be sent: the attempt has come to this or, where nothing was
    /// found, to what its last `POST` came to.
    pub fn next(
        &mut self,
        status: Option<u16>,
        retry_after: Option<f64>,
        remaining: f64,
    ) -> Option<f64> {
        match (self.request, status) {
            (Request::Find, Some(200..=299 | 404)) => {
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
            // Refused; a rate limit is not a refusal.
            (Request::Find, Some(400..=428 | 430..=499)) => None,
            (Request::Find, _) => {
                self.failed_lookups += 1;
                Some(pause(self.failed_lookups))
            }
            (Request::Create, status) if self.has_key => {
                self.posts += 1;
                self.request = Request::Find;
                match (status, retry_after) {
                    (Some(429), Some(seconds)) => {
                        let pause = seconds * 1000.0;
                        (self.posts < MAX_POSTS && pause < remaining).then_some(pause)
                    }
                    // These say nothing of whether the instance was created.
                    (None | Some(408 | 499 | 502..=504), _) => Some(pause(self.posts)),
                    _ => None,
                }
            }
            _ => None,
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
