//! A person on a review's list, and the branch's decision.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::source_plan_entry::submitted;
use crate::access::{Role, Sensitivity, reach};
use crate::api::names;
use crate::api::resource::{
    EXPAND_CANDIDATE, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::sealed::{REVIEW_ITEM, Sealed};
use crate::db::tables::review_item as table;
use crate::db::{Tx, functions};
use crate::error::{Code, Error, Result};
use crate::law::lives::follow;
use crate::law::lives::review::{LIFE, ReviewStep};
use crate::law::text::{Text, plain, stored};
use crate::law::words::{PlanAction, PriorityGroup, ReviewState};
use crate::law::{Stage, acts, say};

/// A person on the frozen list of a review, and the decision
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewEntry {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub review_id: Uuid,
    pub candidate_id: Uuid,
    /// Stage when the list was frozen: `nominated` is an open nomination, any other is in the plan
    pub stage: Stage,
    /// `add` accepts a nomination into the plan; `remove` takes the person out of the plan, or
    /// returns a nomination with the reason; `keep` changes nothing (a nomination waits for the
    /// next review); `adjust` notes a change. Null: not decided yet
    #[schema(required = true)]
    pub decision: Option<PlanAction>,
    #[schema(required = true)]
    pub political_standard: Option<bool>,
    #[schema(required = true)]
    pub conduct: Option<bool>,
    #[schema(required = true)]
    pub capacity: Option<bool>,
    #[schema(required = true)]
    pub task_performance: Option<bool>,
    /// Personal data: for the committee above and, until submission, the own branch; for others only where it is revealed with a reason
    #[schema(required = true)]
    pub priority_group: Option<PriorityGroup>,
    /// Ground of the decision, as in the minutes; without background data: not what is known of the person's background, opinions or conduct
    #[schema(required = true, max_length = 500)]
    pub reason: Option<String>,
    /// The adjustment, or a remark about the person. Background data: for the own branch; for the
    /// Party Office and the Standing Committee in the single item, with a written `reason`
    #[schema(required = true, max_length = 1000)]
    pub note: Option<String>,
    /// Proposed for the awareness class
    pub propose_class: bool,
    /// Proposed for opening the dossier
    pub propose_dossier: bool,
    /// The act recorded when the review was closed
    #[schema(required = true)]
    pub act_id: Option<Uuid>,
    /// The newest act that has corrected or annulled the one recorded then
    #[schema(required = true)]
    pub superseded_by: Option<Uuid>,
    /// What stands of the decision in the person's file today: as decided here, or as corrected since.
    /// Null: not decided yet, or annulled
    #[schema(required = true)]
    pub standing_decision: Option<PlanAction>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The branch's decision about a person. Closing the review checks the same requirements as the act
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"decision": "keep"}))]
pub struct ReviewDecision {
    pub decision: Option<PlanAction>,
    /// Criterion met; required when adding
    pub political_standard: Option<bool>,
    /// Criterion met; required when adding
    pub conduct: Option<bool>,
    /// Criterion met; required when adding
    pub capacity: Option<bool>,
    /// Criterion met; required when adding
    pub task_performance: Option<bool>,
    /// Recorded when adding
    pub priority_group: Option<PriorityGroup>,
    /// Required when removing: the ground of the decision, as in the minutes
    #[schema(example = "Chưa phấn đấu tích cực")]
    pub reason: Option<Text<500>>,
    pub note: Option<Text<1000>>,
    #[serde(default)]
    pub propose_class: bool,
    #[serde(default)]
    pub propose_dossier: bool,
}

impl ReviewDecision {
    /// The act that closing the review records; none for a nomination left until the next review.
    pub fn act(
        self,
        nominated: bool,
        on: NaiveDate,
        minutes_number: Text<60>,
    ) -> Option<acts::PlanDecision> {
        let action = self.decision?;
        (action != PlanAction::Keep || !nominated).then_some(acts::PlanDecision {
            on,
            action,
            minutes_number,
            political_standard: self.political_standard,
            conduct: self.conduct,
            capacity: self.capacity,
            task_performance: self.task_performance,
            priority_group: self.priority_group,
            reason: self.reason,
            corrects: None,
        })
    }
}

