//! Overseers of a branch, who are committee members.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, reach};
use crate::api::names;
use crate::api::resource::{Editable, Expand, Field, FieldKind, Named, Resource, Spec, Viewer};
use crate::db::tables::{account, branch_overseer};
use crate::db::{Tx, any_row, identity, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;

/// A committee member responsible for a branch (đảng ủy viên phụ trách)
#[derive(Debug, Serialize, ToSchema)]
pub struct Overseer {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub account_id: Uuid,
    pub from_on: NaiveDate,
    /// Last day of responsibility; null if there is none
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A committee member to make responsible for a branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewOverseer {
    /// An account with the role `committee_member`
    pub account_id: Uuid,
    #[schema(example = "2020-09-01")]
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

const EXPAND_ACCOUNT: Expand = Expand {
    name: "account",
    key: "account_id",
    id: &account::Column::Id,
    columns: &[&account::Column::Login, &account::Column::DisplayName],
};

impl Resource for Overseer {
    type Entity = branch_overseer::Entity;
    const SPEC: Spec = Spec {
        name: "overseer",
        path: "overseers",
        fields: &[
            Field::of(&branch_overseer::Column::AccountId, FieldKind::Uuid),
            Field::of(&branch_overseer::Column::FromOn, FieldKind::Date).sorted(),
            Field::of(&branch_overseer::Column::ToOn, FieldKind::Date),
        ],
        sort: "-from_on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_ACCOUNT],
        computed: false,
    };
    fn show(row: branch_overseer::Model, _: &Viewer) -> Self {
        let branch_overseer::Model {
            id,
            organization_id: _,
            branch_id,
            account_id,
            from_on,
            to_on,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            account_id,
            from_on,
            to_on,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(branch_overseer::Column::BranchId);
}

impl Editable for Overseer {
    type Edit = NewOverseer;
    fn edit(row: &branch_overseer::Model) -> NewOverseer {
        NewOverseer {
            account_id: row.account_id,
            from_on: row.from_on,
            to_on: row.to_on,
        }
    }
    fn apply(edit: NewOverseer, active: &mut branch_overseer::ActiveModel) {
        active.account_id = Set(edit.account_id);
        active.from_on = Set(edit.from_on);
        active.to_on = Set(edit.to_on);
    }
}

/// Only an account with the role `committee_member` can be an overseer, once on any day.
pub async fn check(tx: &Tx, branch: Uuid, new: &NewOverseer, this: Option<Uuid>) -> Result<()> {
    use branch_overseer::Column;
    tx.later(locks::posts(branch)).await;
    let account_id = new.account_id;
    let own = account::Column::OrganizationId
        .into_expr()
        .eq(identity("app.organization"));
    let member = account::Column::Id
        .eq(account_id)
        .and(account::Column::Role.eq(Role::CommitteeMember))
        .and(own);
    let mut meanwhile = Column::BranchId
        .eq(branch)
        .and(Column::AccountId.eq(account_id))
        .and(Column::ToOn.is_null().or(Column::ToOn.gte(new.from_on)));
    if let Some(this) = this {
        meanwhile = meanwhile.and(Column::Id.ne(this));
    }
    if let Some(last) = new.to_on {
        meanwhile = meanwhile.and(Column::FromOn.lte(last));
    }
    let asked = [
        any_row::<account::Entity>(member),
        any_row::<branch_overseer::Entity>(meanwhile),
    ];
    let [member, twice] = tx.ask(asked).await?;
    if !member {
        return Err(Error::invalid(
            "/account_id",
            "not_committee_member",
            say(
                "Phải là tài khoản đảng ủy viên.",
                "Must be an account of a committee member.",
            ),
        ));
    }
    if twice {
        let words = say(
            "Đã phụ trách chi bộ trong thời gian này.",
            "Already in charge of the branch in that period.",
        );
        let faults = vec![Fault::pointer("/account_id", "duplicate", words)];
        return Err(Error::faults(Code::Duplicate, faults));
    }
    Ok(())
}
