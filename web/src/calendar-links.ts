/** Addresses that open another calendar with the meeting filled in. Nothing is sent before somebody follows one. */

export interface Appointment {
  title: string;
  startDate: string;
  endDate: string;
  location: string;
}

export function googleLink({ title, startDate, endDate, location }: Appointment): string {
  const compact = (instant: string) => instant.replace(/[-:]/g, '');
  const query = new URLSearchParams({ action: 'TEMPLATE', text: title, dates: `${compact(startDate)}/${compact(endDate)}`, location });
  return `https://calendar.google.com/calendar/render?${query}`;
}

export function outlookLink({ title, startDate, endDate, location }: Appointment): string {
  const query = new URLSearchParams({ path: '/calendar/action/compose', rru: 'addevent', subject: title, startdt: startDate, enddt: endDate, location });
  return `https://outlook.live.com/calendar/0/action/compose?${query}`;
}
