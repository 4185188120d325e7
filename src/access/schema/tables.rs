//! Every table, and what each role may do with its rows: a clause per permission, within its reach.
use super::table::{CONFIRMED, PARTICULARS, Table, WRITTEN_BY_ACTS, living, on_a_list};
use crate::access::policy::Action;
use crate::access::reach::{self, by, clauses, own};
use crate::access::rows::{Caller, Rows, all, any};
use crate::access::{Reach, Role, may};
use crate::law::acts::ActKind;
use crate::law::words::{EnrolmentState, Stage, TermState, daily::ProblemState};

/// The roles that may perform one of `actions`, whatever their reach.
fn roles(actions: &[Action]) -> Rows {
    let may = |role: &Role| actions.iter().any(|action| may(*role, *action).is_some());
    Rows::Role(Role::ALL.iter().copied().filter(may).collect())
}

fn own_account() -> Rows {
    Rows::Is("account_id", Caller::Account)
}

/// The row that `key` refers to is visible to the caller.
fn visible(table: &'static str, key: &'static str) -> Rows {
    Rows::Of(table, key, Box::new(Rows::All(Vec::new())))
}

/// Readable by everyone in the organisation and by the committees above it.
fn whole_organization() -> Rows {
    any([own(), reach::below()])
}

/// Persons introduced by the caller's union.
fn introductions(reach: Reach) -> Rows {
    if reach == Reach::OwnIntroductions {
        reach::nomination(reach)
    } else {
        Rows::Nothing
    }
}

/// Activities that the caller may record: a branch its own; others those of any branch or of none.
fn in_its_place(reach: Reach) -> Rows {
    if reach == Reach::OwnIntroductions {
        own()
    } else {
        reach::of_branch(reach)
    }
}

/// Which kinds of act each role may record about which candidacies: the kinds come from the law,
/// the candidacies from `reach`.
fn recorded() -> Rows {
    clauses(Role::ALL.iter().map(|role| {
        let reach = may(*role, Action::ReadActs).or(may(*role, Action::ReadNominations));
        let rows = match reach {
            None => Rows::Nothing,
            Some(Reach::Below) => reach::below(),
            // the policy of candidates checks who introduced the person
            Some(Reach::OwnIntroductions) => own(),
            Some(
                reach @ (Reach::Everything
                | Reach::Assigned
                | Reach::OwnBranch
                | Reach::Accounts
                | Reach::Own),
            ) => reach::among(reach::of_branch(reach)),
        };
        let mut kinds: Vec<&'static str> = Vec::new();
        for kind in ActKind::ALL {
            // a union that withdraws its nomination ends the candidacy by an exit
            let withdraws = *kind == ActKind::Exit && reach == Some(Reach::OwnIntroductions);
            if kind.recorded_by().contains(role) || withdraws {
                kinds.push(kind.wire());
            }
        }
        match kinds[..] {
            [] => (*role, Rows::Nothing),
            _ => (*role, all([rows, Rows::Word("kind", kinds)])),
        }
    }))
}

