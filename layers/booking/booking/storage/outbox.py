"""The services that carry messages: Amazon SES for e-mail, Amazon SNS for SMS."""

import os
from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from msgspec import Struct

from booking.domain.messages import Channel, mailbox
from booking.storage.failures import CREDENTIALS, PERMISSIONS, THROTTLES
from booking.storage.services import client_of

LATER = PERMISSIONS | CREDENTIALS | THROTTLES | {"LimitExceededException", "SendingPausedException", "Throttling"}
"""What a service says that has not sent a message, and may take it another time."""
REFUSED_STATUSES = range(400, 500)
MEETING_TAG = "meeting"
"""SES gives the tags of an e-mail back in what it tells of it."""
NOT_SPAM = "not-spam"
"""The feedback of somebody who took the e-mail out of the spam folder."""


class NotNow(Exception):
    """The message has not been sent; it may be another time."""


class Refused(Exception):
    """The service will never send this message. `code` is what it says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unknown(Exception):
    """Nobody knows whether the message was sent."""


class Outbox(Struct, frozen=True):
    """`sender` is the From address, `sms_sender` the name that an SMS comes from; empty: that channel is off."""

    mail: Any
    sms: Any
    sender: str
    sms_sender: str
    configuration_set: str = ""

    @property
    def channels(self) -> frozenset[Channel]:
        on = {Channel.EMAIL: self.sender, Channel.SMS: self.sms_sender}
        return frozenset(channel for channel, sender in on.items() if sender)

    def send_email(self, address: str, content: bytes, meeting_id: str) -> None:
        """Hands over a whole message (RFC 5322). Raises NotNow, Refused, Unknown."""
        named = {"ConfigurationSetName": self.configuration_set} if self.configuration_set else {}
        _once(
            self.mail.send_email,
            FromEmailAddress=self.sender,
            Destination={"ToAddresses": [mailbox(address)]},
            Content={"Raw": {"Data": content}},
            EmailTags=[{"Name": MEETING_TAG, "Value": meeting_id}],
            **named,
        )

    def send_sms(self, number: str, text: str) -> None:
        """Raises NotNow, Refused, Unknown."""
        _once(
            self.sms.publish,
            PhoneNumber=number,
            Message=text,
            MessageAttributes={
                "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": self.sms_sender},
                "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            },
        )


class Feedback(Struct, frozen=True):
    """What SES tells of an e-mail that it took: `reason` is bounce or complaint.

    `addresses` are to get nothing more; there are none after a trouble that may pass.
    """

    reason: str
    addresses: tuple[str, ...]
    meeting_id: str | None

    @property
    def facts(self) -> dict[str, object]:
        """What may be logged: nothing about a person."""
        return {"meetingId": self.meeting_id, "reason": self.reason}


def feedback_of(body: Mapping[str, Any]) -> Feedback | None:
    """None for a message of the queue that is none of SES's.

    Each e-mail has one recipient. So its destination is who it is about; the address that a mail server names in its
    answer may be another one, to which it was passed on.
    """
    if body.get("source") != "aws.ses":
        return None
    detail = body["detail"]
    reason = detail["eventType"].lower()
    is_final = (
        detail["bounce"]["bounceType"] == "Permanent"
        if reason == "bounce"
        else detail["complaint"].get("complaintFeedbackType") != NOT_SPAM
    )
    mail = detail["mail"]
    [meeting_id] = mail["tags"].get(MEETING_TAG, [None])
    return Feedback(reason, tuple(mail["destination"]) if is_final else (), meeting_id)


def _once(call: Any, **request: Any) -> None:
    try:
        call(**request)
    except (ConnectTimeoutError, EndpointConnectionError) as error:
        raise NotNow from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in LATER:
            raise NotNow from error
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in REFUSED_STATUSES:
            raise Refused(code) from error
        raise Unknown from error
    except Exception as error:
        raise Unknown from error


def connect() -> Outbox:
    """The services, with the senders that the environment names."""
    # A repeated call could send twice.
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
    return Outbox(
        mail=client_of("sesv2", config=config),
        sms=client_of("sns", config=config),
        sender=os.environ["SENDER_ADDRESS"],
        sms_sender=os.environ["SMS_SENDER_ID"],
        configuration_set=os.environ["CONFIGURATION_SET"],
    )
