import pytest

from booking.domain.configuration import Organisation
from booking.domain.documents import ORGANISATION_ID, Documents, Kind, Stored
from booking.storage.configuration_values import configuration_of
from tests.endpoints.conftest import Functions


@pytest.mark.usefixtures("example_bank")
def test_the_settings_come_with_their_etag(functions: Functions) -> None:
    answer = functions.call("get_organisation")

    assert answer.status == 200
    assert answer.headers["etag"] == '"1"'
    assert answer.json["name"] == "Example Bank"
    assert answer.json["slotInterval"] == "00:30:00"


def test_an_organisation_that_set_nothing_has_the_settings_that_the_rules_use(functions: Functions) -> None:
    document = functions.call("get_organisation").json
    stored = {Kind.ORGANISATION: {ORGANISATION_ID: Stored(document, 1)}}

    assert configuration_of(Documents(1, stored)).organisation == Organisation()


def test_a_call_that_no_authorizer_has_checked_is_refused(functions: Functions) -> None:
    assert functions.call("get_organisation", "get_organisation_without_claims").status == 401
