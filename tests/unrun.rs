//! Told after the results of a whole `cargo test`: what its tests did not run on this machine, and why.

// What the other test programs write with; this one only reads.
#[allow(dead_code, reason = "this program reads what the others write")]
#[path = "support/unrun.rs"]
mod unrun;

use std::collections::BTreeSet;
use std::fs;

fn main() {
    let page = unrun::page();
    let told = fs::read_to_string(&page).unwrap_or_default();
    // Pages of runs that never came so far go too.
    let _nothing_was_written = page.parent().map(fs::remove_dir_all);
    let lines: BTreeSet<&str> = told.lines().collect();
    print(&lines);
}

#[allow(clippy::print_stdout, reason = "the list is for whoever runs the tests")]
fn print(lines: &BTreeSet<&str>) {
    if lines.is_empty() {
        println!("\nTout a été exécuté sur cette machine.\n");
        return;
    }
    println!("\nNon exécuté sur cette machine ({}) :", lines.len());
    for line in lines {
        println!("  {line}");
    }
    println!("`tests/run` installe ce qui manque, puis exécute tout.\n");
}
