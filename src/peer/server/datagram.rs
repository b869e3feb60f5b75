//! Stub.
use super::Server;
pub fn serve(server: &Server) -> std::io::Result<()> {
    super::threads::serve(server)
}
