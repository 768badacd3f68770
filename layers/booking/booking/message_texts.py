"""The built-in texts of messages. An organisation's own (`messages` in its document) come before them."""

from collections.abc import Mapping

from booking.domain.messages import MessageKind, Text

FALLBACK = "en"


def _texts(greeting: str, move: str, book: str, take: str, **words: tuple[str, str]) -> Mapping[MessageKind, Text]:
    """`words` are, by kind, how the subject begins and what the message says first."""
    texts = {}
    for kind in MessageKind:
        begins, sentence = words[kind]
        link = {
            MessageKind.CANCELLATION: f"{book}: {{manageUrl}}",
            MessageKind.WAITLIST_OFFER: f"{take}: {{offerUrl}}",
        }.get(kind, f"{move}: {{manageUrl}}")
        paragraphs = (
            f"{greeting} {{name}},",
            sentence,
            "{topic}\n{when}\n{location}\n{employee}",
            link,
            "{organisation}",
        )
        texts[kind] = Text(f"{begins}: {{topic}}, {{start}}", "\n\n".join(paragraphs))
    return texts


BUILT_IN: Mapping[str, Mapping[MessageKind, Text]] = {
    "en": _texts(
        "Hello",
        "Move or cancel it",
        "Book another time",
        "Take the time",
        confirmation=("Confirmed", "Your meeting is booked."),
        change=("Changed", "Your meeting has changed. These are its new details:"),
        cancellation=("Cancelled", "This meeting is cancelled."),
        reminder=("Reminder", "This is a reminder of your meeting."),
        waitlistOffer=("Free for you", "A time has become free. It is held for you until {heldUntil}."),
    ),
    "da": _texts(
        "Hej",
        "Flyt eller aflys mødet",
        "Book en anden tid",
        "Tag tiden",
        confirmation=("Bekræftet", "Dit møde er booket."),
        change=("Ændret", "Dit møde er blevet ændret. Sådan ser det ud nu:"),
        cancellation=("Aflyst", "Dette møde er aflyst."),
        reminder=("Påmindelse", "Vi minder om dit møde."),
        waitlistOffer=("Ledig tid", "En tid er blevet ledig. Vi holder den til dig indtil {heldUntil}."),
    ),
    "de": _texts(
        "Guten Tag",
        "Termin verschieben oder absagen",
        "Anderen Termin buchen",
        "Termin annehmen",
        confirmation=("Bestätigt", "Ihr Termin ist gebucht."),
        change=("Geändert", "Ihr Termin hat sich geändert. Die neuen Angaben:"),
        cancellation=("Abgesagt", "Dieser Termin ist abgesagt."),
        reminder=("Erinnerung", "Wir erinnern Sie an Ihren Termin."),
        waitlistOffer=("Freier Termin", "Ein Termin ist frei geworden. Er ist bis {heldUntil} für Sie reserviert."),
    ),
}
