/** The employees' page, in the reader's language or `?lang=`. */

import '@event-calendar/core/index.css';
import { readConfig } from '../config';
import { sessionOf } from '../session';
import { SCOPE, StaffDesk } from './desk';
import { textsOf } from './texts';

const config = await readConfig();
// On the way back from the sign-in pages, the address is what it was before only once the session has read it.
await sessionOf({ at: config.signIn, clientId: config.staffClientId ?? '', scope: SCOPE }).ready;

customElements.define('staff-desk', StaffDesk);
const desk = document.createElement('staff-desk') as StaffDesk;
const { tag, direction } = desk.language;
const texts = textsOf(tag);
document.documentElement.lang = tag;
document.documentElement.dir = direction;
document.title = texts.title;
const brand = document.querySelector('.brand span');
if (brand) brand.textContent = texts.brand;
desk.config = config;
document.querySelector('#desk')?.append(desk);
