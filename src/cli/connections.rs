//! Limits the connections per client address, so that no address can take them all.
use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::SockRef;

use crate::auth::proxies::Proxies;

type Open = Arc<Mutex<HashMap<IpAddr, u32>>>;

/// Number of open connections by address.
#[derive(Clone)]
pub struct Connections {
    most: u32,
    proxies: Proxies,
    open: Open,
}

/// A counted connection; stored in the connection's data, and dropped with it.
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

    /// Counts a new connection, or shuts it down if its address has reached the limit.
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
            // the dispatcher then sees the end of the stream and closes the connection
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
