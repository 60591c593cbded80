"""A run from start to finish: who is opted out, what is counted, what is left alone."""

ANNA = "anna@example.org"


def test_every_record_of_an_address_is_opted_out_no_matter_how_it_is_spelled(house):
    ids = [
        house.contact("Anna@Example.org"),
        house.contact("anna@example.org"),
        house.lead("ANNA@EXAMPLE.ORG"),
    ]
    other = house.contact("anna+news@example.org")
    house.unsubscribe("  anna@example.ORG ")

    code, result = house.sync("run")

    assert (code, result["status"], result["updated"]) == (0, "succeeded", 3)
    assert all(house.is_opted_out(record_id) for record_id in ids)
    assert not house.is_opted_out(other)


def test_quotes_umlauts_and_foreign_domains_are_found(house):
    spellings = {
        "o'neil\\x@example.org": "O'Neil\\X@example.org",
        "jörg@example.org": "jo\u0308rg@example.org",
        "info@xn--bcher-kva.example": "info@bücher.example",
    }
    org = house.practice.world.org
    ids = []
    for stored in spellings.values():
        contact = house.contact("plain@example.org")
        with org.transaction():
            # An old import may have left it like this, without today's checks.
            org.tables.put("Contact", {**org.tables.rows("Contact")[contact], "Email": stored})
        ids.append(contact)
    house.unsubscribe(*spellings)

    _, result = house.sync("run")

    assert result["updated"] == 3
    assert all(house.is_opted_out(record_id) for record_id in ids)


def test_the_numbers_add_up_and_show_what_happened_to_each_record(house):
    house.contact(ANNA)
    house.contact(ANNA, HasOptedOutOfEmail=True)
    house.unsubscribe(ANNA, "nobody@example.org")

    code, result = house.sync("run")

    outcomes = ("updated", "already_opted_out", "kept", "skipped", "failed", "pending")
    assert code == 0
    assert sum(result[outcome] for outcome in outcomes) == result["records"] == 2
    assert (result["addresses"], result["unmatched"], result["events_read"]) == (2, 1, 2)
    assert "planned" not in result


def test_invariant_3_a_second_run_writes_nothing(house):
    house.contact(ANNA)
    house.unsubscribe(ANNA)
    house.sync("run")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 0)


def test_invariant_1_only_the_opt_out_field_is_written_and_no_owner_changes(house):
    lead = house.lead(ANNA)
    house.unsubscribe(ANNA)
    before = dict(house.practice.world.org.tables.rows("Lead")[lead])

    house.sync("run")

    after = house.practice.world.org.tables.rows("Lead")[lead]
    changed = {name for name in after if after[name] != before.get(name)}
    stamps = {"SystemModstamp", "LastModifiedDate", "LastModifiedById"}
    assert changed - stamps == {"HasOptedOutOfEmail"}


def test_a_dry_run_stores_and_writes_nothing(house):
    contact = house.contact(ANNA)
    house.unsubscribe(ANNA)

    code, result = house.sync("run", "--dry-run")

    assert (code, result["status"], result["planned"]) == (0, "dry_run", 1)
    assert "updated" not in result
    assert not house.is_opted_out(contact)
    _, real = house.sync("run")
    assert (real["events_read"], real["updated"]) == (1, 1)


def test_a_refused_record_is_reported_with_its_reason_and_the_others_go_through(house):
    refused, fine = house.contact(ANNA), house.contact(ANNA)
    house.act(
        "validation-rule",
        sobject="Contact",
        field="HasOptedOutOfEmail",
        value=True,
        message="Ask first.",
        record=refused,
    )
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["status"], result["updated"], result["failed"]) == (3, "partial", 1, 1)
    assert result["errors"][0]["code"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert house.is_opted_out(fine)
    assert not house.is_opted_out(refused)


def test_the_next_run_tries_a_refused_record_again(house):
    contact = house.contact(ANNA)
    house.act("validation-rule", sobject="Contact", field="HasOptedOutOfEmail", value=True)
    house.unsubscribe(ANNA)
    house.sync("run")
    house.act("drop-rules")

    code, result = house.sync("run")

    assert (code, result["updated"]) == (0, 1)
    assert house.is_opted_out(contact)


def test_rule_3_6_a_converted_lead_is_skipped(house):
    lead = house.lead(ANNA)
    org = house.practice.world.org
    with org.transaction():
        org.tables.put("Lead", {**org.tables.rows("Lead")[lead], "IsConverted": True})
    house.unsubscribe(ANNA)

    code, result = house.sync("run")

    assert (code, result["skipped"], result["failed"]) == (0, 1, 0)
    assert house.changes(result["run_id"])[0]["reason"] == "converted"


def test_rule_4_4_a_domain_entry_is_held_and_everything_else_goes_on(house):
    held, asked = house.contact("bert@held.example"), house.contact("carl@held.example")
    house.unsubscribe("held.example", "carl@held.example")

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"], result["skipped"]) == (0, 1, 1)
    assert house.is_opted_out(asked)
    assert not house.is_opted_out(held)


def test_twelve_hundred_records_take_six_writes(house):
    for number in range(3):
        for _ in range(4):
            house.contact(f"many{number}@example.org")
    org = house.practice.world.org
    with org.transaction():
        template = next(iter(org.tables.rows("Contact").values()))
        for number in range(1188):
            copied = {**template, "Id": f"003{number:012d}AAA", "Email": "many0@example.org"}
            org.tables.put("Contact", copied)
    house.unsubscribe("many0@example.org", "many1@example.org", "many2@example.org")

    code, result = house.sync("run", "--allow-large")

    assert (code, result["updated"]) == (0, 1200)
    assert result["api_calls"] <= 6 + 4
