//! Tests of the address: known links, garbage, and the round trip.

use std::num::NonZeroUsize;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::course::LESSONS;
use crate::data::{BinaryImage, GALLERY_LEN, PIXELS};
use crate::state::Loupe;
use crate::state::bench::{BinarizeState, THRESHOLD_RANGE, XSource};
use crate::state::range::Range;

fn bench(parsed: &Parsed) -> BenchState {
    match parsed.address.page {
        Page::Bench(bench) => bench,
        Page::Lab(_) | Page::Train(_) | Page::Course(_) => panic!("no bench: {parsed:?}"),
    }
}

#[test]
fn reads_the_documented_link() {
    let parsed = parse("#/bench?x=digits.3&mu=0.5,-0.2&sigma=0.4,0.8&rho=0.3&k=64&seed=7&lang=pt");
    let expected = BenchState {
        x: XSource::Digit(3),
        mu: [0.5, -0.2],
        sigma: [0.4, 0.8],
        rho: 0.3,
        k: NonZeroUsize::new(64).unwrap(),
        seed: 7,
        ..BenchState::default()
    };
    assert_eq!(bench(&parsed), expected);
    assert_eq!(parsed.address.language, Some(Language::Pt));
    assert_eq!(parsed.address.theme, None);
    assert_eq!(parsed.notes, []);
}

#[test]
fn writes_what_a_link_must_fix_and_omits_other_defaults() {
    assert_eq!(
        format(&Address::default()),
        "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7"
    );
    let state = BenchState {
        bin: BinarizeState::Bernoulli(12),
        probe: Some([1.0, -0.25]),
        identity: Identity::Energy,
        loupe: Loupe::X10,
        ..BenchState::default()
    };
    let address = Address {
        page: Page::Bench(state),
        language: Some(Language::En),
        theme: Some(Theme::Projector),
        hidden: Vec::new(),
    };
    assert_eq!(
        format(&address),
        "#/bench?x=digits.3&bin=bernoulli:12&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&probe=1,-0.25\
         &k=64&seed=7&identity=energy&loupe=10&lang=en&theme=projector"
    );
}

#[test]
fn nothing_is_the_default_without_a_note() {
    for hash in ["", "#", "#/", "#/bench", "#/bench/", "#/bench?", "#/bench?&&", "#?", "/bench"] {
        assert_eq!(parse(hash), Parsed::default(), "{hash}");
    }
}

#[test]
fn reads_links_that_mail_clients_encoded() {
    let plain = parse("#/bench?x=digits.5&mu=0.5,-0.2&bin=bernoulli:3");
    for hash in [
        "#/bench?x=digits.5&mu=0.5%2C-0.2&bin=bernoulli%3A3",
        "#/bench?x=digits.5&mu=0.5%2c-0.2&bin=bernoulli%3a3",
        "#%2Fbench%3Fx%3Ddigits.5%26mu%3D0.5%2C-0.2%26bin%3Dbernoulli%3A3",
        "#/bench?x=digits.5&mu=0.5,%20-0.2&bin=bernoulli:3%0D%0A",
    ] {
        assert_eq!(parse(hash), plain, "{hash}");
    }
    assert_eq!(plain.notes, []);
}

