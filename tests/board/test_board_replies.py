"""The form of every answer: the command reference of the EiBotBoard for firmware 1.8-2.8.1."""

from __future__ import annotations

import pytest

OK = "OK\r\n"
# At power-on: pen up, motors off, all counters zero, both supplies as in the example of "QC".
AT_FIRST = [
    ("V", "EBBv13_and_above EB Firmware Version 2.8.1\r\n"),
    ("QB", "0\r\n" + OK),
    ("QC", "0394,0300\r\n" + OK),
    ("QE", "0,0\n\r" + OK),
    ("QG", "D0\r\n"),
    ("QL", "000\r\n" + OK),
    ("QM", "QM,0,0,0,0\n\r"),
    ("QN", "0000000000\r\n" + OK),
    ("QP", "1\n\r" + OK),
    ("QR", "0\r\n" + OK),
    ("QS", "0,0\n\r" + OK),
    ("QT", "\r\n" + OK),
    ("ES", "0,0,0,0,0\n\r" + OK),
    ("PI,E,0", "PI,1\r\n"),
    ("PI,B,5", "PI,1\r\n"),
]


@pytest.mark.parametrize(("command", "answer"), AT_FIRST)
def test_questions_at_power_on(bench, command, answer):
    assert bench.do(command) == answer
    assert bench.do(command.lower()) == answer


@pytest.mark.parametrize(
    "command",
    [
        *("SM,100,1,1", "SM,100,5", "SM,1,0,0", "XM,100,1,1", "HM,1000", "HM,1000,5,-5"),
        *("LM,85899346,10,0,17180814,2,0", "LM,85899346,10,0,17180814,2,0,3"),
        *("LT,2,17179000,-687,8592000,687", "LT,2,17179000,-687,8592000,687,3"),
        *("EM,1,1", "CS", "SP,1", "SP,0,100", "SP,0,100,1", "TP", "TP,50"),
        *("S2,24000,6", "S2,10000,4,100", "S2,27500,5,10,50", "S2,0,5", "SC,4,8000", "SC,1,1"),
        *("SR,60000", "SR,60000,1", "SE,0", "SL,4", "SN,123456789", "NI", "ND", "CU,3,1", "R"),
        *("ST,East EBB", "ST,", "PO,B,3,1", "PD,B,3,0"),
    ],
)
def test_orders_are_acknowledged(bench, command):
    assert bench.do(command) == OK


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SM", "!4 Err: Missing parameter(s)\r\n"),
        ("SM,0,5,5", "!6 Err: Invalid parameter value\r\n"),
        ("SM,10,x,5", "!6 Err: Invalid parameter value\r\n"),
        ("SM,10,300,0", "!0 Err: <axis1> step rate > 25K steps/second.\n\r"),
        ("SM,10,0,-300", "!0 Err: <axis2> step rate > 25K steps/second.\n\r"),
        ("SM,10000,5,0", "!0 Err: <axis1> step rate < 1.31Hz.\n\r"),
        ("SM,16777216,5,0", "!0 Err: <move_duration> larger than 16777215 ms.\n\r"),
        ("SM,10000,16777216", "!0 Err: <axis1> larger than 16777215 steps.\n\r"),
        ("XM,10,200,100", "!0 Err: <axis1> step rate > 25K steps/second.\n\r"),
        ("LM,0,0,0,0,0,0", "!6 Err: Invalid parameter value\r\n"),
        ("LM,0,10,0,5,0,0", "!6 Err: Invalid parameter value\r\n"),
        ("LM,1,2,3,4,5", "!4 Err: Missing parameter(s)\r\n"),
        ("LT,0,1,1,1,1", "!6 Err: Invalid parameter value\r\n"),
        ("HM,0", "!6 Err: Invalid parameter value\r\n"),
        ("QS,1", "!7 Err: Extra parameter\r\n"),
        ("SL,200", "!6 Err: Invalid parameter value\r\n"),
        ("ZZ,1", "!8 Err: Unknown command 'ZZ:5A5A'\r\n"),
    ],
)
def test_wrong_commands_are_refused_and_move_nothing(bench, command, answer):
    assert bench.do(command) == answer
    assert bench.do("QM") == "QM,0,0,0,0\n\r"


def test_what_is_stored_is_read_back(bench):
    bench.do("ST,East EBB", "SN,123456789", "SL,4")
    assert bench.do("QT") == "East EBB\r\n" + OK
    assert bench.do("QN") == "0123456789\r\n" + OK
    assert bench.do("QL") == "004\r\n" + OK
    bench.do("NI", "NI", "ND")
    assert bench.do("QN") == "0123456790\r\n" + OK
    bench.do("ST,a name of far too many letters")
    assert bench.do("QT") == "a name of far to\r\n" + OK


def test_reset_forgets_all_but_the_name(bench):
    bench.do("ST,East EBB", "SN,5", "SL,4", "CU,1,0", "EM,3,3", "SM,100,10,10", "SP,0,10")
    bench.board.wait_idle()
    assert bench.do("R") == OK
    for command, answer in AT_FIRST:
        assert bench.do(command) == (answer if command != "QT" else "East EBB\r\n" + OK)


def test_acknowledgements_can_be_switched_off(bench):
    assert bench.do("CU,1,0") == ""
    assert bench.do("SM,10,0,0") == ""
    assert bench.do("QS") == "0,0\n\r"
    assert bench.do("CU,1,1") == OK


def test_limit_checks_can_be_switched_off(bench):
    bench.do("CU,2,0")
    assert bench.do("SM,10,300,0") == OK


@pytest.mark.parametrize(
    ("command", "answer", "pins"),
    [
        ("EM,1,0", "16,0", (0, 1, 1, 1, 1)),
        ("EM,2,1", "8,8", (0, 0, 1, 1, 0)),
        ("EM,3,3", "4,4", (0, 0, 0, 1, 0)),
        ("EM,4,1", "2,2", (0, 0, 1, 0, 0)),
        ("EM,5,1", "1,1", (0, 0, 0, 0, 0)),
        ("EM,0,1", "0,16", (1, 0, 1, 1, 1)),
        ("EM,0,0", "0,0", (1, 1, 1, 1, 1)),
    ],
)
def test_motors_are_enabled_at_a_resolution(bench, command, answer, pins):
    """Examples of "EM"; the driver pins are those that hosts read with PI."""
    bench.do(command)
    bench.board.wait_idle()
    assert bench.do("QE") == f"{answer}\n\r" + OK
    read = [bench.do(f"PI,{pin}") for pin in ("E,0", "C,1", "E,2", "E,1", "A,6")]
    assert read == [f"PI,{value}\r\n" for value in pins]


def test_moves_enable_the_motors_and_es_can_disable_them(bench):
    bench.do("SM,100,10,10")
    assert bench.do("QE") == "16,16\n\r" + OK
    bench.do("ES,1")
    assert bench.do("QE") == "0,0\n\r" + OK


def test_button_is_reported_once(bench):
    bench.board.press_button()
    assert bench.do("QB") == "1\r\n" + OK
    assert bench.do("QB") == "0\r\n" + OK
    bench.board.press_button()
    assert bench.do("QG") == "F0\r\n"
    assert bench.do("QG") == "D0\r\n"


def test_answers_come_through_the_port_byte_for_byte(server, connect):
    host = connect(server.port)
    for command, answer in AT_FIRST:
        host.ask(command, answer)
    host.send("SM,10,5,5", "sl,7", "QL")
    assert host.receive(17) == b"OK\r\nOK\r\n007\r\nOK\r\n"
