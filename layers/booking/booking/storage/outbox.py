"""The services that carry messages: Amazon SES for e-mail, Amazon SNS for SMS."""

import os
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from msgspec import Struct

from booking.domain.messages import Channel
from booking.storage.failures import CREDENTIALS, PERMISSIONS, THROTTLES

LATER = PERMISSIONS | CREDENTIALS | THROTTLES | {"LimitExceededException", "SendingPausedException", "Throttling"}
"""What a service says that has not sent a message, and may take it another time."""
REFUSED_STATUSES = range(400, 500)


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

    def send_email(self, address: str, content: bytes) -> None:
        """Hands over a whole message (RFC 5322). Raises NotNow, Refused, Unknown."""
        named = {"ConfigurationSetName": self.configuration_set} if self.configuration_set else {}
        _once(
            self.mail.send_email,
            FromEmailAddress=self.sender,
            Destination={"ToAddresses": [address]},
            Content={"Raw": {"Data": content}},
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
    session = botocore.session.get_session()
    return Outbox(
        mail=session.create_client("sesv2", config=config),
        sms=session.create_client("sns", config=config),
        sender=os.environ["SENDER_ADDRESS"],
        sms_sender=os.environ["SMS_SENDER_ID"],
        configuration_set=os.environ["CONFIGURATION_SET"],
    )