#[test]
fn reads_what_was_meant_by_links_that_were_changed_on_the_way() {
    let plain = parse("#/bench?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark");
    assert_eq!(plain.notes, []);
    for hash in [
        "#/bench?x=digits.5&amp;mu=0.5,-0.2&amp;sigma=0.4,0.8&amp;seed=9&amp;lang=pt&amp;theme=dark",
        "#/bench?x=digits.5&amp;amp;mu=0.5,-0.2&amp;amp;sigma=0.4,0.8&seed=9&lang=pt&theme=dark",
        "#/bench?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark.",
        "#/bench?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark).",
        "#/bench?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&lang=pt&theme=dark&seed=9>,",
        "#/bench?x=digits.5&mu=0.5,–0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark",
        "#/bench?x=digits.5&mu=0.5,%E2%88%920.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark",
        "#/bench?x=digits.5 &mu=0.5,-0.2 &sigma=0.4,0.8&seed=9 &lang=pt&theme=dark",
        "#/bench?x=digits.5&mu=0.5%252C-0.2&sigma=0.4%252C0.8&seed=9&lang=pt&theme=dark",
        "#!/bench?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark",
        "#/bench/?x=digits.5&mu=0.5,-0.2&sigma=0.4,0.8&seed=9&lang=pt&theme=dark/",
        "#/BENCH?X=DIGITS.5&MU=0.5,-0.2&SIGMA=0.4,0.8&SEED=9&LANG=PT&THEME=DARK",
        "#/bench?x=dig%0D%0Aits.5&mu=0.5,-0.2&sig\u{ad}ma=0.4,0.8&seed=9&lang=pt&theme=dark",
    ] {
        assert_eq!(parse(hash), plain, "{hash}");
    }
    let lesson = parse("#/course/modes/2");
    for hash in ["#/course/modes/2/", "#/COURSE/MODES/2", "#!/course/modes/2", "#/course/modes/2)."]
    {
        assert_eq!(parse(hash), lesson, "{hash}");
    }
    let lab = parse("#/labs/modes?k=64&seed=3");
    assert_eq!(parse("#/LABS/MODES?K=64&amp;SEED=3."), lab);
    assert_eq!(lab.notes, []);
}

#[test]
fn what_is_not_plain_is_not_guessed() {
    // The lower-case letters of an image are lost.
    let capitals = format!("#/BENCH?X=PIXELS.{}", "A".repeat(131));
    assert!(matches!(parse(&capitals).notes[..], [AddressNote::Unreadable { parameter: "x", .. }]));
    // Neither upper case throughout nor the right name.
    for hash in ["#/Benchmark", "#/bEnch"] {
        assert!(matches!(parse(hash).notes[..], [AddressNote::UnknownPage { .. }]), "{hash}");
    }
}

#[test]
fn a_step_that_there_is_not_is_the_nearest() {
    let parsed = parse("#/course/modes/0");
    let place = CoursePlace::Step { lesson: 9, step: 0 };
    assert_eq!(parsed.address.page, Page::Course(place.into()));
    let note =
        AddressNote::Clamped { parameter: "modes", given: "0".to_owned(), became: "1".to_owned() };
    assert_eq!(parsed.notes, [note]);
}

#[test]
fn an_address_is_found_in_a_text_and_nothing_else_is() {
    let hash = "#/bench?x=digits.5&k=8";
    for text in [
        hash.to_owned(),
        format!(" {hash}\r\n"),
        format!("https://a.test/elboscope/{hash}"),
        format!("file:///home/a/index.html{hash}"),
    ] {
        assert_eq!(link(&text).as_deref(), Some(hash), "{text}");
    }
    assert_eq!(link("#!/course/modes/2.").as_deref(), Some("#!/course/modes/2."));
    for text in [
        "",
        "#",
        "C# is a language",
        "https://a.test/",
        "https://a.test/#/inbox",
        "#5",
        "see #/bench",
        "https://a.test/page#section",
    ] {
        assert_eq!(link(text), None, "{text}");
    }
}

#[test]
fn clamps_and_says_so() {
    let parsed = parse("#/bench?x=digits.99&mu=99,0.5&sigma=0,1&rho=-1&probe=0,-70&k=0&seed=-1");
    let expected = BenchState {
        x: XSource::Digit(29),
        mu: [20.0, 0.5],
        sigma: [1e-4, 1.0],
        rho: -0.99,
        probe: Some([0.0, -20.0]),
        k: NonZeroUsize::MIN,
        seed: 0,
        ..BenchState::default()
    };
    assert_eq!(bench(&parsed), expected);
    let notes = [
        ("x", "digits.99", "digits.29"),
        ("mu", "99,0.5", "20,0.5"),
        ("sigma", "0,1", "0.0001,1"),
        ("rho", "-1", "-0.99"),
        ("probe", "0,-70", "0,-20"),
        ("k", "0", "1"),
        ("seed", "-1", "0"),
    ]
    .map(|(parameter, given, became)| AddressNote::Clamped {
        parameter,
        given: given.to_owned(),
        became: became.to_owned(),
    });
    assert_eq!(parsed.notes, notes);
}

