//! (see the module list)
