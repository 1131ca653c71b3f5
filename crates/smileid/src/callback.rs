//! Receives results: verifies callbacks, requests the job status to confirm them, and stores a record of each job.
//!
//! [`Receiver::handle`] takes the headers and the body of a request of any web framework. Answer with success if it
//! returns a receipt, so that the sender stops, and otherwise with
//! [`Error::callback_status`](crate::Error::callback_status).
//!
//! Records are kept in a [`Store`](crate::store::Store): yours, over your database, or
//! [`InMemory`](crate::store::InMemory). Call [`Receiver::reconcile`] now and then for the results whose callbacks never
//! came. The example `callback_receiver` is a complete service.
//!
//! Frameworks limit bodies to less than some results have, which carry photos: allow 4 MiB.

pub use smileid_client::callback::*;
