//! The issues of a config. Each has a code for programs and an English message.

use crate::json::{Object, Value};

/// The kind of an issue; stable, so that pages can translate it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum IssueCode {
    BothKinds,
    Case,
    Characters,
    ClientSecret,
    Empty,
    Fragment,
    Host,
    InUse,
    Invisible,
    Label,
    Malformed,
    Missing,
    Origin,
    Path,
    Port,
    Quoted,
    Query,
    Range,
    Reserved,
    Scheme,
    StoreLevel,
    Surrogate,
    TooLarge,
    TooLong,
    TooMany,
    Twice,
    Type,
    Unknown,
    Unreadable,
    User,
}

impl IssueCode {
    /// Returns the code as JavaScript gets it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BothKinds => "both-kinds",
            Self::Case => "case",
            Self::Characters => "characters",
            Self::ClientSecret => "client-secret",
            Self::Empty => "empty",
            Self::Fragment => "fragment",
            Self::Host => "host",
            Self::InUse => "in-use",
            Self::Invisible => "invisible",
            Self::Label => "label",
            Self::Malformed => "malformed",
            Self::Missing => "missing",
            Self::Origin => "origin",
            Self::Path => "path",
            Self::Port => "port",
            Self::Quoted => "quoted",
            Self::Query => "query",
            Self::Range => "range",
            Self::Reserved => "reserved",
            Self::Scheme => "scheme",
            Self::StoreLevel => "store-level",
            Self::Surrogate => "surrogate",
            Self::TooLarge => "too-large",
            Self::TooLong => "too-long",
            Self::TooMany => "too-many",
            Self::Twice => "twice",
            Self::Type => "type",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::User => "user",
        }
    }
}

/// An issue with one value.
#[derive(Debug, PartialEq)]
pub struct Issue {
    /// The kind of the issue.
    pub code: IssueCode,
    /// An English sentence. Never contains the value.
    pub message: &'static str,
    /// The limits in the message, by name.
    pub params: &'static [(&'static str, f64)],
}

impl Issue {
    /// Creates an issue whose message contains no limits.
    pub const fn new(code: IssueCode, message: &'static str) -> Self {
        Self {
            code,
            message,
            params: &[],
        }
    }
}

/// All issues of a config.
#[derive(Default)]
pub struct Issues {
    /// The issues in the shape of [Standard Schema](https://standardschema.dev).
    pub list: Vec<Value>,
    /// The issues as part of a sentence.
    pub text: String,
}

impl Issues {
    /// Creates a list of one issue, with the field `name`.
    pub fn one(name: &str, issue: &'static Issue) -> Self {
        let mut issues = Self::default();
        issues.push(&[name.to_owned()], None, issue);
        issues
    }

    /// Adds an issue with the value at `path`, or with its entry at `index`.
    pub fn push(&mut self, path: &[String], index: Option<u32>, issue: &'static Issue) {
        let Issue {
            code,
            message,
            params,
        } = *issue;
        if !self.list.is_empty() {
            self.text.push_str("; ");
        }
        let mut segments: Vec<Value> = Vec::new();
        for name in path {
            self.text
                .push_str(if segments.is_empty() { "" } else { "." });
            self.text.push_str(name);
            segments.push(name.as_str().into());
        }
        if let Some(index) = index {
            self.text.push('[');
            self.text.push_str(&u64::from(index).to_string());
            self.text.push(']');
            segments.push(f64::from(index).into());
        }
        self.text
            .push_str(if segments.is_empty() { "" } else { ": " });
        self.text
            .push_str(message.strip_suffix(".").unwrap_or(message));
        let mut object = Object::default();
        object.set("path", segments);
        object.set("code", code.as_str());
        if !params.is_empty() {
            let mut given = Object::default();
            for (name, param) in params {
                given.set(name, *param);
            }
            object.set("params", given);
        }
        object.set("message", message);
        self.list.push(object.into());
    }
}
