//! Combines all results of one job into a verdict.

use super::{Decision, Uncertainty, Verdict};
use crate::{
    action::{Action, ActionValue},
    antifraud::Search,
    product::Product,
    result::JobResult,
    result_code::{ResultCode, ResultCodeRow},
};

/// All known results of one job.
pub(super) struct Job<'a> {
    /// Results of the job, the newest first.
    results: Vec<&'a JobResult>,
    /// Table rows of the result codes that the job's product can have.
    rows: Vec<&'static ResultCodeRow>,
}

impl<'a> Job<'a> {
    /// Creates the job to which the first of `results` belongs. `is_given` selects the table rows of its product.
    pub(super) fn new(
        results: impl IntoIterator<Item = &'a JobResult>,
        is_given: impl Fn(&ResultCodeRow) -> bool,
    ) -> Self {
        let mut results: Vec<_> = results.into_iter().collect();
        if let Some(&newest) = results.first() {
            results.retain(|result| result.is_same_job(newest) != Some(false));
        }
        let rows = ResultCode::rows().iter().filter(|row| !is_search(row) && is_given(row)).collect();
        Self { results, rows }
    }

    /// Returns the verdict. Considers the images and the ID lookup, then the review by a person, then the search for the same
    /// face.
    pub(super) fn verdict(&self) -> Verdict {
        let judged = match (self.newest(false), self.newest(true)) {
            (None, None) => return self.search_alone(),
            (Some((images, result)), None) => {
                let is_whole =
                    !self.needs(true) || says(result, &Action::VerifyIdNumber, &ActionValue::Verified);
                images.doubting(!is_whole, Uncertainty::LookupMissing)
            }
            (None, Some((lookup, _))) => lookup.doubting(self.needs(false), Uncertainty::ImagesMissing),
            (Some((images, _)), Some((lookup, _))) => {
                if images.decision == Decision::Approved && lookup.decision != Decision::Approved {
                    lookup
                } else {
                    images
                }
            }
        };
        let judged = judged.doubting(self.a_person_says_otherwise(), Uncertainty::Contradicted);
        match (judged.decision, self.search()) {
            (Decision::Approved | Decision::Provisional, Search::Found) => {
                Verdict { decision: Decision::Finding, doubt: Some(Uncertainty::FraudFound), ..judged }
            }
            (_, Search::Unclear) => judged.doubting(true, Uncertainty::SearchUnclear),
            _ => judged,
        }
    }

    /// Returns true if the product needs a result of an ID lookup (`lookup`), or of images.
    fn needs(&self, lookup: bool) -> bool {
        self.rows.iter().any(|row| row.lookup == lookup)
    }

    /// Returns the newest result of the ID lookup, or of the images. A result with an unknown code counts as both, because it may
    /// replace older results.
    fn newest(&self, lookup: bool) -> Option<(Verdict, &'a JobResult)> {
        let mut results = self.results.iter().copied().filter(|_| self.needs(lookup));
        results.find_map(|result| match self.row(result) {
            None if is_of_search(result) => None,
            None => Some((Verdict::unknown(result.result_code.clone()), result)),
            Some(row) => (row.lookup == lookup).then(|| (alone(result, row), result)),
        })
    }

    /// Returns the table row of a result. None if the result belongs to another job.
    fn row(&self, result: &JobResult) -> Option<&'static ResultCodeRow> {
        let newest = self.results.first()?;
        // If no result contains ids, the function trusts the caller that all results belong to one job.
        let is_nameless = || [result, newest].iter().all(|it| it.job_names() == [None; 3]);
        let is_of_it = result.is_same_job(newest).unwrap_or_else(is_nameless);
        let code = result.result_code.as_ref().filter(|_| is_of_it)?;
        self.rows.iter().copied().find(|row| row.code == code.as_str())
    }

    /// Returns true if a person reviewed the job and did not approve it. An approval by a machine does not change that, in any
    /// order of the results.
    fn a_person_says_otherwise(&self) -> bool {
        let says = |result: &&JobResult| result.result_code.as_ref().is_some_and(ResultCode::is_of_person);
        let is_pass = |result: &&JobResult| {
            self.row(result).is_some_and(|row| alone(result, row).decision == Decision::Approved)
        };
        let judged: Vec<_> = self.results.iter().filter(|result| says(result)).collect();
        // The newest result of a human review is final.
        judged.first().is_some_and(|newest| !is_pass(newest))
    }

    /// Returns the outcome of the search for the same face, from its own result or from a biometric result.
    fn search(&self) -> Search {
        let outcomes = self.results.iter().map(|result| {
            let own = result
                .result_code
                .as_ref()
                .filter(|_| is_of_search(result))
                .map_or(Search::Clear, Search::from_code);
            let inside = match &result.antifraud {
                Some(antifraud) => antifraud.search(),
                None if result.extra.has_unread("Antifraud") => Search::Unclear,
                None => Search::Clear,
            };
            own.max(inside)
        });
        outcomes.max().unwrap_or(Search::Clear)
    }

    /// Returns the verdict on the search for the same face, if the job has no other result.
    fn search_alone(&self) -> Verdict {
        let code = self.results.first().and_then(|result| result.result_code.clone());
        let row = self.results.first().copied().and_then(search_row);
        row.map_or_else(|| Verdict::unknown(code.clone()), |row| Verdict::for_row(code.clone(), row))
    }
}

/// Returns the verdict on a single result. All members of the result are considered.
fn alone(result: &JobResult, row: &'static ResultCodeRow) -> Verdict {
    let is_final = result.is_final_result.unwrap_or(true) && !result.extra.has_unread("IsFinalResult");
    Verdict::for_row(result.result_code.clone(), row)
        .doubting(contradicts_itself(result, row), Uncertainty::Contradicted)
        .doubting(!is_final, Uncertainty::NotFinal)
}

/// Returns true if the steps of a result contradict its result code, or cannot be read.
fn contradicts_itself(result: &JobResult, row: &ResultCodeRow) -> bool {
    let Some(actions) = &result.actions else { return result.extra.has_unread("Actions") };
    let failed = [ActionValue::Failed, ActionValue::Rejected, ActionValue::NotVerified];
    let not_found = |action| actions.get(action).is_some_and(|value| *value != ActionValue::Verified);
    actions.values().any(|value| failed.contains(value))
        || (row.lookup && [Action::VerifyIdNumber, Action::VerifyBusiness].iter().any(not_found))
        || (row.code == ALL_MATCH && actions.values().any(|value| *value == ActionValue::NoMatch))
        || actions.unread().says_something()
}

/// Result code for a match of every detail of the person. No step of such a result may report a mismatch.
const ALL_MATCH: &str = "1020";

fn says(result: &JobResult, action: &Action, value: &ActionValue) -> bool {
    result.actions.as_ref().and_then(|actions| actions.get(action)) == Some(value)
}

fn is_search(row: &ResultCodeRow) -> bool {
    row.products.contains(&Product::SmileSecure)
}

fn search_row(result: &JobResult) -> Option<&'static ResultCodeRow> {
    result.result_code.as_ref()?.row_for(&Product::SmileSecure)
}

fn is_of_search(result: &JobResult) -> bool {
    search_row(result).is_some()
}
