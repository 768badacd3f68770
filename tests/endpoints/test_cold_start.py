import os
import subprocess
import sys

from tests.endpoints.conftest import ROOT

LOADS_ALL = """
import runpy, sys
for function in sys.argv[1:]:
    runpy.run_path(f"functions/{function}/app.py")
print(*sys.modules)
"""
WITHOUT_PYDANTIC = (
    "create_meeting",
    "delete_configuration",
    "download_meeting_ical",
    "get_configuration",
    "get_organisation",
    "list_available_time_slots",
    "list_configuration",
    "list_customer_types",
    "list_employees",
    "list_meeting_topics",
    "list_rooms",
    "reserve_time_slot",
    "update_meeting",
)


def test_functions_that_do_not_write_configuration_do_not_wait_for_pydantic() -> None:
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONPATH": str(ROOT / "layers" / "booking"),
        "TABLE_NAME": "booking-test",
    }
    loaded = subprocess.run(
        [sys.executable, "-c", LOADS_ALL, *WITHOUT_PYDANTIC],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "booking.storage.configurations" in loaded.stdout.split()
    assert "pydantic" not in loaded.stdout.split()
