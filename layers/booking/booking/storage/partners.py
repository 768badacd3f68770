"""The partners that a customer is linked to: one item of each customer.

It has one attribute for each link, `client#<id>`, with the second since which there is one, and the history of the
links. Their history is not in the audit trail: that outlives the erasure of a customer, and a customer's id is personal
data. Here it goes with the customer.
"""

from collections.abc import Iterable

from booking.domain.partners import CustomerPartners, LinkAction, LinkChange
from booking.storage import keys
from booking.storage.table import Action, Item, Table, encode

CLIENT = "client#"

IS_NEW = "attribute_not_exists(pk)"
IS_UNCHANGED = "version = :read"  # nobody linked or unlinked a partner since it was read
IS_LINKED = "attribute_exists(#client)"  # consent has not been withdrawn since it was read


def get(table: Table, customer_id: str) -> CustomerPartners:
    item = table.get(keys.partners(customer_id))
    return among([item] if item else [], customer_id)


def among(items: Iterable[Item], customer_id: str) -> CustomerPartners:
    """The customer's links among `items`, which may include other kinds."""
    pk = keys.partners(customer_id)["pk"]
    item = next((item for item in items if item["pk"] == pk), None)
    if item is None:
        return CustomerPartners(customer_id)
    since = {name.removeprefix(CLIENT): at for name, at in item.items() if name.startswith(CLIENT)}
    changes = (
        LinkChange(each["at"], each["by"], LinkAction(each["action"]), each["clientId"]) for each in item["changes"]
    )
    return CustomerPartners(customer_id, item["version"], since, tuple(changes))


def put(partners: CustomerPartners) -> Action:
    """Stores the next version of a customer's links, unless they have changed since they were read."""
    item = {
        **keys.partners(partners.customer_id),
        **{f"{CLIENT}{id}": at for id, at in partners.since.items()},
        "version": partners.version,
        "changes": [
            {"at": each.at, "by": each.by, "action": each.action.value, "clientId": each.client_id}
            for each in partners.changes
        ],
    }
    request: Action = {"Item": encode(item), "ConditionExpression": IS_NEW}
    if partners.version > 1:
        request["ConditionExpression"] = IS_UNCHANGED
        request["ExpressionAttributeValues"] = encode({":read": partners.version - 1})
    return {"Put": request}


def is_linked(customer_id: str, client_id: str) -> Action:
    """The condition that the customer is linked to the client: a write that has it is not made otherwise."""
    return {
        "ConditionCheck": {
            "Key": encode(keys.partners(customer_id)),
            "ConditionExpression": IS_LINKED,
            "ExpressionAttributeNames": {"#client": f"{CLIENT}{client_id}"},
        }
    }
