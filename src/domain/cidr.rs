//! A block of addresses in CIDR notation, as Cilium's agent and Kubernetes read it.

use std::net::IpAddr;

/// An address and the length of its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// The address as written, whatever stands behind its prefix.
    pub address: IpAddr,
    /// How many of its bits count.
    pub length: u8,
}

impl Cidr {
    /// Reads a CIDR; `None` if it is none, or is written with leading zeros.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let is_plain = length.bytes().all(|b| b.is_ascii_digit())
            && (length == "0" || !length.starts_with('0'));
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let length: u8 = length.parse().ok().filter(|length| is_plain && *length <= longest)?;
        Some(Cidr { address, length })
    }

    /// Whether an address lies in it.
    pub fn contains(self, address: IpAddr) -> bool {
        let same_bits = |a: u128, b: u128, width: u32| {
            let shift = width - u32::from(self.length);
            shift == 128 || a >> shift == b >> shift
        };
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same_bits(a.to_bits().into(), b.to_bits().into(), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same_bits(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}
