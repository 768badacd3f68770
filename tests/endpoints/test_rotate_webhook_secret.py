from booking.domain.documents import Kind
from booking.storage import webhooks
from booking.storage.table import Table
from tests.endpoints.conftest import Clock, Functions, configure, scopes


def test_the_new_secret_is_answered_and_the_old_one_stays_for_a_day(
    functions: Functions, table: Table, clock: Clock
) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": "https://crm.example.com/", "events": ["*"]})
    before = webhooks.get_endpoint(table, "crm")
    answer = functions.call("rotate_webhook_secret")
    after = webhooks.get_endpoint(table, "crm")

    assert before
    assert after
    assert answer.status == 200
    assert answer.json == {"secret": after.secret, "oldSecretUntil": "2027-01-05T08:00:00Z"}
    assert after.secrets(clock()) == (after.secret, before.secret)
    assert after.secrets(clock() + 86400) == (after.secret,)


def test_only_administrators_replace_it(functions: Functions, table: Table) -> None:
    configure(table, Kind.WEBHOOKS, "crm", {"url": "https://crm.example.com/", "events": ["*"]})

    assert functions.call("rotate_webhook_secret", change=scopes("read", "staff")).status == 403
    assert functions.call("rotate_webhook_secret", "rotate_webhook_secret_unknown_webhook").status == 404
