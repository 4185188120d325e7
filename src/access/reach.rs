//! Which rows of each kind a reach covers, as data.
//!
//! Both a query's scope and a table's row-level security are built from these predicates: `db`
//! turns one into a condition, `schema` prints it as a policy.
use super::policy::Action;
use super::rows::Caller::{Below, Branch, Branches, Organization, Parent};
use super::rows::Rows::{Contains, Is, Nothing, Null, Of, Word};
use super::rows::{Caller, Rows, all, any};
use super::{Reach, Role, may};
use crate::law::words::daily::Reporter;
use crate::law::words::{PlanState, Stage};

/// Rows of the caller's own organisation.
pub fn own() -> Rows {
    Is("organization_id", Organization)
}

/// Rows of an organisation below the caller's.
pub fn below() -> Rows {
    Is("organization_id", Below)
}

/// Rows without persons, of the caller's organisation or of those below, depending on the reach.
pub fn organization(reach: Reach) -> Rows {
    match reach {
        Reach::Everything | Reach::Assigned | Reach::OwnBranch | Reach::OwnIntroductions => own(),
        Reach::Accounts => any([own(), below()]),
        Reach::Below => below(),
        Reach::Own => Nothing,
    }
}

/// Rows of the caller's own organisation and no other.
pub fn own_organization(reach: Reach) -> Rows {
    match reach {
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::OwnIntroductions
        | Reach::Accounts => own(),
        Reach::Below | Reach::Own => Nothing,
    }
}

/// Rows about accounts: the caller's own, or those that an administrator manages.
pub fn sign_in(reach: Reach) -> Rows {
    match reach {
        Reach::Accounts => any([own(), below()]),
        Reach::Own => Is("account_id", Caller::Account),
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::OwnIntroductions
        | Reach::Below => Nothing,
    }
}

