"""A deleted patient's claims leave the file they went out in, and the others' stay to the byte."""

from __future__ import annotations

from pne_tracker.domain.billing.claim_cut import without_claims

HEAD = "ISA*00*1~\nST*837*0001~\nHL*1**20*1~\nNM1*85*2*HARBOR LANE~\n"
ONE = "HL*2*1*22*0~\nNM1*IL*1*ACHTERBERG*ROSALIND~\nCLM*00000001*80~\nLX*1~\nCLM*00000002*80~\n"
OTHER = "HL*3*1*22*1~\nNM1*IL*1*FENWICK*JO~\nHL*4*3*23*0~\nNM1*QC*1*FENWICK*AMADOU~\nCLM*00000003*70~\n"
TAIL = "SE*12*0001~\nIEA*1*1~\n"


def test_one_patients_part_goes_and_the_rest_stays_to_the_byte() -> None:
    whole = HEAD + ONE + OTHER + TAIL
    assert without_claims(whole, ["00000001", "00000002"]) == HEAD + OTHER + TAIL
    assert without_claims(whole, ["00000003"]) == HEAD + ONE + TAIL
    assert without_claims(whole, ["00000009"]) == whole
    assert without_claims(whole, ["00000001", "00000003"]) == HEAD + TAIL
