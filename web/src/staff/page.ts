/** The employees' page. */

import '@event-calendar/core/index.css';
import { readConfig } from '../config';
import { StaffDesk } from './desk';

customElements.define('staff-desk', StaffDesk);
const desk = document.createElement('staff-desk') as StaffDesk;
desk.config = await readConfig();
document.querySelector('#desk')?.append(desk);