/// Every table with row-level security, and what each role may do with its rows.
pub fn tables() -> Vec<Table> {
    use Action as A;
    let closed = |name| Table::new(name, Rows::Nothing);
    let word = |column, word| Rows::Word(column, vec![word]);
    let own_role = |column| Rows::Is(column, Caller::Role);
    let account = |column| Rows::Is(column, Caller::Account);
    let of_branch = |action| by(&[action], reach::of_branch);
    let admin = || all([own(), Rows::Role(vec![Role::SystemAdmin])]);
    let history = by(&[A::ReadAudit, A::ReadHistory], reach::history);
    let access_log = by(&[A::ReadAccessLog, A::ExportPersons], reach::access_log);
    let erases = || by(&[A::ErasePersons], reach::own_organization);
    let committees = [A::DraftQuotaPlans, A::IssueQuotaPlans];
    let same_place = all([
        Rows::Same("branch_id", "act.branch_id"),
        Rows::Same("organization_id", "act.organization_id"),
        Rows::Null("erased_on"),
    ]);
    let states =
        |list: &[EnrolmentState]| Rows::Word("state", list.iter().map(|s| s.wire()).collect());
    let draft = |rows| all([rows, word("state", TermState::Draft.wire())]);
    vec![
        // --- organisation
        Table::new(
            "organization",
            any([
                Rows::Is("id", Caller::Organization),
                Rows::Is("id", Caller::Parent),
                Rows::Is("id", Caller::Below),
            ]),
        )
        .insert(by(&[A::CreateOrganizations], |_| {
            Rows::Is("parent_id", Caller::Organization)
        }))
        .update(by(&[A::ChangeOrganizations], |_| {
            Rows::Is("id", Caller::Organization)
        })),
        Table::new("branch", whole_organization()).write(A::WriteBranches, reach::own_organization),
        Table::new("department", whole_organization())
            .write(A::WriteDepartments, reach::own_organization),
        Table::new("branch_change", whole_organization())
            .insert(by(&[A::WriteBranches], reach::own_organization)),
        Table::new(
            "branch_classification",
            by(&[A::ReadClassifications], reach::of_branch_or_below),
        )
        .write(A::WriteClassifications, reach::own_organization),
        Table::new("holiday", own()).keep(A::WriteHolidays, reach::own_organization),
        Table::new("setting", own()).write(A::WriteSettings, reach::own_organization),
        // --- accounts
        // whoever may see a branch's overseers may see their names
        Table::new(
            "account",
            any([
                account("id"),
                all([own(), roles(&[A::ReadAccounts, A::ReadOverseers])]),
            ]),
        )
        .insert(by(&[A::WriteAccounts], reach::own_organization))
        .update(by(
            &[A::WriteAccounts, A::ConfirmAccounts],
            reach::own_organization,
        )),
        closed("credential"),
        Table::new("session", by(&[A::ReadSignIns], reach::sign_in)),
        Table::new("sign_in_attempt", admin()),
        Table::new("branch_overseer", of_branch(A::ReadOverseers))
            .keep(A::WriteOverseers, reach::own_organization),
        Table::new("idempotency_key", own_account())
            .insert(own_account())
            .delete(own_account()),
        closed("chain_head"),
        Table::new("index_proof", Rows::NotNull("proof")).insert(Rows::NotNull("proof")),
        Table::new("audit_entry", history).insert(all([own(), own_account()])),
        Table::new("access_entry", any([access_log, own_account()])).insert(own_account()),
        Table::new("calendar_feed", own_account())
            .insert(own_account())
            .update(own_account())
            .delete(own_account()),
        // --- people
        Table::new("member", of_branch(A::ReadMembers))
            .write(A::WriteMembers, reach::own_organization)
            .update(by(
                &[A::WriteMembers, A::ConfirmNamesakes],
                reach::own_organization,
            )),
        Table::new("membership", of_branch(A::ReadMembers)),
        Table::new("member_activity_change", of_branch(A::ReadMembers))
            .keep(A::WriteMembers, reach::of_branch),
        Table::new("member_leaving", of_branch(A::ReadMembers))
            .keep(A::WriteMembers, reach::of_branch),
        Table::new("transfer", of_branch(A::ReadMembers)).keep(A::WriteMembers, reach::of_branch),
        Table::new("branch_officer", of_branch(A::ReadOfficers))
            .keep(A::WriteOfficers, reach::own_organization),
        // no stage is writable; a union corrects its nomination until the branch has decided
        Table::new(
            "candidate",
            by(&[A::ReadCandidates, A::ReadNominations], reach::candidate),
        )
        .insert(all([
            word("stage", Stage::Nominated.wire()),
            all(WRITTEN_BY_ACTS.map(Rows::Null)),
            by(&[A::Readmit, A::Nominate], reach::nomination),
        ]))
        .update(any([
            by(
                &[A::ChangeCandidates, A::ConfirmNamesakes],
                reach::of_branch,
            ),
            all([
                by(&[A::ChangeNominations], introductions),
                word("stage", Stage::Nominated.wire()),
            ]),
        ]))
        .columns(PARTICULARS),
        Table::new("nomination", by(&[A::ReadNominations], reach::nomination))
            .insert(by(&[A::Readmit, A::Nominate], reach::nomination))
            .update(by(
                &[A::ChangeCandidates, A::ChangeNominations],
                reach::nomination,
            )),
        Table::new("sponsorship", of_branch(A::ReadSponsorships))
            .write(A::WriteSponsorships, reach::of_branch)
            .insert(all([living(), of_branch(A::WriteSponsorships)])),
        closed("name_word"),
        closed("candidate_move"),
        closed("stage_entry"),
        Table::new(
            "transfer_offer",
            by(&[A::ReadTransfers], reach::transfer_offer),
        )
        .insert(all([living(), of_branch(A::OfferTransfers)]))
        .update(any([
            by(&[A::OfferTransfers], reach::of_branch),
            by(&[A::AnswerTransfers], |_| {
                all([own(), Rows::Is("to_branch_id", Caller::Branches)])
            }),
        ])),
        Table::new("erasure", erases())
            .insert(all([account("asked_by"), own_role("asked_role"), erases()]))
            .update(erases())
            // a constraint of the table requires that somebody else confirms
            .changed(all([account("confirmed_by"), erases()]))
            .columns(CONFIRMED),
        // rows without `known` are present sums and admissions, from which no person can be read;
        // the others, by month and outcome, are for the reports on statistics and quality
        Table::new(
            "tally",
            all([
                Rows::Null("known"),
                by(&[A::ReadAnnualQuotas], reach::of_branch_or_below),
            ]),
        ),
        // --- acts: insert-only for the application
        Table::new("act", by(&[A::ReadActs], reach::of_candidate)).insert(all([
            own_account(),
            own_role("role"),
            any([
                Rows::Null("recorded_branch_id"),
                Rows::Same("recorded_branch_id", "branch_id"),
            ]),
            Rows::Of("candidate", "candidate_id", Box::new(same_place)),
            recorded(),
        ])),
        Table::new("deadline", of_branch(A::ReadDeadlines)),
        Table::new("deadline_settlement", of_branch(A::ReadDeadlines)).insert(all([
            own_account(),
            by(&[A::SettleDeadlines], reach::of_branch),
            Rows::Of("branch", "branch_id", Box::new(Rows::NotNull("closed_on"))),
        ])),
        // --- classes
        Table::new("class", whole_organization()).write(A::WriteClasses, reach::organization),
        Table::new("class_session", whole_organization())
            .write(A::WriteClasses, reach::organization),
        // the upper committee sees and confirms only people on a compiled list
        Table::new(
            "enrolment",
            any([
                by(&[A::ReadEnrolments], reach::of_branch),
                by(&[A::ConfirmEnrolments], on_a_list),
            ]),
        )
        .insert(all([living(), of_branch(A::ProposeEnrolments)]))
        .update(any([
            by(&[A::ProposeEnrolments], reach::of_branch),
            all([
                by(&[A::ConfirmEnrolments], on_a_list),
                states(&[
                    EnrolmentState::Compiled,
                    EnrolmentState::Confirmed,
                    EnrolmentState::Rejected,
                ]),
            ]),
        ]))
        .changed(any([
            by(&[A::ProposeEnrolments], reach::of_branch),
            all([
                by(&[A::ConfirmEnrolments], on_a_list),
                states(&[EnrolmentState::Confirmed, EnrolmentState::Rejected]),
            ]),
        ])),
        Table::new("attendance", of_branch(A::ReadEnrolments))
            .insert(by(&[A::RecordEnrolments], reach::own_organization))
            .delete(by(&[A::RecordEnrolments], reach::own_organization)),
        // --- plans: the Party Office writes drafts, and the Standing Committee approves them
        Table::new("term", whole_organization())
            .insert(draft(by(&[A::WriteTerms], reach::own_organization)))
            .update(by(
                &[A::WriteTerms, A::ApproveTerms],
                reach::own_organization,
            ))
            .changed(any([
                all([
                    draft(by(&[A::WriteTerms], reach::own_organization)),
                    Rows::Kept("was_draft", "term"),
                ]),
                by(&[A::ApproveTerms], reach::own_organization),
            ])),
        Table::new("quota_plan", by(&[A::ReadQuotaPlans], reach::quota_plan))
            .insert(by(&[A::DraftQuotaPlans], reach::own_organization))
            .update(by(&committees, reach::own_organization)),
        Table::new(
            "quota_line",
            by(&[A::ReadQuotaPlans], reach::of_branch_or_below),
        )
        .insert(by(&committees, reach::own_organization))
        .delete(by(&committees, reach::own_organization)),
        Table::new("quota_revision", by(&committees, reach::own_organization))
            .insert(by(&[A::IssueQuotaPlans], reach::own_organization)),
        Table::new(
            "quota_closing",
            by(&[A::ReadQuotaPlans], reach::of_branch_or_below),
        )
        .insert(by(&[A::IssueQuotaPlans], reach::own_organization))
        .delete(by(&[A::IssueQuotaPlans], reach::own_organization)),
        Table::new(
            "later_admission",
            by(&[A::ReadQuotaPlans], reach::of_branch_or_below),
        )
        .delete(by(&[A::IssueQuotaPlans], reach::own_organization)),
        Table::new("source_plan", of_branch(A::ReadSourcePlans))
            .insert(by(&[A::WriteSourcePlans], reach::of_branch))
            .update(by(
                &[A::WriteSourcePlans, A::DecideSourcePlans],
                reach::of_branch,
            )),
        Table::new("source_plan_entry", of_branch(A::ReadSourcePlans))
            .write(A::WriteSourcePlans, reach::of_branch),
        Table::new("review", of_branch(A::ReadReviews)).write(A::HoldReviews, reach::of_branch),
        Table::new("review_item", of_branch(A::ReadReviews))
            .write(A::HoldReviews, reach::of_branch),
        // --- the branches' work
        Table::new("activity", by(&[A::ReadActivities], reach::activity))
            .insert(all([
                own_role("recorded_role"),
                account("recorded_by"),
                by(&[A::WriteActivities], in_its_place),
            ]))
            .update(any([
                all([own(), Rows::Role(vec![Role::PartyOffice])]),
                all([
                    own_role("recorded_role"),
                    by(&[A::WriteActivities], in_its_place),
                ]),
            ])),
        Table::new("work_plan", of_branch(A::ReadWorkPlans))
            .write(A::WriteWorkPlans, reach::of_branch),
        Table::new("inspection", of_branch(A::ReadInspections))
            .insert(all([
                account("inspector_id"),
                own_role("inspector_role"),
                by(&[A::WriteInspections], reach::of_branch),
            ]))
            .update(by(&[A::CompleteInspections], reach::of_branch))
            .changed(all([
                by(&[A::CompleteInspections], reach::of_branch),
                Rows::Kept("keeps_findings", "inspection"),
            ])),
        Table::new(
            "problem_report",
            by(&[A::ReadProblemReports], reach::problem_report),
        )
        .insert(all([
            word("state", ProblemState::Reported.wire()),
            account("reported_by"),
            by(&[A::ReportProblems], reach::problem_report),
        ]))
        .update(by(&[A::ReadProblemReports], reach::problem_report)),
        // messages are insert-only
        Table::new(
            "problem_message",
            all([own(), visible("problem_report", "report_id")]),
        )
        .insert(all([
            own(),
            own_account(),
            own_role("author"),
            visible("problem_report", "report_id"),
        ])),
        Table::new("guidance", by(&[A::ReadGuidance], reach::guidance))
            .write(A::WriteGuidance, reach::own_organization),
        // published editions are immutable
        Table::new(
            "guidance_edition",
            all([
                by(&[A::ReadGuidance], reach::guidance),
                Rows::Of(
                    "guidance",
                    "guidance_id",
                    Box::new(Rows::Null("deleted_at")),
                ),
            ]),
        )
        .insert(by(&[A::WriteGuidance], reach::own_organization)),
        Table::new("dispatch", by(&[A::ReadDispatches], reach::dispatch))
            .write(A::WriteDispatches, reach::own_organization),
    ]
}