impl Resource for ReviewEntry {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "review_item",
        path: "review-items",
        fields: &[
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::Stage, FieldKind::Enum(Stage::WIRE)),
            Field::of(&table::Column::Decision, FieldKind::Enum(PlanAction::WIRE)),
            Field::of(&table::Column::ProposeClass, FieldKind::Bool),
            Field::of(&table::Column::ProposeDossier, FieldKind::Bool),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_CANDIDATE],
        computed: false,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            review_id,
            candidate_id,
            stage,
            decision,
            political_standard,
            conduct,
            capacity,
            task_performance,
            priority_group,
            reason,
            note,
            data_key,
            propose_class,
            propose_dossier,
            act_id,
            version,
            created_at,
            updated_at,
        } = row;
        let mut hidden = [
            viewer.hidden(&[("priority_group", Sensitivity::P2)], stage.submitted()),
            viewer.hidden(&[("note", Sensitivity::P3)], false),
        ]
        .concat();
        let shut = viewer.shut(false, id, data_key.as_deref());
        let note = shut.see(Sensitivity::P3, "note", note, &mut hidden);
        Self {
            id,
            branch_id,
            branch_name: None,
            review_id,
            candidate_id,
            stage,
            decision,
            political_standard,
            conduct,
            capacity,
            task_performance,
            priority_group: priority_group
                .filter(|_| viewer.full(Sensitivity::P2, stage.submitted())),
            reason,
            note,
            propose_class,
            propose_dossier,
            act_id,
            superseded_by: None,
            standing_decision: decision,
            hidden,
            version,
            created_at,
            updated_at,
        }
    }
    const PERSONAL: bool = true;
    const COMPLETED: bool = true;
    /// The stage and the decision are those of the review: the file may have been submitted since, and
    /// the act corrected or annulled.
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let recorded: Vec<Uuid> = items.iter().filter_map(|item| item.act_id).collect();
        let mut standing = Vec::new();
        if !recorded.is_empty() {
            standing = tx.all(functions::standing_acts(recorded)).await?;
        }
        for item in items.iter_mut() {
            let mut own = standing.iter();
            let own = own.find(|act| Some(act.recorded_id) == item.act_id);
            if let Some(act) = own.filter(|act| act.id != act.recorded_id) {
                item.superseded_by = Some(act.id);
                item.standing_decision = act.says;
            }
        }
        let told = items
            .iter()
            .filter(|i| !i.hidden.contains(&"priority_group"));
        let told: Vec<Uuid> = told.map(|item| item.candidate_id).collect();
        if told.is_empty() {
            return Ok(());
        }
        let gone = submitted(tx, told.clone()).await?;
        for item in items {
            let id = &item.candidate_id;
            if told.contains(id) && gone.contains(id) {
                item.priority_group = None;
                item.hidden.insert(0, "priority_group");
            }
        }
        Ok(())
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for ReviewEntry {
    type Edit = ReviewDecision;
    const SEALED: Option<&'static Sealed> = Some(&REVIEW_ITEM);
    fn edit(row: &table::Model) -> ReviewDecision {
        let row = row.clone();
        ReviewDecision {
            decision: row.decision,
            political_standard: row.political_standard,
            conduct: row.conduct,
            capacity: row.capacity,
            task_performance: row.task_performance,
            priority_group: row.priority_group,
            reason: stored(row.reason),
            note: None,
            propose_class: row.propose_class,
            propose_dossier: row.propose_dossier,
        }
    }
    fn apply(edit: ReviewDecision, active: &mut table::ActiveModel) {
        let ReviewDecision {
            decision,
            political_standard,
            conduct,
            capacity,
            task_performance,
            priority_group,
            reason,
            note: _,
            propose_class,
            propose_dossier,
        } = edit;
        active.decision = Set(decision);
        active.political_standard = Set(political_standard);
        active.conduct = Set(conduct);
        active.capacity = Set(capacity);
        active.task_performance = Set(task_performance);
        active.priority_group = Set(priority_group);
        active.reason = Set(plain(reason));
        active.propose_class = Set(propose_class);
        active.propose_dossier = Set(propose_dossier);
    }
}

/// The state after a step, or 409.
pub fn stepped(from: ReviewState, step: ReviewStep, by: Role) -> Result<ReviewState> {
    follow(LIFE, from, &step, by).ok_or_else(|| {
        Error::new(Code::InvalidTransition)
            .detail(say("Phiên xét đã chốt.", "The review has been closed."))
    })
}
