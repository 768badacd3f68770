/** The developer's start page: what runs, and one click to everything. */

import { readConfig } from '../config';

const config = await readConfig();

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

for (const { name, about, href } of config.links ?? []) {
  const tile = element('li');
  const link = element('a', name);
  link.href = href;
  tile.append(link, element('p', about));
  document.querySelector('#links')?.append(tile);
}

for (const user of config.users ?? []) {
  const row = element('tr');
  const code = (text: string) => {
    const cell = element('td');
    cell.append(element('code', text));
    return cell;
  };
  row.append(code(user.username), code(user.password), element('td', user.about));
  document.querySelector('#users')?.append(row);
}

const show = (id: string, text: string) => {
  const place = document.querySelector(id);
  if (place) place.textContent = text;
};
show(
  '#embed',
  `<script type="module" src="${location.origin}/meeting-booking.js"></script>
<meeting-booking api="${config.api}" client-id="${config.clientId}" sign-in="${config.signIn}"></meeting-booking>`,
);
show(
  '#clients',
  `# TypeScript, with openapi-fetch
npx openapi-typescript ${location.origin}/openapi.json -o booking.d.ts

# Python
uvx openapi-python-client generate --url ${location.origin}/openapi.json`,
);
show('#curl', config.walkthrough ?? '');
