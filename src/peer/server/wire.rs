//! Stub.
#[derive(Debug)]
pub struct Wire;
impl Wire {
    pub fn new() -> std::io::Result<Wire> {
        Ok(Wire)
    }
    pub fn own_descriptors(&self) -> [i32; 2] {
        [-1, -1]
    }
}
