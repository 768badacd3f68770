"""The built-in texts of messages. An organisation's own (`messages` in its document) come before them."""

from collections.abc import Mapping

from booking.domain.messages import MessageKind, Text

FALLBACK = "en"


def _texts(greeting: str, move: str, book: str, **words: tuple[str, str]) -> Mapping[MessageKind, Text]:
    """`words` are, by kind, how the subject begins and what the message says first."""
    texts = {}
    for kind in MessageKind:
        begins, sentence = words[kind]
        link = book if kind is MessageKind.CANCELLATION else move
        paragraphs = (
            f"{greeting} {{name}},",
            sentence,
            "{topic}\n{when}\n{location}\n{employee}",
            f"{link}: {{manageUrl}}",
            "{organisation}",
        )
        texts[kind] = Text(f"{begins}: {{topic}}, {{start}}", "\n\n".join(paragraphs))
    return texts


BUILT_IN: Mapping[str, Mapping[MessageKind, Text]] = {
    "en": _texts(
        "Hello",
        "Move or cancel it",
        "Book another time",
        confirmation=("Confirmed", "Your meeting is booked."),
        change=("Changed", "Your meeting has changed. These are its new details:"),
        cancellation=("Cancelled", "This meeting is cancelled."),
        reminder=("Reminder", "This is a reminder of your meeting."),
    ),
    "da": _texts(
        "Hej",
        "Flyt eller aflys mødet",
        "Book en anden tid",
        confirmation=("Bekræftet", "Dit møde er booket."),
        change=("Ændret", "Dit møde er blevet ændret. Sådan ser det ud nu:"),
        cancellation=("Aflyst", "Dette møde er aflyst."),
        reminder=("Påmindelse", "Vi minder om dit møde."),
    ),
    "de": _texts(
        "Guten Tag",
        "Termin verschieben oder absagen",
        "Anderen Termin buchen",
        confirmation=("Bestätigt", "Ihr Termin ist gebucht."),
        change=("Geändert", "Ihr Termin hat sich geändert. Die neuen Angaben:"),
        cancellation=("Abgesagt", "Dieser Termin ist abgesagt."),
        reminder=("Erinnerung", "Wir erinnern Sie an Ihren Termin."),
    ),
}
