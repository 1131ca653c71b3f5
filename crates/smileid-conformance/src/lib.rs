//! smileid-conformance
