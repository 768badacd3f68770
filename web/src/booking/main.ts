import { MeetingBooking } from './element';

if (!customElements.get('meeting-booking')) customElements.define('meeting-booking', MeetingBooking);

declare global {
  interface HTMLElementTagNameMap {
    'meeting-booking': MeetingBooking;
  }
}
