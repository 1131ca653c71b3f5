//! smileid-mock-server