#[test]
fn unreadable_values_keep_their_default_and_the_rest_is_read() {
    let parsed = parse("#/bench?mu=NaN,0&sigma=inf,1&rho=&probe=here&k=many&theme=pink&seed=8");
    assert_eq!(bench(&parsed), BenchState { seed: 8, ..BenchState::default() });
    let notes = [
        ("mu", "NaN,0", Some("0.9,-1.4")),
        ("sigma", "inf,1", Some("0.2,0.12")),
        ("rho", "", Some("-0.5")),
        ("probe", "here", None),
        ("k", "many", Some("64")),
        ("theme", "pink", None),
    ]
    .map(|(parameter, given, became)| AddressNote::Unreadable {
        parameter,
        given: given.to_owned(),
        became: became.map(str::to_owned),
    });
    assert_eq!(parsed.notes, notes);
}

#[test]
fn unknown_and_repeated_parameters_are_left_out_with_a_note() {
    let parsed = parse("#/bench?k=8&utm=mail&k=9&flag");
    assert_eq!(bench(&parsed).k.get(), 8);
    assert_eq!(
        parsed.notes,
        [
            AddressNote::UnknownParameter { given: "utm".to_owned() },
            AddressNote::Repeated { parameter: "k", given: "9".to_owned() },
            AddressNote::UnknownParameter { given: "flag".to_owned() },
        ]
    );
}

#[test]
fn garbage_opens_the_default_with_a_note() {
    let huge = "x".repeat(10_000_000);
    for hash in ["#/nowhere?k=8", "#%FF%FE", "#%", "#%zz%", "#\u{0}\u{1}", "#💥", "#/bench2", &huge]
    {
        let parsed = parse(hash);
        assert_eq!(parsed.address, Address::default());
        assert_eq!(parsed.notes.len(), 1);
    }
    assert_eq!(parse(&huge).notes, [AddressNote::TooLong { bytes: 10_000_000 }]);
}

#[test]
fn notes_repeat_only_the_beginning_of_a_long_text() {
    let parsed = parse(&format!("#/bench?k={}", "é".repeat(500)));
    let [AddressNote::Unreadable { given, .. }] = &parsed.notes[..] else { panic!("{parsed:?}") };
    assert_eq!(given, &format!("{}…", "é".repeat(40)));
}

fn inside(range: Range) -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => range.min..=range.max,
        1 => Just(range.min),
        1 => Just(range.max),
    ]
}

fn bench_states() -> impl Strategy<Value = BenchState> {
    let x = prop_oneof![
        (0..GALLERY_LEN).prop_map(XSource::Digit),
        proptest::collection::vec(any::<bool>(), PIXELS)
            .prop_map(|ink| XSource::Pixels(BinaryImage::from_fn(|index| ink[index]))),
    ];
    let bin = prop_oneof![
        inside(THRESHOLD_RANGE).prop_map(BinarizeState::Threshold),
        SEED_RANGE.prop_map(BinarizeState::Bernoulli),
    ];
    let q = (
        [inside(MU_RANGE), inside(MU_RANGE)],
        [inside(SIGMA_RANGE), inside(SIGMA_RANGE)],
        inside(RHO_RANGE),
    );
    let probe = option::of([inside(PROBE_RANGE), inside(PROBE_RANGE)]);
    let k = (1..=1024usize).prop_map(|k| NonZeroUsize::new(k).unwrap());
    let shown = (select(&Identity::ALL[..]), select(&Loupe::ALL[..]));
    (x, bin, q, probe, k, SEED_RANGE, shown).prop_map(
        |(x, bin, (mu, sigma, rho), probe, k, seed, (identity, loupe))| BenchState {
            x,
            bin,
            mu,
            sigma,
            rho,
            probe,
            k,
            seed,
            identity,
            loupe,
        },
    )
}

