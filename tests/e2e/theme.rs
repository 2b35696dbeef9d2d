//! The themes light, dark and projector, chosen or following the system.

use crate::harness::visit;

#[test]
fn each_theme_looks_like_itself() {
    visit(|page| {
        page.glance("");
        for (theme, bright) in [("light", true), ("dark", false), ("projector", true)] {
            page.choose("select#theme", theme);
            assert_eq!(page.attribute("html", "data-theme").as_deref(), Some(theme));
            let brightness = page.brightness();
            assert_eq!(brightness > 0.5, bright, "{theme}: brightness {brightness}");
            page.picture(&format!("theme-{theme}.png"));
        }
        page.assert_sound();
    });
}

#[test]
fn auto_follows_the_system() {
    visit(|page| {
        page.glance("");
        page.choose("select#theme", "auto");
        page.prefer("prefers-color-scheme", "dark");
        page.wait_for("a dark page", || page.brightness() < 0.5);
        page.prefer("prefers-color-scheme", "light");
        page.wait_for("a light page", || page.brightness() > 0.5);
    });
}

#[test]
fn the_choice_survives_a_reload() {
    visit(|page| {
        page.glance("");
        page.choose("select#theme", "dark");
        page.reload();
        assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
    });
}
