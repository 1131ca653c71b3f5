//! Checks the size of the images that the examples send.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{Tree, Violation};

const FOLDER: &str = "docs/images";

const PORTRAIT: (usize, usize) = (1200, 1600);
const PORTRAIT_BYTES: usize = 300_000;
const CARD_LONG_SIDE: usize = 1500;

/// Checks that examples send images of the size that the API requires.
pub(super) fn sizes(root: &Path, tree: &Tree) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in tree.files.iter().filter(|file| file.folder() == FOLDER) {
        let name = file.name();
        let is_image = matches!(file.extension(), Some("jpg" | "jpeg" | "png"));
        let is_portrait = name.starts_with("selfie") || name.starts_with("portrait");
        let is_card = name.starts_with("card") || name.starts_with("id_card");
        if !is_image || !(is_portrait || is_card) {
            continue;
        }
        let bytes = fs::read(root.join(&file.path)).with_context(|| format!("reading {}", file.path))?;
        let Ok(size) = imagesize::blob_size(&bytes) else {
            violations.push(file.violation(1, "is neither JPEG nor PNG"));
            continue;
        };
        let (width, height) = (size.width, size.height);
        if is_portrait && (width < PORTRAIT.0 || height < PORTRAIT.1) {
            let (least_width, least_height) = PORTRAIT;
            let what =
                format!("a portrait of {width}x{height}, expected at least {least_width}x{least_height}");
            violations.push(file.violation(1, what));
        }
        if is_portrait && bytes.len() < PORTRAIT_BYTES {
            let what = format!("a portrait of {} bytes, expected at least {PORTRAIT_BYTES}", bytes.len());
            violations.push(file.violation(1, what));
        }
        if is_card && width.max(height) < CARD_LONG_SIDE {
            let what = format!("a card of {width}x{height}, expected a long side of {CARD_LONG_SIDE}");
            violations.push(file.violation(1, what));
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Folder, *};

    /// Creates the header of a PNG with this size, for tests.
    fn png(width: u32, height: u32, bytes: usize) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.resize(bytes.max(png.len()), 0);
        png
    }

    fn found(name: &str, image: &[u8]) -> Vec<Violation> {
        let path = format!("{FOLDER}/{name}");
        let folder = Folder::new(&[(&path, image)]);
        sizes(folder.path(), &folder.tree(&[&path])).expect("readable files")
    }

    #[test]
    fn small_images_are_found() {
        assert_eq!(found("selfie.png", &png(1200, 1600, 300_000)), []);
        assert_eq!(found("selfie.png", &png(1600, 1200, 300_000)).len(), 1);
        assert_eq!(found("selfie.png", &png(1200, 1600, 299_999)).len(), 1);
        assert_eq!(found("id_card_back.png", &png(1500, 900, 64)), []);
        assert_eq!(found("id_card_back.png", &png(1499, 900, 64)).len(), 1);
        assert_eq!(found("id_card.jpg", b"no image").len(), 1);
        assert_eq!(found("screenshot.png", &png(10, 10, 64)), []);
    }
}