fn places() -> impl Strategy<Value = CoursePlace> {
    let step = (0..LESSONS.len(), 0_usize..20)
        .prop_map(|(lesson, step)| CoursePlace::Step { lesson, step });
    prop_oneof![
        select(&[CoursePlace::Outline, CoursePlace::Glossary, CoursePlace::Teacher][..]),
        step
    ]
}

/// The bench, alone or beside a lesson, or a page of the course without another one.
fn pages() -> impl Strategy<Value = Page> {
    let beside = (0..LESSONS.len(), bench_states()).prop_map(|(lesson, bench)| {
        let place = CoursePlace::Step { lesson, step: 2 };
        Page::Course(CourseState { place, stage: Some(Box::new(Page::Bench(bench))) })
    });
    prop_oneof![
        bench_states().prop_map(Page::Bench),
        beside,
        places().prop_map(|place| Page::Course(CourseState { place, stage: None })),
    ]
}

fn addresses() -> impl Strategy<Value = Address> {
    let part = select(Part::all().collect::<Vec<_>>());
    (
        pages(),
        option::of(select(&Language::ALL[..])),
        option::of(select(&Theme::ALL[..])),
        proptest::collection::hash_set(part, 0..4),
    )
        .prop_map(|(page, language, theme, hidden)| {
            let hidden = hidden.into_iter().collect();
            Address { page, language, theme, hidden }
        })
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    #[test]
    fn round_trip(address in addresses()) {
        let text = format(&address);
        prop_assert!(text.len() < 500, "{} bytes", text.len());
        prop_assert_eq!(parse(&text), Parsed { address, notes: vec![] });
    }

    #[test]
    fn round_trip_percent_encoded(address in addresses()) {
        let text = format!("#{}", percent_encoded(&format(&address)[1..]));
        prop_assert_eq!(parse(&text), Parsed { address, notes: vec![] });
    }

    #[test]
    fn any_text_gives_a_valid_state(text in ".*") {
        let state = bench(&parse(&text));
        prop_assert_eq!(state.clamped(), state);
    }

    #[test]
    fn any_values_give_a_valid_state(
        text in "#/bench\\?((x|bin|mu|sigma|rho|probe|k|seed|lang)=[-+0-9.,%:a-zE]{0,12}&){0,8}",
    ) {
        let state = bench(&parse(&text));
        prop_assert_eq!(state.clamped(), state);
    }

    #[test]
    fn any_numbers_are_clamped_to_a_valid_state(a in any::<f64>(), b in any::<f64>(), k in any::<i64>()) {
        let parsed = parse(&format!("#/bench?mu={a},{b}&sigma={b},{a}&rho={a}&k={k}&seed={k}"));
        let state = bench(&parsed);
        prop_assert_eq!(state.clamped(), state);
    }
}

#[test]
fn a_link_hides_parts_and_says_which_it_does_not_know() {
    let parsed = parse("#/labs/modes?hide=numbers,sliders,figure-2");
    assert_eq!(parsed.address.hidden, [Part::Numbers, Part::Sliders, Part::Figure(2)]);
    assert_eq!(parsed.notes, []);
    let parsed = parse("#/bench?hide=numbers,everything,numbers");
    assert_eq!(parsed.address.hidden, [Part::Numbers]);
    assert_eq!(
        parsed.notes,
        [AddressNote::Clamped {
            parameter: "hide",
            given: "numbers,everything,numbers".into(),
            became: "numbers".into()
        }]
    );
    assert_eq!(parse("#/bench?hide=").address.hidden, []);
}

