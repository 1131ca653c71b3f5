//! smileid-client
