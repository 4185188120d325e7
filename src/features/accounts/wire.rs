//! Accounts as they are sent and received.
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, reach};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::tables::account as table;
use crate::law::text::Text;

/// A user or service account
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    pub id: Uuid,
    #[schema(example = "branch-01", max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub display_name: String,
    pub role: Role,
    /// The branch of a branch committee; null for other roles
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub disabled: bool,
    #[schema(required = true)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Deadline for a second person to confirm what an administrator did to this account
    /// (`POST /accounts/{id}/confirmations`); nobody can sign in with it until then. Null if nothing
    /// waits
    #[schema(required = true)]
    pub waits_until: Option<DateTime<Utc>>,
    /// When signing in began to require the code of a second factor; null if it does not
    #[schema(required = true)]
    pub second_factor_at: Option<DateTime<Utc>>,
    /// Of a script: the addresses and networks that it may sign in from; empty: from anywhere
    #[schema(max_items = 20)]
    pub addresses: Vec<String>,
    /// Expiry of a script's secret; null if it does not expire
    #[schema(required = true)]
    pub secret_expires_at: Option<DateTime<Utc>>,
    /// Until when a script's earlier secret is valid beside the present one; null if it is not
    #[schema(required = true)]
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
    /// In the answer to `POST /accounts` that asked for it (`with_secret`), shown only once; otherwise null
    #[schema(required = true, max_length = 100)]
    pub secret: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An account to create; it can sign in once it has a secret (`with_secret`, or `POST /accounts/{id}/secrets`)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
// sent as it stands, the example grants nothing: a committee member sees no branch until assigned
// one
#[schema(example = json!({
    "login": "dang-uy-vien-04",
    "display_name": "Hoàng Thị Mai Phương",
    "role": "committee_member",
}))]
pub struct NewAccount {
    /// Unique across the service; letters, digits, `.`, `_`, `-`
    #[schema(
        pattern = "^[a-z0-9][a-z0-9._-]{1,62}$",
        min_length = 2,
        max_length = 63,
        example = "branch-11"
    )]
    pub login: String,
    #[schema(example = "Chi ủy Chi bộ Y học cổ truyền")]
    pub display_name: Text<200>,
    pub role: Role,
    /// Required for `branch_committee`, absent for other roles
    pub branch_id: Option<Uuid>,
    #[serde(default)]
    pub disabled: bool,
    pub expires_at: Option<DateTime<Utc>>,
    /// True: with a one-time code, which waits with the account for a second person; with its client
    /// secret, if it is a script's
    #[serde(default)]
    pub with_secret: bool,
}

/// The changeable fields; a new role, branch or `disabled` applies from the account's next request
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountChange {
    #[schema(example = "Chi ủy Chi bộ Y học cổ truyền")]
    pub display_name: Text<200>,
    pub role: Role,
    pub branch_id: Option<Uuid>,
    #[schema(example = true)]
    pub disabled: bool,
    pub expires_at: Option<DateTime<Utc>>,
    /// Of a script: the addresses and networks (`10.1.0.0/16`) that it may sign in from
    #[serde(default)]
    #[schema(max_items = 20, example = json!([]))]
    pub addresses: Vec<Text<50>>,
    /// Of a script: null ends the earlier secret
    pub previous_secret_expires_at: Option<DateTime<Utc>>,
}

/// Another secret for a script, beside the present one
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"expires_at": "2031-01-01T00:00:00Z"}))]
pub struct NewClientSecret {
    /// Expiry of the new secret; without it, the secret does not expire
    pub expires_at: Option<DateTime<Utc>>,
    /// Until when the present secret stays valid, at most 30 days; by default 7 days
    pub previous_expires_at: Option<DateTime<Utc>>,
}

/// A secret, shown only once
#[derive(Debug, Serialize, ToSchema)]
pub struct Secret {
    pub account_id: Uuid,
    /// One-time code of a person, or client secret of a script
    #[schema(max_length = 100)]
    pub secret: String,
    /// Expiry; null for a client secret that does not expire
    #[schema(required = true)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Resource for Account {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "account",
        path: "accounts",
        fields: &[
            Field::of(&table::Column::Login, FieldKind::Text).sorted(),
            Field::of(&table::Column::Role, FieldKind::Enum(Role::WIRE)),
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::expression(
                "disabled",
                || table::Column::DisabledAt.is_not_null(),
                FieldKind::Bool,
            ),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "login",
        search: None,
        scope: reach::own_organization,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            login,
            display_name,
            role,
            branch_id,
            disabled_at,
            expires_at,
            session_version: _,
            asked_by: _,
            asked_at: _,
            waits_until,
            confirmed_by: _,
            second_factor_at,
            alone_reason: _,
            alone_at: _,
            addresses,
            secret_until: secret_expires_at,
            old_secret_until: previous_secret_expires_at,
            has_password: _,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            login,
            display_name,
            role,
            branch_id,
            branch_name: None,
            disabled: disabled_at.is_some(),
            expires_at,
            waits_until,
            second_factor_at,
            addresses,
            secret_expires_at,
            previous_secret_expires_at,
            secret: None,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for Account {
    type Edit = AccountChange;
    fn edit(row: &table::Model) -> AccountChange {
        AccountChange {
            display_name: Text::stored(row.display_name.clone()),
            role: row.role,
            branch_id: row.branch_id,
            disabled: row.disabled_at.is_some(),
            expires_at: row.expires_at,
            addresses: (row.addresses.iter().cloned()).map(Text::stored).collect(),
            previous_secret_expires_at: row.old_secret_until,
        }
    }
    fn apply(edit: AccountChange, active: &mut table::ActiveModel) {
        let AccountChange {
            display_name,
            role,
            branch_id,
            disabled: _,
            expires_at,
            addresses,
            previous_secret_expires_at,
        } = edit;
        active.display_name = Set(display_name.into_string());
        active.role = Set(role);
        active.branch_id = Set(branch_id);
        active.expires_at = Set(expires_at);
        active.addresses = Set(addresses.into_iter().map(Text::into_string).collect());
        active.old_secret_until = Set(previous_secret_expires_at);
    }
}
