/** The booking page: the element, with what /config.json says, in the reader's language or `?lang=`. */

import './main';
import { readConfig } from '../config';
import { languageOf } from '../i18n';
import { sessionOf } from '../session';
import { SCOPE } from './element';

const config = await readConfig();
// On the way back from the sign-in pages, the address is what it was before only once the session has read it.
await sessionOf({ at: config.signIn, clientId: config.clientId, scope: SCOPE }).ready;

const query = new URL(location.href).searchParams;
const language = languageOf(query.get('lang'), ...navigator.languages);
document.documentElement.lang = language.tag;
document.documentElement.dir = language.direction;
document.title = language.messages.book;

const element = document.createElement('meeting-booking');
element.setAttribute('api', config.api);
element.setAttribute('client-id', config.clientId);
element.setAttribute('sign-in', config.signIn);
element.setAttribute('lang', language.tag);
const topic = query.get('topic');
if (topic) element.setAttribute('topic', topic);
document.querySelector('#booking')?.append(element);
