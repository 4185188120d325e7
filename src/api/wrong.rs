//! Faults of path, query and headers, collected while the arguments of a handler are read and
//! reported together by its permit, which is evaluated first. Faults of the body, which has not
//! been read by then, are added when the answer is written.
use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::access::Role;
use crate::error::{Code, Error, Fault, Result};

/// Judges an argument that means one thing or another by role.
type Judge = Box<dyn Fn(Role) -> Result<()>>;

#[derive(Default)]
struct Wrong {
    found: Vec<Error>,
    later: Vec<Judge>,
}

fn gather(req: &HttpRequest, add: impl FnOnce(&mut Wrong)) {
    let mut known = req.extensions_mut();
    let mut wrong = known.remove::<Wrong>().unwrap_or_default();
    add(&mut wrong);
    known.insert(wrong);
}

/// Whether path, query or headers are at fault, and not the caller.
pub fn of_the_address(error: &Error) -> bool {
    let told = [StatusCode::BAD_REQUEST, StatusCode::PRECONDITION_REQUIRED];
    told.contains(&error.code().status()) && !error.named().is_empty()
}

/// The argument as it was read; its faults are kept for the permit.
pub fn noted<T>(req: &HttpRequest, read: Result<T>) -> Result<T> {
    if let Err(error) = &read
        && of_the_address(error)
    {
        let same = Error::faults(error.code(), error.named().to_vec());
        gather(req, |wrong| wrong.found.push(same));
    }
    read
}

/// An argument that the handler judges itself: asked here only if something else is wrong.
pub fn judged_later(req: &HttpRequest, judge: impl Fn(Role) -> Result<()> + 'static) {
    gather(req, |wrong| wrong.later.push(Box::new(judge)));
}

/// Refuses what the gate itself has found, with all that the arguments have.
pub fn at_once(req: &HttpRequest, role: Option<Role>, own: Vec<Error>) -> Result<()> {
    let known = req.extensions_mut().remove::<Wrong>().unwrap_or_default();
    let mut all: Vec<Error> = own.into_iter().chain(known.found).collect();
    // a missing header is reported after malformed values
    all.sort_by_key(|error| error.code() == Code::PreconditionRequired);
    let mut all = all.into_iter();
    let Some(first) = all.next() else {
        return Ok(());
    };
    let mut told: Vec<Fault> = Vec::new();
    for fault in first.named() {
        // several errors may be at one place, but each only once
        let known = |known: &Fault| known.at == fault.at && known.code == fault.code;
        if !told.iter().any(known) {
            told.push(fault.clone());
        }
    }
    let mut more: Vec<Error> = all.collect();
    let later = role.into_iter().flat_map(|role| {
        let judged = known.later.iter().map(move |judge| judge(role));
        judged.filter_map(Result::err).filter(of_the_address)
    });
    more.extend(later);
    for fault in more.iter().flat_map(Error::named) {
        // an unknown or repeated parameter is not judged by its value as well
        if !told.iter().any(|known| known.at == fault.at) {
            told.push(fault.clone());
        }
    }
    Err(first.with_faults(told))
}
