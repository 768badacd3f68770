// Reads a calendar file from standard input with ical.js, and prints what it holds as JSON.
// Usage: node parse.mjs <folder with node_modules> < meeting.ics
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ICAL = createRequire(`${process.argv[2]}/`)("ical.js");
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}

const person = (property) =>
  property && {
    address: property.getFirstValue(),
    name: property.getParameter("cn") ?? null,
    role: property.getParameter("role") ?? null,
    answer: property.getParameter("partstat") ?? null,
  };

const event = (component) => {
  const value = (name) => component.getFirstPropertyValue(name);
  const instant = (name) => value(name)?.toUnixTime() ?? null;
  return {
    uid: value("uid"),
    sequence: value("sequence"),
    status: value("status"),
    summary: value("summary"),
    description: value("description"),
    location: value("location"),
    start: instant("dtstart"),
    end: instant("dtend"),
    stamp: instant("dtstamp"),
    created: instant("created"),
    modified: instant("last-modified"),
    zone: component.getFirstProperty("dtstart").getParameter("tzid") ?? null,
    organizer: person(component.getFirstProperty("organizer")) ?? null,
    attendees: component.getAllProperties("attendee").map(person),
    alarms: component
      .getAllSubcomponents("valarm")
      .map((alarm) => alarm.getFirstPropertyValue("trigger").toSeconds()),
  };
};

console.log(
  JSON.stringify({
    method: calendar.getFirstPropertyValue("method"),
    zones: calendar.getAllSubcomponents("vtimezone").map((zone) => zone.getFirstPropertyValue("tzid")),
    events: calendar.getAllSubcomponents("vevent").map(event),
  }),
);
