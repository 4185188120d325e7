//! Classes and enrolments as they travel.
use crate::entity::{class as table, enrolment};
use crate::prelude::*;
use crate::rules::vocabulary::{ClassKind, EnrolmentState, Grade};

/// A class (lớp bồi dưỡng)
#[derive(Debug, Serialize, ToSchema)]
pub struct Class {
    pub id: Uuid,
    pub organization_id: Uuid,
    #[schema(value_type = ClassKind)]
    pub kind: String,
    #[schema(max_length = 200)]
    pub title: String,
    /// Who issues the certificates
    #[schema(example = "Trung tâm Chính trị huyện Hồng Lam", max_length = 200)]
    pub issuer: String,
    #[schema(required = true, max_length = 200)]
    pub place: Option<String>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    #[schema(minimum = 1, maximum = 1000)]
    pub capacity: i32,
    #[schema(minimum = 0, maximum = 1000)]
    pub seats_taken: i32,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
page_of!(
    /// A page of classes
    ClassPage,
    Class
);

/// A class to be planned
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClass {
    pub kind: ClassKind,
    #[schema(example = "Lớp nhận thức về Đảng khóa II năm 2021")]
    pub title: Text<200>,
    #[schema(example = "Trung tâm Chính trị huyện Hồng Lam")]
    pub issuer: Text<200>,
    pub place: Option<Text<200>>,
    #[schema(example = "2021-09-06")]
    pub starts_on: NaiveDate,
    #[schema(example = "2021-09-10")]
    pub ends_on: NaiveDate,
    /// Not below the seats already taken
    #[schema(minimum = 1, maximum = 1000, example = 30)]
    pub capacity: i32,
}

impl Resource for Class {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "class",
        table: "class",
        path: "classes",
        fields: &[
            Field::of("organization_id", Kind::Uuid),
            Field::of("kind", Kind::Enum(ClassKind::WIRE)),
            Field::of("starts_on", Kind::Date).sorted(),
            Field::of("ends_on", Kind::Date).sorted(),
            Field::of("created_at", Kind::Instant).sorted(),
        ],
        sort: "-starts_on",
        search: None,
        soft: true,
        scope: scope::organization,
        expand: &[],
        computed: true,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            kind,
            title,
            issuer,
            place,
            starts_on,
            ends_on,
            capacity,
            seats_taken,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self { id, organization_id, kind, title, issuer, place, starts_on, ends_on, capacity, seats_taken, version, created_at, updated_at }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Class {
    type Edit = NewClass;
    fn edit(row: &Self::Row) -> NewClass {
        NewClass {
            kind: ClassKind::parse(&row.kind).unwrap_or(ClassKind::Awareness),
            title: Text::stored(row.title.clone()),
            issuer: Text::stored(row.issuer.clone()),
            place: stored(row.place.clone()),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            capacity: row.capacity,
        }
    }
    fn apply(edit: NewClass, active: &mut Self::Active) {
        let NewClass { kind, title, issuer, place, starts_on, ends_on, capacity } = edit;
        active.kind = Set(kind.wire().to_owned());
        active.title = Set(title.into_string());
        active.issuer = Set(issuer.into_string());
        active.place = Set(plain(place));
        active.starts_on = Set(starts_on);
        active.ends_on = Set(ends_on);
        active.capacity = Set(capacity);
    }
}

/// A seat in a class
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolment {
    pub id: Uuid,
    pub branch_id: Uuid,
    pub class_id: Uuid,
    pub candidate_id: Uuid,
    #[schema(value_type = EnrolmentState)]
    pub state: String,
    #[schema(required = true, value_type = Option<Grade>)]
    pub grade: Option<String>,
    #[schema(required = true, max_length = 100)]
    pub certificate_number: Option<String>,
    #[schema(required = true)]
    pub certificate_on: Option<NaiveDate>,
    /// Last day on which the certificate is in date; null: no limit
    #[schema(required = true)]
    pub certificate_valid_to: Option<NaiveDate>,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
page_of!(
    /// A page of enrolments
    EnrolmentPage,
    Enrolment
);

/// A person to be proposed for a class
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrolment {
    #[schema(example = "01750000-0000-7000-8000-0000ca010001")]
    pub candidate_id: Uuid,
}

/// What the Office records. `completed` goes with a certificate's number and date
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRecord {
    /// `confirmed`, `completed` or `failed`; withdrawn by DELETE
    pub state: EnrolmentState,
    pub grade: Option<Grade>,
    /// Unique in the organisation
    #[schema(example = "GCN-2021-101")]
    pub certificate_number: Option<Text<100>>,
    #[schema(example = "2021-09-15")]
    pub certificate_on: Option<NaiveDate>,
}

impl Resource for Enrolment {
    type Row = enrolment::Model;
    type Active = enrolment::ActiveModel;
    type Entity = enrolment::Entity;
    const SPEC: Spec = Spec {
        name: "enrolment",
        table: "enrolment",
        path: "enrolments",
        fields: &[
            Field::of("branch_id", Kind::Uuid),
            Field::of("class_id", Kind::Uuid),
            Field::of("candidate_id", Kind::Uuid),
            Field::of("state", Kind::Enum(EnrolmentState::WIRE)),
            Field::of("grade", Kind::Enum(Grade::WIRE)),
            Field::of("certificate_on", Kind::Date),
            Field::of("certificate_valid_to", Kind::Date),
            Field::of("created_at", Kind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        soft: false,
        scope: scope::person,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let enrolment::Model {
            id,
            organization_id: _,
            branch_id,
            class_id,
            candidate_id,
            state,
            grade,
            certificate_number,
            certificate_on,
            certificate_valid_to,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            class_id,
            candidate_id,
            state,
            grade,
            certificate_number,
            certificate_on,
            certificate_valid_to,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Enrolment {
    type Edit = EnrolmentRecord;
    fn edit(row: &Self::Row) -> EnrolmentRecord {
        EnrolmentRecord {
            state: EnrolmentState::parse(&row.state).unwrap_or(EnrolmentState::Proposed),
            grade: row.grade.as_deref().and_then(Grade::parse),
            certificate_number: stored(row.certificate_number.clone()),
            certificate_on: row.certificate_on,
        }
    }
    fn apply(edit: EnrolmentRecord, active: &mut Self::Active) {
        let EnrolmentRecord { state, grade, certificate_number, certificate_on } = edit;
        active.state = Set(state.wire().to_owned());
        active.grade = Set(grade.map(|g| g.wire().to_owned()));
        active.certificate_number = Set(plain(certificate_number));
        active.certificate_on = Set(certificate_on);
    }
}
