// Reads a JSON list of calendar files from standard input with ical.js, and prints when the event of each starts, in Unix
// seconds. Usage: node starts.mjs <folder with node_modules> < files.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ICAL = createRequire(`${process.argv[2]}/`)("ical.js");

const start = (file) => {
  const calendar = new ICAL.Component(ICAL.parse(file));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  return calendar.getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart").toUnixTime();
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(start)));
