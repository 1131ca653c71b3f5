//! Which package goes to the registry before which.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::workspace::Package;

/// The packages in an order in which each finds what it needs, for its tests too.
pub(crate) fn of<'a>(packages: impl Iterator<Item = &'a Package>) -> Result<Vec<String>> {
    let mut left: BTreeMap<&str, Vec<&str>> = packages
        .map(|package| {
            let needs = package.dependencies.iter().map(|dependency| dependency.name.as_str());
            (package.name.as_str(), needs.filter(|need| *need != package.name).collect())
        })
        .collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let is_ready = |needs: &Vec<&str>| needs.iter().all(|need| !left.contains_key(need));
        let Some(next) = left.iter().find(|(_, needs)| is_ready(needs)).map(|(name, _)| *name) else {
            bail!(
                "these need each other, so none can be first: {}",
                left.keys().copied().collect::<Vec<_>>().join(", ")
            );
        };
        left.remove(next);
        order.push(next.to_owned());
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, needs: &[&str]) -> Package {
        let dependency = |name: &&str| json!({"name": name, "kind": null, "optional": false});
        let dependencies: Vec<_> = needs.iter().map(dependency).collect();
        serde_json::from_value(json!({"id": name, "name": name, "dependencies": dependencies})).unwrap()
    }

    #[test]
    fn what_is_needed_comes_first() {
        let packages = [package("a", &["c", "serde"]), package("b", &["a"]), package("c", &["c"])];
        assert_eq!(of(packages.iter()).unwrap(), ["c", "a", "b"]);
        let circle = [package("a", &["b"]), package("b", &["a"])];
        assert!(of(circle.iter()).unwrap_err().to_string().contains("a, b"));
    }
}
