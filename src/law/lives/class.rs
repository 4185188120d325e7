//! State machine of a class. The state is changed together with other fields, so a step is the
//! requested state.
use super::{Life, PLANNERS, m};
use crate::words::ClassState::{self, Cancelled, Closed, Open, Planned};

#[rustfmt::skip]
pub const LIFE: Life<ClassState, ClassState> = &[
    m(Planned,   Planned,   Planned,   PLANNERS),
    m(Open,      Planned,   Open,      PLANNERS),
    m(Cancelled, Planned,   Cancelled, PLANNERS),
    m(Open,      Open,      Open,      PLANNERS),
    m(Closed,    Open,      Closed,    PLANNERS),
    m(Cancelled, Open,      Cancelled, PLANNERS),
    m(Closed,    Closed,    Closed,    PLANNERS),
    m(Open,      Closed,    Open,      PLANNERS),
    m(Cancelled, Cancelled, Cancelled, PLANNERS),
];
