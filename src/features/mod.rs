//! The features, one module per first segment of the URL.
pub mod access_entries;
pub mod accounts;
pub mod activities;
pub mod annual_quotas;
pub mod audit_entries;
pub mod auth;
pub mod branch_classifications;
pub mod branches;
pub mod calendars;
pub mod candidates;
pub mod certificates;
pub mod classes;
pub mod deadlines;
pub mod departments;
pub mod dispatches;
pub mod docs;
pub mod document_types;
pub mod enrolments;
pub mod enums;
pub mod erasures;
pub mod findings;
pub mod guidance;
pub mod healthz;
pub mod holidays;
pub mod inspections;
pub mod me;
pub mod members;
pub mod nominations;
pub mod officers;
pub mod organizations;
pub mod outlooks;
pub mod overseers;
pub mod overview;
pub mod problem_reports;
pub mod quota_plans;
pub mod readyz;
pub mod regulation_trials;
pub mod regulations;
pub mod reports;
pub mod review_items;
pub mod reviews;
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod sign_ins;
pub mod source_plan_entries;
pub mod source_plans;
pub mod sponsors;
pub mod sponsorships;
pub mod terms;
pub mod transfer_offers;
pub mod well_known;
pub mod work_plans;

#[cfg(test)]
mod tests {
    use crate::access::{self, Action, Role};
    use crate::law::lives::class;
    use crate::law::lives::enrolment::{self, EnrolmentStep as Seat};
    use crate::law::lives::problem_report::{self, ProblemReportStep as Problem};
    use crate::law::lives::quota_plan::{self, QuotaPlanStep as Quota};
    use crate::law::lives::review::{self, ReviewStep as Review};
    use crate::law::lives::source_plan::{self, SourcePlanStep as Source};
    use crate::law::lives::term::{self, TermStep as Term};
    use crate::law::lives::{Life, taken_by};
    use crate::law::words::ClassState;

    fn permitted<State, Step: PartialEq>(life: Life<State, Step>, step: &Step, action: Action) {
        let reaches = |role: &Role| access::may(*role, action).is_some();
        let permitted: Vec<Role> = Role::ALL.iter().copied().filter(reaches).collect();
        assert_eq!(taken_by(life, step), permitted, "{}", action.wire());
    }

    /// The tables of moves and the permission table state independently who takes a step; they
    /// agree.
    #[test]
    fn a_step_is_taken_by_whom_the_permission_table_names() {
        for step in [Term::Change, Term::Remove] {
            permitted(term::LIFE, &step, Action::WriteTerms);
        }
        for step in [Term::Approve, Term::Reopen] {
            permitted(term::LIFE, &step, Action::ApproveTerms);
        }
        for step in [
            Quota::Change,
            Quota::Remove,
            Quota::Propose,
            Quota::PrepareRevision,
        ] {
            permitted(quota_plan::LIFE, &step, Action::DraftQuotaPlans);
        }
        let (first, again) = (
            Quota::Reopen { revised: false },
            Quota::Reopen { revised: true },
        );
        for step in [Quota::Issue, Quota::Reject, Quota::Close, first, again] {
            permitted(quota_plan::LIFE, &step, Action::IssueQuotaPlans);
        }
        for step in [
            Source::Change,
            Source::Remove,
            Source::Submit,
            Source::Revise,
        ] {
            permitted(source_plan::LIFE, &step, Action::WriteSourcePlans);
        }
        for step in [Source::Approve, Source::Return] {
            permitted(source_plan::LIFE, &step, Action::DecideSourcePlans);
        }
        for step in [Review::Decide, Review::Remove, Review::Close] {
            permitted(review::LIFE, &step, Action::HoldReviews);
        }
        for state in ClassState::ALL {
            permitted(class::LIFE, state, Action::WriteClasses);
        }
        for (step, action) in [
            (Seat::Compile, Action::RecordEnrolments),
            (Seat::Confirm, Action::ConfirmEnrolments),
            (Seat::Refuse, Action::ConfirmEnrolments),
            (Seat::Withdraw, Action::ProposeEnrolments),
            (Seat::ClassCloses, Action::WriteClasses),
            (Seat::ClassCancelled, Action::WriteClasses),
            (Seat::Complete, Action::RecordEnrolments),
            (Seat::Fail, Action::RecordEnrolments),
            (Seat::CertificateAnnulled, Action::RecordEnrolments),
        ] {
            permitted(enrolment::LIFE, &step, action);
        }
        for (step, action) in [
            (Problem::Write, Action::ReadProblemReports),
            (Problem::Forward, Action::ForwardProblems),
            (Problem::Answer, Action::AnswerProblems),
            (Problem::Close, Action::ReportProblems),
            (Problem::Reopen, Action::ReportProblems),
        ] {
            permitted(problem_report::LIFE, &step, action);
        }
    }
}
