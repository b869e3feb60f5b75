//! Actors: real processes that run the calls of a lesson, and the trait through which they are asked.

pub mod kernel;
