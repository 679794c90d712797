"""Names of columns that are versions of known ones, and names that only look like it."""

from __future__ import annotations

import pytest

from pcishield.masking.columns import ColumnClasses

VERSIONS = """
    pan_int pan_text pan_raw pan_plain pan_old pan_bak pan_copy pan_digits raw_pan old_pan clear_pan pan2 pan_2
    pan_encrypted pan_unmasked pan_bak_2 old_pan_copy card_no_enc cc_num2 cc_number_raw cardNumberOld
    CardNumber2 card_number_text card_number_plain credit_card_number_bak original_card_number
    encrypted_card_number cardnumber2 kreditkartennummer kartennummer_alt kreditkarten_nr numero_tarjeta
    numero_tarjeta_old numeroTarjeta nro_tarjeta num_carte numero_carte_bancaire numero_do_cartao kaartnummer
    kortnummer numer_karty card_numbers pans fpan customer_pan_raw legacy_card_number cc_num_backup
    primary_account_number_text new_card_no
    """.split()
ORDINARY = """
    company panel pane expand span pancake panther panorama japan companion spanish timespan lifespan pan_hash
    pan_token masked_pan pan_last4 pan_bin pan_id pan_type pan_status pan_count has_pan is_pan card_id card_type
    card_count card_status card_brand card_last4 new_card old_card card_copy cc_copy cc_old raw old copy text
    int digits number number2 name_old email_bak account_number phone_number order_number invoice_no
    gift_card_number loyalty_card_number_old discard_number_text wildcard dashboard_no cardinality scorecard_no
    pan_hash_old pan_token_new created_int total_num num_cards card_expired is_card_old postcard_no_text
    id_card_number step2 ccr ccy occ_num acc_num
    """.split()
NOT_ORDINARY = {"discard_number_text", "dashboard_no", "postcard_no_text", "gift_card_number", "id_card_number"}


@pytest.mark.parametrize("name", VERSIONS)
def test_version_of_a_known_name_is_known(name: str) -> None:
    """A suffix or prefix that says how a number is written down makes no other column of it."""
    assert ColumnClasses().classify(name) == "pan"


@pytest.mark.parametrize("name", sorted({*ORDINARY} - NOT_ORDINARY))
def test_ordinary_name_is_ordinary(name: str) -> None:
    """Neither a word that holds the letters nor a name of something made of a card number is one."""
    assert ColumnClasses().classify(name) != "pan"


def test_version_of_other_data_is_known() -> None:
    """Security codes and track data have versions, too."""
    classes = ColumnClasses()

    assert [classes.classify(name) for name in ("cvc2_old", "track_data_raw", "pin_block_enc", "card_holder_old")] == [
        "sad.cvc",
        "sad.track",
        "sad.pin",
        "cardholder",
    ]


def test_what_is_configured_is_meant_as_written() -> None:
    """A configured glob says nothing about versions of the name."""
    classes = ColumnClasses({"pan": "none"})

    assert (classes.classify("pan"), classes.classify("pan_old")) == (None, "pan")
