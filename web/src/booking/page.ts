/** The booking page: the element, with what /config.json says, in the reader's language or `?lang=`. */

import './main';
import { readConfig } from '../config';
import { languageOf } from '../i18n';

const language = languageOf(new URL(location.href).searchParams.get('lang'), ...navigator.languages);
document.documentElement.lang = language.tag;
document.documentElement.dir = language.direction;
document.title = language.messages.book;

const config = await readConfig();
const element = document.createElement('meeting-booking');
element.setAttribute('api', config.api);
element.setAttribute('client-id', config.clientId);
element.setAttribute('sign-in', config.signIn);
element.setAttribute('lang', language.tag);
const topic = new URL(location.href).searchParams.get('topic');
if (topic) element.setAttribute('topic', topic);
document.querySelector('#booking')?.append(element);
