//! Wire types of acts.
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{acts, store};
use crate::access::{Reach, Sensitivity, reach};
use crate::api::checks::read;
use crate::api::list::Listed;
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::Tx;
use crate::db::tables::act as table;
use crate::error::{Error, Result};
use crate::law::Stage;
use crate::law::acts::ActKind;
use crate::law::votes::Outcome;

/// An act of a candidacy: who recorded what, on which date, under which regulation, and the stage
/// it led to. Never rewritten
#[derive(Debug, Serialize, ToSchema)]
pub struct Act {
    pub id: Uuid,
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true)]
    pub recorded_branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub recorded_branch_name: Option<String>,
    /// Position in the order of recording. An act that only the Party Office and the Standing Committee
    /// are told of has the number of the one before it
    #[schema(minimum = 1)]
    pub seq: i32,
    pub kind: ActKind,
    /// Date of the act
    pub on: NaiveDate,
    /// Recorded fields, as in the body of this kind of act. Background data (opinions,
    /// remarks, findings) is null in lists and for roles that may not read it, as is the ground that
    /// another branch gave, see `_hidden`
    #[schema(value_type = Object)]
    pub data: Value,
    /// Regulation in force on the date of the act, by which it was judged
    #[schema(example = "24-QĐ/TW", max_length = 100)]
    pub regulation: String,
    /// Stage of the candidacy after the act
    pub stage_after: Stage,
    /// Outcome of a vote: members entitled, votes in favour needed, whether it was carried; null
    /// for other acts
    #[schema(required = true)]
    pub vote: Option<Outcome>,
    /// The act that this one corrects
    #[schema(required = true)]
    pub corrects_id: Option<Uuid>,
    /// The act that corrected or annulled this one, which is no longer in effect
    #[schema(required = true)]
    pub superseded_by: Option<Uuid>,
    /// Account that recorded the act
    pub account_id: Uuid,
    pub role: crate::access::Role,
    /// Name of the account; null where your role may not see it
    #[schema(required = true, max_length = 200)]
    pub actor: Option<String>,
    /// Fields of `data` that your role does not see here, whether they hold a value or not. In all
    /// others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
    /// Version of the candidate after this act, to send as `If-Match` with the next one
    #[schema(minimum = 1)]
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
}

/// Equivalent to P2 data, so hidden here as in the file.
fn hide_priority_group(fields: &mut Map<String, Value>, hidden: &mut Vec<&'static str>) {
    if let Some(field) = fields.get_mut("priority_group") {
        *field = Value::Null;
        hidden.push("priority_group");
    }
}

impl Act {
    /// Shows the P3 data of its row, too; `texts` are those that are stored sealed, opened.
    pub(super) fn reveal(&mut self, row: &table::Model, texts: Option<Map<String, Value>>) {
        let sensitive = row.kind.sensitive();
        let shut = row.texts.is_some() && texts.is_none();
        let unread: &[&str] = if shut { row.kind.texts() } else { &[] };
        let mut data = row.data.clone();
        if let (Some(data), Some(texts)) = (data.as_object_mut(), texts) {
            data.extend(texts);
        }
        for name in sensitive.iter().filter(|name| !unread.contains(name)) {
            if let Some(value) = data.get(*name) {
                self.data[*name] = value.clone();
            }
        }
        self.hidden
            .retain(|name| !sensitive.contains(name) || unread.contains(name));
    }

    const fn spec(fields: &'static [Field]) -> Spec {
        Spec {
            name: "act",
            path: "acts",
            fields,
            sort: "seq",
            search: None,
            scope: reach::of_candidate,
            expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE],
            computed: true,
        }
    }
}

/// Acts of one kind. The path selects the kind, so the list has no filter for it.
#[derive(Clone, Debug)]
pub struct ActsOfOneKind;

impl Listed for ActsOfOneKind {
    type Item = Act;
    const SPEC: Spec = Act::spec(&[
        Field::of(&table::Column::Seq, FieldKind::Int).sorted(),
        Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
        Field::of(&table::Column::RecordedAt, FieldKind::Instant).sorted(),
    ]);
}