/// The access log: a branch sees who read the files of its candidates and members and its own notes
/// about them, but not the readings of single acts, because it may not be allowed to know yet that
/// such an act exists.
pub fn access_log(reach: Reach) -> Rows {
    match reach {
        // the Office answers people who ask who has read their data
        Reach::Accounts | Reach::Everything => own(),
        Reach::OwnBranch => {
            let of = |table, column| Of(table, column, Box::new(Is("branch_id", Branches)));
            let named = |words: &[&'static str]| Word("resource", words.to_vec());
            let people = [
                "candidate",
                "personal_data",
                "appraisal",
                "appraisal_unmasked",
                "review_item",
                "source_plan_entry",
            ];
            all([
                own(),
                any([
                    all([named(&people), of("candidate", "candidate_id")]),
                    // entries of a source plan about people who are no candidates yet
                    all([
                        named(&["source_plan_entry"]),
                        of("source_plan_entry", "resource_id"),
                    ]),
                    all([
                        named(&["member", "personal_data"]),
                        of("member", "resource_id"),
                    ]),
                ]),
            ])
        }
        Reach::Assigned | Reach::OwnIntroductions | Reach::Below | Reach::Own => Nothing,
    }
}

/// The audit trail: all of it, or the changes to the records of candidates and members whom the
/// caller can read now.
pub fn history(reach: Reach) -> Rows {
    let of = |table| Of(table, "resource_id", Box::new(Is("branch_id", Branches)));
    let its = |table| all([Word("resource", vec![table]), of(table)]);
    match reach {
        Reach::Accounts => own(),
        Reach::Everything => all([own(), Word("resource", vec!["candidate", "member"])]),
        Reach::OwnBranch => all([own(), any([its("candidate"), its("member")])]),
        Reach::Assigned | Reach::OwnIntroductions | Reach::Below | Reach::Own => Nothing,
    }
}

/// Organisations: the caller's, the one above it and those below.
pub fn organizations(reach: Reach) -> Rows {
    let this = || Is("id", Organization);
    match reach {
        Reach::Everything | Reach::Assigned | Reach::OwnBranch | Reach::OwnIntroductions => {
            any([this(), Is("id", Parent)])
        }
        Reach::Accounts => any([this(), Is("id", Parent), Is("id", Below)]),
        Reach::Below => any([this(), Is("id", Below)]),
        Reach::Own => Nothing,
    }
}

/// Rows about persons and a branch's work: visible by branch, to no union.
pub fn of_branch(reach: Reach) -> Rows {
    by_branch(reach, "branch_id")
}

/// Branches whose persons and work are visible. That a branch exists is known more widely, see
/// [`organization`].
pub fn branch(reach: Reach) -> Rows {
    by_branch(reach, "id")
}

fn by_branch(reach: Reach, column: &'static str) -> Rows {
    match reach {
        Reach::Everything => own(),
        Reach::Assigned => all([own(), Is(column, Branches)]),
        Reach::OwnBranch => all([own(), Is(column, Branch)]),
        Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Figures and classifications of branches, which the committee above reads too.
pub fn of_branch_or_below(reach: Reach) -> Rows {
    match reach {
        Reach::Below => below(),
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::OwnIntroductions
        | Reach::Accounts
        | Reach::Own => of_branch(reach),
    }
}

/// Branches in reports, including those below where the report covers them.
pub fn branches(reach: Reach) -> Rows {
    match reach {
        Reach::Everything => own(),
        Reach::Assigned | Reach::OwnBranch => all([own(), Is("id", Branches)]),
        Reach::Below => below(),
        Reach::OwnIntroductions | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Nominations: by branch; a union sees those it made.
pub fn nomination(reach: Reach) -> Rows {
    match reach {
        Reach::OwnIntroductions => all([own(), Is("introduced_by", Caller::Role)]),
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::Below
        | Reach::Accounts
        | Reach::Own => of_branch(reach),
    }
}

/// The file has left the grassroots organisation.
pub fn submitted() -> Rows {
    let stages = Stage::ALL.iter().filter(|s| s.submitted());
    Word("stage", stages.map(|s| s.wire()).collect())
}

/// Offers of a transfer: of the branch that makes it, and of the one to which it is made.
pub fn transfer_offer(reach: Reach) -> Rows {
    let either = |caller| any([Is("branch_id", caller), Is("to_branch_id", caller)]);
    match reach {
        Reach::Everything => own(),
        Reach::Assigned => all([own(), either(Branches)]),
        Reach::OwnBranch => all([own(), either(Branch)]),
        Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Candidates: the committee above sees submitted files only.
pub fn candidate(reach: Reach) -> Rows {
    match reach {
        Reach::Below => all([below(), submitted()]),
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::OwnIntroductions
        | Reach::Accounts
        | Reach::Own => nomination(reach),
    }
}

/// Rows that belong to a candidate: the committee above sees those of submitted files.
pub fn of_candidate(reach: Reach) -> Rows {
    match reach {
        Reach::Below => all([
            below(),
            Of("candidate", "candidate_id", Box::new(submitted())),
        ]),
        Reach::Everything
        | Reach::Assigned
        | Reach::OwnBranch
        | Reach::OwnIntroductions
        | Reach::Accounts
        | Reach::Own => of_branch(reach),
    }
}

/// Quota plans: drafts are visible only to those who prepare them.
pub fn quota_plan(reach: Reach) -> Rows {
    let issued = || Word("state", PlanState::ISSUED.map(PlanState::wire).into());
    match reach {
        Reach::Everything => own(),
        Reach::Assigned | Reach::OwnBranch => all([own(), issued()]),
        Reach::Below => all([below(), issued()]),
        Reach::OwnIntroductions | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Activities: those of the whole organisation, of the caller's branches, of the caller's union.
pub fn activity(reach: Reach) -> Rows {
    match reach {
        Reach::Everything => own(),
        Reach::Assigned | Reach::OwnBranch => {
            all([own(), any([Null("branch_id"), Is("branch_id", Branches)])])
        }
        Reach::OwnIntroductions => all([
            own(),
            any([Null("branch_id"), Is("recorded_role", Caller::Role)]),
        ]),
        Reach::Below | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Problem reports: a branch or union sees its own.
pub fn problem_report(reach: Reach) -> Rows {
    match reach {
        Reach::Everything => own(),
        Reach::OwnBranch => all([
            own(),
            Word("reporter", vec![Reporter::BranchCommittee.wire()]),
            Is("branch_id", Branch),
        ]),
        Reach::OwnIntroductions => all([own(), Is("reporter", Caller::Role)]),
        Reach::Assigned | Reach::Below | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Guidance: everyone in the organisation, and no one outside it.
pub fn guidance(reach: Reach) -> Rows {
    match reach {
        Reach::Everything | Reach::Assigned | Reach::OwnBranch | Reach::OwnIntroductions => own(),
        Reach::Below | Reach::Accounts | Reach::Own => Nothing,
    }
}

/// Distribution lists: a branch sees those of documents sent to the branches.
pub fn dispatch(reach: Reach) -> Rows {
    let to_branches = Contains("recipients", r#"[{"kind": "branches"}]"#);
    match reach {
        Reach::Everything => own(),
        Reach::OwnBranch => all([own(), to_branches]),
        Reach::Assigned | Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own => {
            Nothing
        }
    }
}

/// Rewrites "is my branch" as "is among my branches", so that two roles can share a clause.
pub(super) fn among(rows: Rows) -> Rows {
    if let Rows::Is(column, Branch) = rows {
        return Rows::Is(column, Branches);
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other conditions name no branch"
    )]
    match rows {
        Rows::All(parts) => Rows::All(parts.into_iter().map(among).collect()),
        Rows::Any(parts) => Rows::Any(parts.into_iter().map(among).collect()),
        other => other,
    }
}

/// For each role that may perform one of `actions`, the rows it reaches. For policies, where the
/// caller's role is not known in advance.
pub fn by(actions: &[Action], rows: fn(Reach) -> Rows) -> Rows {
    let each = Role::ALL.iter().map(|role| {
        let reached = actions.iter().filter_map(|action| may(*role, *action));
        (*role, any(reached.map(|r| among(rows(r)))))
    });
    clauses(each)
}

/// Merges roles that reach the same rows into one clause, and factors out conditions common to all.
pub(super) fn clauses(each: impl IntoIterator<Item = (Role, Rows)>) -> Rows {
    let mut groups: Vec<(Vec<Role>, Rows)> = Vec::new();
    for (role, rows) in each {
        match groups.iter_mut().find(|(_, same)| *same == rows) {
            _ if rows == Rows::Nothing => {}
            Some((roles, _)) => roles.push(role),
            None => groups.push((vec![role], rows)),
        }
    }
    // group by first condition: rows of the own organisation, rows of those below
    let mut firsts: Vec<(Rows, Vec<Rows>)> = Vec::new();
    for (roles, rows) in groups {
        let (first, rest) = if let Rows::All(mut parts) = rows {
            (parts.remove(0), parts)
        } else {
            (rows, Vec::new())
        };
        let clause = all([Rows::Role(roles)].into_iter().chain(rest));
        match firsts.iter_mut().find(|(same, _)| *same == first) {
            Some((_, clauses)) => clauses.push(clause),
            None => firsts.push((first, vec![clause])),
        }
    }
    any(firsts
        .into_iter()
        .map(|(first, clauses)| all([first, any(clauses)])))
}
