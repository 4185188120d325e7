//! The client's address behind trusted proxies.
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use ipnet::IpNet;

/// The proxies trusted to report the client's address.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl FromStr for Proxies {
    type Err = String;
    /// Addresses and networks, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
        let net = |part: &str| {
            network(part).ok_or_else(|| format!("{part} is neither an address nor a network"))
        };
        parts.map(net).collect::<Result<_, _>>().map(Self)
    }
}

/// An address, or a network as `10.1.0.0/16`. As with a caller's own, an IPv4 address in its IPv6 form
/// is the IPv4 address.
pub fn network(text: &str) -> Option<IpNet> {
    let alone = text.parse::<IpAddr>();
    let alone = alone
        .map(|address| IpNet::from(address.to_canonical()))
        .ok();
    alone.or_else(|| text.parse().ok())
}

impl Proxies {
    pub fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The client's address. Forwarding headers are read from the right, each hop being trusted if
    /// the one that reports it is.
    pub fn peer(&self, req: &HttpRequest) -> IpAddr {
        let direct = req.peer_addr().map(|a| a.ip().to_canonical());
        let mut peer = direct.unwrap_or_else(|| IpAddr::from([0, 0, 0, 0]));
        if !self.trust(peer) {
            return peer;
        }
        let mut hops = listed(req, &header::X_FORWARDED_FOR);
        if hops.is_empty() {
            let forwarded = listed(req, &header::FORWARDED);
            hops = forwarded.iter().map(|hop| by(hop)).collect();
        }
        for hop in hops.iter().rev() {
            let Some(before) = address(hop) else { break };
            peer = before;
            if !self.trust(peer) {
                break;
            }
        }
        peer
    }
}

/// The elements of a list header, over all its lines.
fn listed(req: &HttpRequest, name: &HeaderName) -> Vec<String> {
    let lines = req.headers().get_all(name);
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|element| element.trim().to_owned())
        .collect()
}

/// The `for=` parameter of an element of `Forwarded` (RFC 7239), or an empty string.
fn by(element: &str) -> String {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    named
        .next()
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
        .unwrap_or_default()
}

/// An address, with or without a port; IPv6 also in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.parse::<IpAddr>().ok();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|a| a.ip());
    plain
        .or_else(bare)
        .or_else(with_port)
        .map(|a: IpAddr| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// T-02/T-03: headers written by the client itself have no effect.
    #[test]
    fn only_the_word_of_trusted_proxies_counts() {
        let proxies: Proxies = "10.0.0.0/8, 127.0.0.1, fd00::/8".parse().unwrap();
        for (from, name, value, wanted) in [
            ("127.0.0.1", "x-forwarded-for", "203.0.113.9", "203.0.113.9"),
            (
                "198.51.100.7",
                "x-forwarded-for",
                "203.0.113.9",
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                "x-forwarded-for",
                "6.6.6.6, 203.0.113.9, 10.1.2.3",
                "203.0.113.9",
            ),
            ("127.0.0.1", "x-forwarded-for", "nonsense", "127.0.0.1"),
            (
                "127.0.0.1",
                "x-forwarded-for",
                "203.0.113.9:4711",
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                "forwarded",
                "for=203.0.113.9;proto=https",
                "203.0.113.9",
            ),
            (
                "127.0.0.1",
                "forwarded",
                "for=6.6.6.6, For=\"[2001:db8::1]:80\"",
                "2001:db8::1",
            ),
            ("127.0.0.1", "forwarded", "for=_hidden", "127.0.0.1"),
            ("fd00::1", "x-forwarded-for", "203.0.113.9", "203.0.113.9"),
        ] {
            let peer = SocketAddr::new(from.parse().unwrap(), 1);
            let request = TestRequest::default().peer_addr(peer);
            let request = request.insert_header((name, value)).to_http_request();
            assert_eq!(proxies.peer(&request).to_string(), wanted, "{value}");
        }
        assert!("10.0.0.0/8, here".parse::<Proxies>().is_err());
    }
}
