// Reads calendar files with ical.js: one JSON string a line from standard input, and for each a line with what the file
// holds as JSON, or with the error. Usage: node parse.mjs <folder with node_modules>
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const ICAL = createRequire(`${process.argv[2]}/`)("ical.js");

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

const read = (file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  ICAL.TimezoneService.reset(); // the zones of the file before
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  return {
    method: calendar.getFirstPropertyValue("method"),
    zones: calendar.getAllSubcomponents("vtimezone").map((zone) => zone.getFirstPropertyValue("tzid")),
    events: calendar.getAllSubcomponents("vevent").map(event),
  };
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  console.log(JSON.stringify(answer));
}
