//! Compares the history of a status response with its current result.

use std::borrow::Cow;

use serde_json::Value;
use smileid_types::{Category, JobResult, Member as _, Product, ResultRank, available};

use super::Response;

/// History in a status response: its readable results, the newest first, and if some are unreadable.
#[derive(Debug)]
pub(super) struct Past<'a> {
    results: Cow<'a, [JobResult]>,
    has_unread: bool,
}

impl<'a> Past<'a> {
    pub(super) fn from_response(reply: &'a Response) -> Self {
        let read = |results: &'a [JobResult]| Self { results: Cow::Borrowed(results), has_unread: false };
        if let Some(results) = &reply.history {
            return read(results);
        }
        // If one item of the list cannot be read, the whole list is stored in `extra`.
        match reply.extra.get("history") {
            None | Some(Value::Null) => read(&[]),
            Some(odd) => {
                let results = odd.as_array().into_iter().flatten().filter_map(JobResult::fit).collect();
                Self { results: Cow::Owned(results), has_unread: true }
            }
        }
    }

    pub(super) fn results(&self) -> impl Iterator<Item = &JobResult> + Clone {
        self.results.iter()
    }

    /// Returns true if the history contradicts, or may contradict, an approval by `result`: it has an unreadable entry, an entry
    /// with contradicting ids, or a newer result.
    pub(super) fn contradicts(&self, result: &JobResult) -> bool {
        self.has_unread
            || result.has_unread_names()
            || self.results().any(|it| is_stray(it, result))
            || self.is_newer(result)
    }

    /// Returns true if the history has an entry about the same part of the job that is newer than `result` and not an approval.
    ///
    /// If `result` is not among the entries, it is newer than they are. Then a rejection among them is overturned only
    /// by a person.
    fn is_newer(&self, result: &JobResult) -> bool {
        let row = |it: &JobResult| it.result_code.as_ref()?.row(result.job_type()?);
        let Some(own) = row(result) else { return false };
        let is_rival = |it: &&JobResult| {
            let is_of_part = row(it).is_none_or(|row| row.lookup == own.lookup);
            it.result_code.is_some()
                && is_of_part
                && !is_of_search(it)
                && it.is_same_job(result) != Some(false)
        };
        let is_it = |it: &JobResult| it.result_code == result.result_code;
        let category = |it: &JobResult| row(it).map(|row| row.category);
        let mut rivals = self.results().filter(is_rival);
        if rivals.clone().any(is_it) {
            return rivals.take_while(|it| !is_it(it)).any(|it| category(it) != Some(Category::Approved));
        }
        let is_of_person = |it: &JobResult| it.rank() == Some(ResultRank::Person);
        rivals.next().is_some_and(|newest| {
            matches!(category(newest), Some(Category::Rejected | Category::Information))
                && (is_of_person(newest) || !is_of_person(result))
        })
    }
}

fn is_of_search(result: &JobResult) -> bool {
    result.result_code.as_ref().and_then(|code| code.row_for(&Product::SmileSecure)).is_some()
}

/// Returns true if an entry of the history contradicts a result: its ids cannot be read, or only some of them differ. An entry
/// that clearly belongs to another job of the same user is no contradiction, because no source says if the history is of the job
/// or of the user.
pub(super) fn is_stray(entry: &JobResult, result: &JobResult) -> bool {
    entry.has_unread_names()
        || (entry.is_same_job(result) == Some(false) && !is_other_job_of_user(entry, result))
}

fn is_other_job_of_user(entry: &JobResult, result: &JobResult) -> bool {
    let [ours, theirs] = [entry, result].map(|it| {
        let params = it.partner_params.as_ref();
        let user_id = params.and_then(|params| available(&params.user_id));
        let job_id = params.and_then(|params| available(&params.job_id));
        (user_id, job_id, available(&it.smile_job_id))
    });
    let differ = |one: Option<&str>, other: Option<&str>| one.zip(other).map(|(one, other)| one != other);
    differ(ours.0, theirs.0) == Some(false)
        && differ(ours.1, theirs.1) == Some(true)
        && differ(ours.2, theirs.2) != Some(false)
}
