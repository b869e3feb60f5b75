//! Which memory each kind of argument reaches, before a call is made.

use crate::live::arithmetic::Datum;
use crate::live::interpreter::Interpreter;
use crate::live::kernel::Refusal;
use crate::live::memory::FIRST_PAGE;

/// The most that the kernel reads or writes of an address, whatever length it is given.
const LONGEST_ADDRESS: usize = size_of::<libc::sockaddr_storage>();

impl Interpreter {
    /// `const struct sockaddr *` and its length. A length above 128 is refused by the kernel before it reads.
    pub(super) fn address_in(&self, address: &Datum, length: &Datum) -> Result<*const libc::sockaddr, Refusal> {
        let reach = (length.as_unsigned() as usize).min(LONGEST_ADDRESS);
        Ok(self.buffer(address, reach)? as *const _)
    }

    /// `struct sockaddr *` and the `socklen_t *` that says how much room it has.
    pub(super) fn address_out(
        &self,
        address: &Datum,
        length: &Datum,
    ) -> Result<(*mut libc::sockaddr, *mut libc::socklen_t), Refusal> {
        let room = self.room(length)?.min(LONGEST_ADDRESS);
        let address = self.buffer(address, room)?;
        Ok((address as *mut _, length.address() as *mut _))
    }

    /// The room that a `socklen_t *` announces; 0 where the kernel cannot read it.
    pub(super) fn room(&self, length: &Datum) -> Result<usize, Refusal> {
        let place = self.buffer(length, size_of::<libc::socklen_t>())?;
        if place < FIRST_PAGE {
            return Ok(0);
        }
        let bytes = self.state().memory.read(place, size_of::<libc::socklen_t>())?;
        Ok(bytes.try_into().map_or(0, |bytes| u32::from_ne_bytes(bytes) as usize))
    }

    /// A structure that a call reads or writes; NULL where the call allows it.
    pub(super) fn structure<T>(&self, pointer: &Datum) -> Result<*mut T, Refusal> {
        Ok(self.buffer(pointer, size_of::<T>())? as *mut T)
    }
}
