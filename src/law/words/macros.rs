//! Declaration of enumerations: one line per value, with its wire name and labels.

/// Declares one enumeration: the enum, its wire names and labels, and the traits of a column type.
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $wire:literal $vi:literal $en:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Serialize,
            Deserialize,
            ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $vi] $variant),* }
        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            pub const WIRE: &[&str] = &[$($wire),*];
            pub const TERMS: &[Term] = &[$(($wire, $vi, $en)),*];
            pub const fn wire(self) -> &'static str { match self { $(Self::$variant => $wire),* } }
            /// The Vietnamese label.
            pub const fn vi(self) -> &'static str { match self { $(Self::$variant => $vi),* } }
            /// The English label.
            pub const fn en(self) -> &'static str { match self { $(Self::$variant => $en),* } }
            pub fn parse(wire: &str) -> Option<Self> {
                match wire { $($wire => Some(Self::$variant),)* _ => None }
            }
        }
        $crate::words::column::typed_column!($name);
    };
}

/// Declares enumerations and lists them in `CATALOGUE`.
macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $($body:tt)* })*) => {
        $(enumeration! { $(#[$doc])* $name { $($body)* } })*
        /// Every enumeration by name.
        pub const CATALOGUE: &[(&str, &[Term])] = &[$((stringify!($name), $name::TERMS)),*];
    };
}
