//! smileid
