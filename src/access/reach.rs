//! Which rows of each kind a reach covers, as data.
//!
//! Both a query's scope and a table's row-level security are built from these predicates: `db`
//! turns one into a condition, `schema` prints it as a policy.
use super::policy::Action;
use super::{Reach, Role, may};
use crate::law::words::work::Reporter;
use crate::law::words::{PlanState, Stage};
/// An attribute of the caller. Set together with the identity, and fixed for the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Account,
    Role,
    Organization,
    /// The organisation above the caller's.
    Parent,
    /// Every organisation below the caller's.
    Below,
    /// The branches that a committee member is responsible for, or the caller's own.
    Branches,
    /// The caller's own branch, as a single value: an ordered index scan cannot follow a list.
    Branch,
}
/// A predicate on rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    Nothing,
    /// The column equals this attribute of the caller.
    Is(&'static str, Caller),
    /// The column holds one of these words.
    Word(&'static str, Vec<&'static str>),
    Null(&'static str),
    NotNull(&'static str),
    /// Two columns hold the same value; each is of this table or of the one that `Of` refers to.
    Same(&'static str, &'static str),
    /// The JSON array in this column contains an object that includes this one.
    Contains(&'static str, &'static str),
    /// This schema function accepts the whole changed row, which it compares with the stored one.
    Kept(&'static str, &'static str),
    /// The caller has one of these roles.
    Role(Vec<Role>),
    /// The row that this column refers to in another table exists and satisfies the predicate. The
    /// caller must be able to see it: the other table's own policy applies too.
    Of(&'static str, &'static str, Box<Rows>),
    All(Vec<Rows>),
    Any(Vec<Rows>),
}

pub use Caller::{Below, Branch, Branches, Organization, Parent};
use Rows::{Contains, Is, Nothing, Null, Of, Word};

/// Conjunction, flattened.
pub fn all(parts: impl IntoIterator<Item = Rows>) -> Rows {
    let mut flat = Vec::new();
    for part in parts {
        if part == Nothing {
            return Nothing;
        }
        if let Rows::All(inner) = part {
            flat.extend(inner);
        } else {
            flat.push(part);
        }
    }
    match flat.len() {
        1 => flat.remove(0),
        _ => Rows::All(flat),
    }
}

/// Disjunction, flattened.
pub fn any(parts: impl IntoIterator<Item = Rows>) -> Rows {
    let mut flat: Vec<Rows> = Vec::new();
    for part in parts {
        if let Rows::Any(inner) = part {
            flat.extend(inner);
        } else if part != Nothing && !flat.contains(&part) {
            flat.push(part);
        }
    }
    match flat.len() {
        0 => Nothing,
        1 => flat.remove(0),
        _ => Rows::Any(flat),
    }
}

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
    let issued = [PlanState::Issued, PlanState::Revised, PlanState::Closed];
    let issued = || Word("state", issued.iter().map(|s| s.wire()).collect());
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

impl Caller {
    /// The comparison that follows the column. As a sub-select it is evaluated once per statement.
    pub const fn sql(self) -> &'static str {
        match self {
            Self::Account => "= (select app.account())",
            Self::Role => "= (select app.role())",
            Self::Organization => "= (select app.organization())",
            Self::Parent => "= (select app.parent())",
            Self::Below => "= any ((select app.below())::uuid[])",
            Self::Branches => "= any ((select app.branches())::uuid[])",
            Self::Branch => "= (select (app.branches())[1])",
        }
    }
}

/// Comparison with one word or several.
pub(super) fn quoted(words: &[&str]) -> String {
    match words {
        [one] => format!("= '{one}'"),
        many => format!("in ('{}')", many.join("', '")),
    }
}

impl Rows {
    /// The predicate as SQL text; `of` is the table's name or alias with its dot, or empty. Roles are
    /// compared inside the sub-select: for a word it does not know, the planner expects no rows.
    pub fn sql(&self, of: &str) -> String {
        let each = |parts: &[Self], between: &str, enclosed: fn(&Self) -> bool| {
            let parts = parts.iter().map(|part| {
                if enclosed(part) {
                    format!("({})", part.sql(of))
                } else {
                    part.sql(of)
                }
            });
            parts.collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Nothing => "false".to_owned(),
            Self::Is(column, caller) => format!("{of}{column} {}", caller.sql()),
            Self::Word(column, words) => format!("{of}{column} {}", quoted(words)),
            Self::Null(column) => format!("{of}{column} is null"),
            Self::NotNull(column) => format!("{of}{column} is not null"),
            Self::Same(column, other) => format!("{of}{column} = {other}"),
            Self::Contains(column, json) => format!("{of}{column} @> '{json}'"),
            Self::Kept(function, table) => format!("app.{function}({table})"),
            Self::Role(roles) => {
                let words: Vec<&str> = roles.iter().map(|r| r.wire()).collect();
                format!("(select app.role() {})", quoted(&words))
            }
            Self::Of(table, column, rows) => {
                let its = rows.sql("its.");
                let and = if its.is_empty() { "" } else { " and " };
                format!("exists (select from {table} its where its.id = {of}{column}{and}{its})")
            }
            Self::All(parts) => each(parts, " and ", |p| matches!(p, Self::Any(_))),
            Self::Any(parts) => each(parts, " or ", |p| matches!(p, Self::All(_))),
        }
    }
}
