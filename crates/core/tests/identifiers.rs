//! Identification numbers of persons and organisations of Kazakhstan.

use reglament_core::identifier::{Bin, Division, EntityType, IdentifierError, Iin, Sex};

#[test]
fn an_iin_states_the_date_of_birth_and_the_sex() {
    let table = [
        ("900101300007", "1990-01-01", Sex::Male),
        ("850315400005", "1985-03-15", Sex::Female),
        ("120704500004", "2012-07-04", Sex::Male),
        ("000229600004", "2000-02-29", Sex::Female),
        ("991231100000", "1899-12-31", Sex::Male),
    ];
    for (text, birth, sex) in table {
        let iin = Iin::parse(text).unwrap();
        assert_eq!(
            (iin.birth_date().to_string().as_str(), iin.sex()),
            (birth, sex),
            "{text}"
        );
        assert_eq!(iin.to_string(), text);
        assert_eq!(text.parse(), Ok(iin));
    }
}

#[test]
fn the_second_weights_decide_where_the_first_give_ten() {
    for text in [
        "900101300811",
        "000229600503",
        "850315400608",
        "991231100109",
        "061211600012",
    ] {
        assert!(Iin::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn a_number_without_a_control_digit_is_refused_whatever_its_last_digit() {
    for last in 0..10 {
        for eleven in ["90010130080", "00022960059", "12070450059"] {
            let text = format!("{eleven}{last}");
            assert_eq!(
                Iin::parse(&text),
                Err(IdentifierError::NoControlDigit),
                "{text}"
            );
        }
    }
}

#[test]
fn a_wrong_iin_is_refused_with_what_is_wrong() {
    let table = [
        ("", "expected 12 digits, found 0 characters"),
        ("90010130000", "expected 12 digits, found 11 characters"),
        ("9001013000070", "expected 12 digits, found 13 characters"),
        (
            "90010130000O",
            "expected a digit as character 12, found 'O'",
        ),
        ("٩00101300007", "expected a digit as character 1, found '٩'"),
        (" 90010130000", "expected a digit as character 1, found ' '"),
        (
            "900101000007",
            "expected 1 to 6 as the seventh digit (century and sex), found 0",
        ),
        (
            "900101700007",
            "expected 1 to 6 as the seventh digit (century and sex), found 7",
        ),
        ("901301300007", "there was no day 1990-13-01 to be born on"),
        ("000229300007", "there was no day 1900-02-29 to be born on"),
        (
            "900101300008",
            "expected 7 as the last digit (control digit), found 8",
        ),
        ("900110300007", "as the last digit (control digit), found 7"),
    ];
    for (text, wanted) in table {
        let error = Iin::parse(text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text}: {error}");
    }
}

#[test]
fn a_bin_states_when_and_as_what_the_organisation_was_registered() {
    // Published numbers of a bank, an oil company, the state corporation and a central bank.
    for (text, year, month) in [
        ("971240001315", 97, 12),
        ("020240000555", 2, 2),
        ("160440007161", 16, 4),
        ("941240001151", 94, 12),
    ] {
        let bin = Bin::parse(text).unwrap();
        assert_eq!(
            (bin.registration_year(), bin.registration_month()),
            (year, month),
            "{text}"
        );
        assert_eq!(
            (bin.entity_type(), bin.division()),
            (EntityType::Resident, Division::Head)
        );
        assert_eq!(bin.to_string(), text);
    }
}

#[test]
fn a_wrong_bin_is_refused_with_what_is_wrong() {
    let table = [
        (
            "971340001315",
            "expected 01 to 12 as the third and fourth digit",
        ),
        ("970040001315", "month of registration), found 00"),
        (
            "971230001315",
            "expected 4, 5 or 6 as the fifth digit (type of organisation), found 3",
        ),
        (
            "971244001315",
            "expected 0 to 3 as the sixth digit (kind of division), found 4",
        ),
        (
            "971240001316",
            "expected 5 as the last digit (control digit), found 6",
        ),
        ("97124000131", "expected 12 digits, found 11 characters"),
    ];
    for (text, wanted) in table {
        let error = Bin::parse(text).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text}: {error}");
    }
    assert!(
        Bin::parse("900101300007").is_err(),
        "a person is no organisation"
    );
    assert!(
        Iin::parse("971240001315").is_err(),
        "an organisation is no person"
    );
}

#[test]
fn numbers_are_stored_as_their_digits() {
    let iin: Iin = serde_json::from_str("\"000229600004\"").expect("valid");
    assert_eq!(
        serde_json::to_string(&iin).expect("serialises"),
        "\"000229600004\""
    );
    assert!(serde_json::from_str::<Iin>("\"000229600005\"").is_err());
    assert!(serde_json::from_str::<Bin>("\"000229600004\"").is_err());
}
