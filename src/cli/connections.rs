//! Connections of one client address, so that no address takes them all.
use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use crate::auth::proxies::Proxies;

type Open = Arc<Mutex<HashMap<IpAddr, u32>>>;

/// How many connections each address has open.
#[derive(Clone)]
pub struct Connections {
    most: u32,
    proxies: Proxies,
    open: Open,
}

/// One of them; kept in the connection's own data, and so dropped with it.
struct Counted {
    address: IpAddr,
    open: Open,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = open.get_mut(&self.address) {
            *n -= 1;
            if *n == 0 {
                open.remove(&self.address);
            }
        }
    }
}

impl Connections {
    pub fn new(most: u32, proxies: Proxies) -> Self {
        Self {
            most,
            proxies,
            open: Open::default(),
        }
    }

    /// Counts a new connection; shuts it if its address has as many as it may.
    pub fn admit(&self, io: &dyn Any, data: &mut Extensions) {
        let Some(stream) = io.downcast_ref::<TcpStream>() else {
            return;
        };
        let Ok(address) = stream.peer_addr().map(|a| a.ip().to_canonical()) else {
            return;
        };
        if self.proxies.trust(address) {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let n = open.entry(address).or_default();
        if *n >= self.most {
            // the dispatcher sees the end of the stream and closes
            let _ = SockRef::from(stream).shutdown(Shutdown::Both);
            return;
        }
        *n += 1;
        data.insert(Counted {
            address,
            open: self.open.clone(),
        });
    }
}