#[test]
fn a_step_of_a_lesson_opens_with_or_without_a_page_beside_it() {
    let parsed = parse("#/course/modes/2/labs/modes?k=64&lang=pt");
    let Page::Course(CourseState { place, stage: Some(stage) }) = parsed.address.page else {
        panic!("a page beside the text")
    };
    assert_eq!(place, CoursePlace::Step { lesson: 9, step: 1 });
    assert!(matches!(*stage, Page::Lab(state) if state.named("k") == 64.0));
    assert_eq!((parsed.address.language, parsed.notes), (Some(Language::Pt), vec![]));
    let alone = parse("#/course/modes/2?theme=projector");
    assert_eq!(alone.address.page, Page::Course(CourseState { place, stage: None }));
    for unknown in ["#/course/nowhere", "#/course/modes/2/labs/nowhere", "#/course/modes/zero"] {
        assert!(matches!(parse(unknown).notes[..], [AddressNote::UnknownPage { .. }]), "{unknown}");
    }
}

#[test]
fn every_lab_survives_its_address_and_shares_language_and_theme() {
    for lab in lab::LABS {
        let presets = lab.presets.iter().map(|preset| LabState::preset(lab, preset));
        for state in presets.chain([LabState::new(lab)]) {
            let address = Address {
                page: Page::Lab(state),
                language: Some(Language::Pt),
                theme: Some(Theme::Dark),
                hidden: vec![Part::Numbers],
            };
            let parsed = parse(&format(&address));
            assert_eq!((&parsed.address, &parsed.notes), (&address, &vec![]), "{}", lab.name);
        }
        let whole = format!("#/labs/{}?{}", lab.name, "seed=1e99&mu=1,2&nothing=3");
        let parsed = parse(&whole);
        assert!(matches!(&parsed.address.page, Page::Lab(state) if state.lab.name == lab.name));
        assert_eq!(parsed.notes.len(), 3, "{:?}", parsed.notes);
    }
}

#[test]
fn every_run_survives_its_address_alone_and_beside_a_lesson() {
    for preset in train_page::PRESETS {
        let page = Page::Train(RunSettings::preset(preset));
        let place = CoursePlace::Step { lesson: 2, step: 1 };
        let beside = Page::Course(CourseState { place, stage: Some(Box::new(page.clone())) });
        for page in [page, beside] {
            let address = Address { page, theme: Some(Theme::Projector), ..Address::default() };
            let parsed = parse(&format(&address));
            assert_eq!(
                (parsed.address, parsed.notes),
                (address, vec![]),
                "{}",
                preset.label.english()
            );
        }
    }
    let parsed = parse("#/train?h=1e9&objective=beta&beta=0.3&rate=x&digit=3&objective=elbo");
    let Page::Train(settings) = parsed.address.page else { panic!("not Train") };
    let value = |name| {
        let place = train_page::PARAMETERS.iter().position(|setting| setting.name == name);
        settings.get(place.expect("a setting"))
    };
    assert_eq!(["h", "objective", "beta", "rate"].map(value), [512.0, 1.0, 0.3, 0.003]);
    assert_eq!(parsed.notes.len(), 4, "{:?}", parsed.notes);
    // A lab's path has a beginning of its own.
    for unknown in ["#/labs/train", "#/evidence", "#/train/x"] {
        assert!(matches!(parse(unknown).notes[..], [AddressNote::UnknownPage { .. }]), "{unknown}");
    }
}

/// As links have been written since there was this page.
#[test]
fn the_address_of_train_stays_as_it_is() {
    let address = Address { page: Page::Train(RunSettings::default()), ..Address::default() };
    let expected = "#/train?data=strokes&n=8192&digits-seed=10&h=64&hd=0&act=tanh&l=2&objective=elbo\
                    &beta=4&k=8&batch=128&rate=0.003&warm=0&seed=1";
    assert_eq!(format(&address), expected);
}