impl Resource for Act {
    type Entity = table::Entity;
    const SPEC: Spec = Self::spec(&[
        Field::of(&table::Column::Seq, FieldKind::Int).sorted(),
        Field::of(&table::Column::Kind, FieldKind::Enum(ActKind::WIRE)),
        Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
        Field::of(&table::Column::RecordedAt, FieldKind::Instant).sorted(),
    ]);
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            recorded_branch_id,
            candidate_id,
            seq,
            kind,
            on_date,
            mut data,
            texts: _,
            regulation,
            corrects_id,
            stage_after,
            account_id,
            role,
            vote,
            version,
            recorded_at,
            unseen: _,
        } = row;
        let mut hidden = kind.sensitive().to_vec();
        // another branch does not see the grounds
        let elsewhere = recorded_branch_id.is_some_and(|of| viewer.branch.is_some_and(|b| b != of));
        if elsewhere && let Some(ground) = kind.ground() {
            hidden.push(ground);
        }
        if let Some(fields) = data.as_object_mut() {
            fields.retain(|name, _| name != "on" && name != "corrects");
            for name in kind.set() {
                let list = fields.entry(*name).or_insert(Value::Null);
                if list.is_null() {
                    *list = Value::Array(Vec::new());
                }
            }
            // the upper committee reads it in the file, where each read is logged
            if !viewer.full(Sensitivity::P2, false) || viewer.reach == Reach::Below {
                hide_priority_group(fields, &mut hidden);
            }
            for name in &hidden {
                if let Some(field) = fields.get_mut(*name) {
                    *field = Value::Null;
                }
            }
            // the database does not keep the order of the request's properties
            fields.sort_keys();
        }
        Self {
            id,
            candidate_id,
            branch_id,
            recorded_branch_id,
            recorded_branch_name: None,
            seq,
            kind,
            on: on_date,
            data,
            regulation,
            stage_after,
            vote: vote.and_then(read),
            corrects_id,
            superseded_by: None,
            account_id,
            role,
            actor: None,
            hidden,
            version,
            recorded_at,
        }
    }
    const PERSONAL: bool = true;
    /// The committee above sees submitted files only, and lets go of one that it sends back.
    fn stays_within(row: &table::Model, viewer: &Viewer) -> bool {
        viewer.reach != Reach::Below || row.stage_after.submitted()
    }
    fn unfolds(row: &table::Model, viewer: &Viewer) -> bool {
        let opens = || acts::opens(viewer.role, viewer.branch, row);
        !row.kind.sensitive().is_empty() && opens() == Some(true)
    }
    async fn unfold(tx: &Tx, row: &table::Model, one: &mut Self) -> Result<()> {
        acts::reveal(tx, row.candidate_id, vec![(one, row)]).await
    }
    const NAMES: &'static [Named<Self>] = &[
        Named {
            read: |_| store::actor(),
            put: |act, name| {
                act.actor = name;
                Ok(())
            },
        },
        Named {
            read: |_| store::recorded_branch_id(),
            put: |act, id| {
                let id = id.map(|id| id.parse()).transpose();
                act.recorded_branch_id = id.map_err(Error::internal)?;
                Ok(())
            },
        },
        Named {
            read: |_| store::recorded_branch_name(),
            put: |act, name| {
                act.recorded_branch_name = name;
                Ok(())
            },
        },
        Named {
            read: |_| store::newer(),
            put: |act, id| {
                let id = id.map(|id| id.parse()).transpose();
                act.superseded_by = id.map_err(Error::internal)?;
                Ok(())
            },
        },
        Named {
            read: |_| store::submitted(),
            put: |act, submitted| {
                if let (Some(_), Some(fields)) = (submitted, act.data.as_object_mut()) {
                    hide_priority_group(fields, &mut act.hidden);
                }
                Ok(())
            },
        },
    ];
}
