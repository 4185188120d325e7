//! The permission table: who may do what, and how far. `openapi/roles.txt` is generated from it;
//! server, document and tests read it.
pub use crate::law::words::{Reach, Role};

/// A permission: a variant of [`Action`] and a zero-sized type for handler signatures.
pub trait Permission: 'static {
    const ACTION: Action;
}

#[expect(non_upper_case_globals, reason = "a cell of the table")]
const all: Option<Reach> = Some(Reach::Everything);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const asg: Option<Reach> = Some(Reach::Assigned);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const own: Option<Reach> = Some(Reach::OwnBranch);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const int: Option<Reach> = Some(Reach::OwnIntroductions);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const bel: Option<Reach> = Some(Reach::Below);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const adm: Option<Reach> = Some(Reach::Accounts);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const me_: Option<Reach> = Some(Reach::Own);
#[expect(non_upper_case_globals, reason = "a cell of the table")]
const no_: Option<Reach> = None;

/// Neither a row without a cell for each role nor an action without a row compiles.
macro_rules! actions {
    ($(#[doc = $doc:literal] $name:ident = $wire:literal [$($cell:ident)*];)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action { $(#[doc = $doc] $name),* }
        impl Action {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            pub const fn wire(self) -> &'static str { match self { $(Self::$name => $wire),* } }
            const fn row(self) -> [Option<Reach>; Role::ALL.len()] { match self { $(Self::$name => [$($cell),*]),* } }
            pub fn parse(wire: &str) -> Option<Self> { Self::ALL.iter().copied().find(|a| a.wire() == wire) }
            /// Description of the scope in the document.
            pub const fn about(self) -> &'static str { match self { $(Self::$name => $doc),* } }
        }
        $(#[doc = $doc] #[derive(Debug)] pub struct $name; impl Permission for $name { const ACTION: Action = Action::$name; })*
    };
}

actions! {
    // columns: standing committee, Party Office, committee member, branch committee, trade union,
    // youth union, upper committee, service account, administrator
    //                                                      SC  PO  CM  BC  TU  YU  UC  SA  AD
    /// Read one's own account
    ReadMe               = "me.read"                       [me_ me_ me_ me_ me_ me_ me_ me_ me_];
    /// Change one's own password
    ChangePassword       = "me.password"                   [me_ me_ me_ me_ me_ me_ me_ no_ me_];
    /// Get and remove one's own second factor
    SetSecondFactor      = "me.second_factor"              [me_ me_ me_ me_ me_ me_ me_ no_ me_];
    /// See where one's own account is signed in; an administrator, where others are
    ReadSignIns          = "sign_ins.read"                 [me_ me_ me_ me_ me_ me_ me_ me_ adm];
    /// Sign one's own account out elsewhere; an administrator, others
    EndSignIns           = "sign_ins.end"                  [me_ me_ me_ me_ me_ me_ me_ me_ adm];
    /// See accounts
    ReadAccounts         = "accounts.read"                 [no_ no_ no_ no_ no_ no_ no_ no_ adm];
    /// Create, change, disable accounts and reset their secrets
    WriteAccounts        = "accounts.write"                [no_ no_ no_ no_ no_ no_ no_ no_ adm];
    /// Confirm, as the second person, what an administrator did to an account
    ConfirmAccounts      = "accounts.confirm"              [all no_ no_ no_ no_ no_ no_ no_ adm];
    /// See the audit trail and attempts to sign in
    ReadAudit            = "audit.read"                    [no_ no_ no_ no_ no_ no_ no_ no_ adm];
    /// See who read what is protected; a branch, of its own people
    ReadAccessLog        = "access_log.read"               [no_ no_ no_ own no_ no_ no_ no_ adm];
    /// See one person's record unmasked, for a written reason
    RevealPersons        = "persons.reveal"                [all all no_ no_ no_ no_ no_ no_ no_];
    /// Export everything stored about one person, for a written reason
    ExportPersons        = "persons.export"                [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Request that a person's data be erased for good, or confirm the request of the other body
    ErasePersons         = "persons.erase"                 [all all no_ no_ no_ no_ no_ no_ no_];
    /// See organisations
    ReadOrganizations    = "organizations.read"            [all all all all all all bel bel adm];
    /// Add an organisation below one's own
    CreateOrganizations  = "organizations.create"          [no_ no_ no_ no_ no_ no_ no_ no_ adm];
    /// Rename one's own organisation
    ChangeOrganizations  = "organizations.change"          [no_ all no_ no_ no_ no_ no_ no_ adm];
    /// See departments
    ReadDepartments      = "departments.read"              [all all all all all all bel bel adm];
    /// Create, change and remove departments
    WriteDepartments     = "departments.write"             [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See branches with their member counts
    ReadBranches         = "branches.read"                 [all all all all all all bel bel adm];
    /// Create, change and remove branches
    WriteBranches        = "branches.write"                [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See how branches were classified
    ReadClassifications  = "classifications.read"          [all all asg own no_ no_ bel no_ no_];
    /// Record how branches were classified
    WriteClassifications = "classifications.write"         [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See the officers of a branch
    ReadOfficers         = "officers.read"                 [all all asg own no_ no_ no_ no_ no_];
    /// Appoint officers of a branch and end their office
    WriteOfficers        = "officers.write"                [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See which committee members are responsible for a branch
    ReadOverseers        = "overseers.read"                [all all asg own no_ no_ no_ no_ no_];
    /// Make a committee member responsible for a branch
    WriteOverseers       = "overseers.write"               [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See Party members
    ReadMembers          = "members.read"                  [all all asg own no_ no_ no_ no_ no_];
    /// Create, change and remove Party members
    WriteMembers         = "members.write"                 [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See candidates
    ReadCandidates       = "candidates.read"               [all all asg own no_ no_ bel no_ no_];
    /// Change a candidate's particulars
    ChangeCandidates     = "candidates.change"             [no_ all no_ own no_ no_ no_ no_ no_];
    /// See what was changed in the record of a candidate or a member, with what stood there before
    ReadHistory          = "persons.history"               [all all no_ own no_ no_ no_ no_ no_];
    /// Confirm that a person is not their namesake born the same day
    ConfirmNamesakes     = "candidates.confirm_namesakes"  [all all no_ no_ no_ no_ no_ no_ no_];
    /// Remove a candidate who was entered by mistake
    RemoveCandidates     = "candidates.remove"             [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See nominations and their outcome
    ReadNominations      = "nominations.read"              [all all asg own int int no_ no_ no_];
    /// Nominate a person
    Nominate             = "nominations.create"            [no_ no_ no_ own int int no_ no_ no_];
    /// Correct or withdraw a nomination before the branch has reviewed it
    ChangeNominations    = "nominations.change"            [no_ no_ no_ own int int no_ no_ no_];
    /// See who may sponsor, and how many people each sponsors
    ReadSponsors         = "sponsors.read"                 [all all asg own no_ no_ no_ no_ no_];
    /// See sponsorships
    ReadSponsorships     = "sponsorships.read"             [all all asg own no_ no_ no_ no_ no_];
    /// Assign a sponsor, or end a sponsorship
    WriteSponsorships    = "sponsorships.write"            [no_ all no_ own no_ no_ no_ no_ no_];
    /// See the acts of a candidacy, its next steps, timeline and appraisal slip
    ReadActs             = "acts.read"                     [all all asg own no_ no_ bel no_ no_];
    /// See offers of branches to hand over a person in the plan
    ReadTransfers        = "transfers.read"                [all all asg own no_ no_ no_ no_ no_];
    /// Offer a person in the plan to another branch, withdraw the offer
    OfferTransfers       = "transfers.offer"               [no_ all no_ own no_ no_ no_ no_ no_];
    /// Accept or decline a person whom another branch offers
    AnswerTransfers      = "transfers.answer"              [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// See which files hold an act that would not be valid today
    ReadFindings         = "findings.read"                 [all all asg own no_ no_ no_ no_ no_];
    /// See the way ahead of candidacies
    ReadOutlooks         = "outlooks.read"                 [all all asg own no_ no_ no_ no_ no_];
    /// Record the branch's decision about a person on its list
    DecidePlans          = "plan_decisions.create"         [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Record a sponsor's note
    NoteSponsors         = "sponsor_notes.create"          [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Give test assignments and record their outcome
    RecordTests          = "tests.create"                  [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Record introduction papers
    RecordIntroductions  = "introductions.create"          [no_ all no_ own no_ no_ no_ no_ no_];
    /// Open a dossier
    OpenDossiers         = "dossiers.create"               [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Record documents of the dossier
    RecordDocuments      = "documents.create"              [no_ all no_ own no_ no_ no_ no_ no_];
    /// Record verification steps
    RecordVerification   = "verification.create"           [no_ all no_ own no_ no_ no_ no_ no_];
    /// Propose (Office) or conclude (Standing Committee) a political issue
    RecordPoliticalIssues = "political_issues.create"      [all all no_ no_ no_ no_ no_ no_ no_];
    /// Record opinions
    RecordOpinions       = "opinions.create"               [no_ all no_ own no_ no_ no_ no_ no_];
    /// Record votes: the branch its own, the Office the committee's
    RecordResolutions    = "resolutions.create"            [no_ all no_ own no_ no_ no_ no_ no_];
    /// Submit a file to the deciding body
    SubmitFiles          = "files.submit"                  [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Send a submitted file back
    ReturnFiles          = "files.return"                  [no_ all no_ no_ no_ no_ bel no_ no_];
    /// Record decisions on admission and strike-off
    RecordDecisions      = "decisions.create"              [no_ all no_ no_ no_ no_ bel no_ no_];
    /// Record the ceremony
    HoldCeremonies       = "ceremonies.create"             [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Record waivers and written agreements
    RecordWaivers        = "waivers.create"                [all all no_ no_ no_ no_ no_ no_ no_];
    /// Record the recognition of an official member
    RecordRecognitions   = "recognitions.create"           [no_ all no_ no_ no_ no_ bel no_ no_];
    /// Record that a candidacy has ended outside the procedure
    RecordExits          = "exits.create"                  [no_ all no_ own no_ no_ no_ no_ no_];
    /// Record several acts of a candidacy at once, each as its own permission allows
    RecordBatches        = "acts.batch"                    [all all no_ own no_ no_ bel no_ no_];
    /// Open a new attempt for a person whose candidacy has ended
    Readmit              = "readmissions.create"           [no_ all no_ own no_ no_ no_ no_ no_];
    /// Annul an act that should never have been recorded
    AnnulActs            = "acts.annul"                    [all all no_ own no_ no_ bel no_ no_];
    /// See deadlines
    ReadDeadlines        = "deadlines.read"                [all all asg own no_ no_ no_ no_ no_];
    /// Settle the duties of a branch that has ended
    SettleDeadlines      = "deadlines.settle"              [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Manage one's own calendar address
    WriteCalendar        = "calendar.write"                [me_ me_ me_ me_ no_ no_ no_ no_ no_];
    /// See regulation versions and the catalogue of documents
    ReadRegulations      = "regulations.read"              [all all all all all all all all all];
    /// Try a draft of regulations on the files
    TryRegulations       = "regulations.try"               [all all no_ no_ no_ no_ no_ no_ no_];
    /// See classes
    ReadClasses          = "classes.read"                  [all all all all no_ no_ bel bel no_];
    /// Plan, change, cancel and remove classes and their sessions
    WriteClasses         = "classes.write"                 [no_ all no_ no_ no_ no_ bel no_ no_];
    /// See enrolments
    ReadEnrolments       = "enrolments.read"               [all all asg own no_ no_ no_ no_ no_];
    /// Propose a person for a class, or withdraw the proposal
    ProposeEnrolments    = "enrolments.propose"            [no_ all no_ own no_ no_ no_ no_ no_];
    /// Compile the list of a class, take attendance, record results and certificates
    RecordEnrolments     = "enrolments.record"             [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Confirm a compiled list, or refuse individual people on it
    ConfirmEnrolments    = "enrolments.confirm"            [no_ all no_ no_ no_ no_ bel no_ no_];
    /// See the printable list of a class; the upper committee sees the people on a compiled one
    ReadRosters          = "rosters.read"                  [all all asg own no_ no_ bel no_ no_];
    /// See terms
    ReadTerms            = "terms.read"                    [all all all all all all bel bel no_];
    /// Create, change and remove terms
    WriteTerms           = "terms.write"                   [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Approve and reopen terms
    ApproveTerms         = "terms.approve"                 [all no_ no_ no_ no_ no_ no_ no_ no_];
    /// See quota plans
    ReadQuotaPlans       = "quota_plans.read"              [all all asg own no_ no_ bel bel no_];
    /// Draft, propose and prepare the revision of a quota plan
    DraftQuotaPlans      = "quota_plans.draft"             [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Issue a quota plan or its revision, reject, close and reopen it
    IssueQuotaPlans      = "quota_plans.issue"             [all no_ no_ no_ no_ no_ no_ no_ no_];
    /// See source plans
    ReadSourcePlans      = "source_plans.read"             [all all asg own no_ no_ no_ no_ no_];
    /// Draft, submit and revise the source plan of one's branch
    WriteSourcePlans     = "source_plans.write"            [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// Approve a submitted source plan or send it back
    DecideSourcePlans    = "source_plans.decide"           [all no_ no_ no_ no_ no_ no_ no_ no_];
    /// See reviews and what they decided
    ReadReviews          = "reviews.read"                  [all all asg own no_ no_ no_ no_ no_];
    /// Open a review of one's branch, decide on its list and close it
    HoldReviews          = "reviews.hold"                  [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// See quotas against admissions and pipeline
    ReadAnnualQuotas     = "annual_quotas.read"            [all all asg own no_ no_ bel bel no_];
    /// See activities: propaganda, study, movements
    ReadActivities       = "activities.read"               [all all asg own int int no_ no_ no_];
    /// Record activities; change and remove one's own
    WriteActivities      = "activities.write"              [all all no_ own int int no_ no_ no_];
    /// See the work plans of branches
    ReadWorkPlans        = "work_plans.read"               [all all asg own no_ no_ no_ no_ no_];
    /// Write the branch's work plans
    WriteWorkPlans       = "work_plans.write"              [no_ no_ no_ own no_ no_ no_ no_ no_];
    /// See inspections
    ReadInspections      = "inspections.read"              [all all asg own no_ no_ no_ no_ no_];
    /// Record, change and remove inspections
    WriteInspections     = "inspections.write"             [all all asg no_ no_ no_ no_ no_ no_];
    /// Record that what an inspection asked for has been done
    CompleteInspections  = "inspections.complete"          [all all asg own no_ no_ no_ no_ no_];
    /// See problem reports and write to their thread
    ReadProblemReports   = "problem_reports.read"          [all all no_ own int int no_ no_ no_];
    /// Report a problem, close and reopen one's own report
    ReportProblems       = "problem_reports.report"        [no_ no_ no_ own int int no_ no_ no_];
    /// Forward a problem report to the Standing Committee
    ForwardProblems      = "problem_reports.forward"       [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// Answer a problem report
    AnswerProblems       = "problem_reports.answer"        [all all no_ no_ no_ no_ no_ no_ no_];
    /// See guidance
    ReadGuidance         = "guidance.read"                 [all all all all all all no_ no_ no_];
    /// Publish guidance and new editions of it
    WriteGuidance        = "guidance.write"                [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See the distribution lists of documents
    ReadDispatches       = "dispatches.read"               [all all no_ own no_ no_ no_ no_ no_];
    /// Manage the distribution lists of documents
    WriteDispatches      = "dispatches.write"              [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See an overview of the branches
    ReadOverview         = "overview.read"                 [all all asg own no_ no_ no_ no_ no_];
    /// See progress against the plan and the quality of the source
    ReadReports          = "reports.read"                  [all all asg own no_ no_ bel bel no_];
    /// See the values and labels of enumerations
    ReadEnums            = "enums.read"                    [all all all all all all all all all];
    /// See public holidays
    ReadHolidays         = "holidays.read"                 [all all all all all all no_ no_ adm];
    /// Manage the list of public holidays
    WriteHolidays        = "holidays.write"                [no_ all no_ no_ no_ no_ no_ no_ no_];
    /// See settings
    ReadSettings         = "settings.read"                 [all all all all no_ no_ no_ no_ adm];
    /// Change settings
    WriteSettings        = "settings.write"                [no_ no_ no_ no_ no_ no_ no_ no_ adm];
}

/// How far `role` may perform `action`; `None` if not at all.
pub const fn may(role: Role, action: Action) -> Option<Reach> {
    action.row()[role as usize]
}

/// The roles that may do `action`, each with its reach.
pub fn allowed(action: Action) -> impl Iterator<Item = (Role, Reach)> {
    let may = move |role: &Role| Some((*role, may(*role, action)?));
    Role::ALL.iter().filter_map(may)
}

/// The table as text: every action, every role, the reach. Checked in as `openapi/roles.txt`.
pub fn table() -> String {
    use std::fmt::Write as _;
    let mut text = format!("{:<22}", "action");
    for role in Role::ALL {
        let _ = write!(text, " {:<18}", role.wire());
    }
    text = text.trim_end().to_owned() + "\n";
    for action in Action::ALL {
        let mut line = format!("{:<22}", action.wire());
        for role in Role::ALL {
            let _ = write!(
                line,
                " {:<18}",
                may(*role, *action).map_or("-", Reach::wire)
            );
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}
