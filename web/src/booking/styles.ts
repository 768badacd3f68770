import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    min-block-size: 36rem;
  }

  :host([hidden]) {
    display: none;
  }

  .frame {
    display: grid;
    grid-template: auto 1fr / minmax(0, 1fr);
    min-block-size: inherit;
    background: var(--ground);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) * 1.4);
    overflow: hidden;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    padding: 0.5rem 1rem;
    border-block-end: 1px solid var(--line);
    background: var(--raised);
  }

  nav {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    flex: 1;
  }

  nav button {
    border-color: transparent;
    background: none;
    padding-inline: 0.75rem;
    border-radius: 0;
    border-block-end: 2px solid transparent;
  }

  nav button[aria-current] {
    border-block-end-color: var(--accent);
    font-weight: 600;
  }

  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 1.25rem;
    padding: 1.5rem;
  }

  h1 {
    font-size: 1.5rem;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  h2 {
    font-size: 1.05rem;
    font-weight: 600;
  }

  .lead,
  .hint {
    color: var(--quiet);
    max-inline-size: 60ch;
  }

  .lead button.link {
    margin-inline-start: -0.5rem;
  }

  .lead:has(button) {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.5rem;
    max-inline-size: none;
    min-block-size: 2.25rem;
  }

  .fields select,
  .fields textarea {
    max-inline-size: 38rem;
  }

  .hint {
    font-size: 0.9rem;
  }

  .steps {
    display: flex;
    gap: 0.5rem;
    list-style: none;
    font-size: 0.85rem;
    color: var(--quiet);
  }

  .steps li {
    flex: 1;
    border-block-start: 3px solid var(--line);
    padding-block-start: 0.35rem;
  }

  .steps li.passed {
    border-block-start-color: color-mix(in srgb, var(--accent) 55%, var(--line));
  }

  .steps li[aria-current] {
    border-block-start-color: var(--accent);
    color: var(--text);
    font-weight: 600;
  }

  .choices {
    display: grid;
    gap: 0.75rem;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
    list-style: none;
  }

  .choices button,
  .choice {
    inline-size: 100%;
    min-block-size: 4rem;
    justify-content: space-between;
    text-align: start;
    padding: 0.85rem 1rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .choices small,
  .choice small {
    display: block;
    color: var(--quiet);
    font-weight: 400;
    font-size: 0.9rem;
  }

  .choices button small {
    white-space: nowrap;
  }

  .choice {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: start;
    gap: 0.75rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    cursor: pointer;
  }

  .choice:has(input:checked) {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    background: var(--soft);
  }

  .choice:has(input:focus-visible) {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }

  .choice input {
    flex: none;
    inline-size: 1.2rem;
    block-size: 1.2rem;
    margin: 0;
    accent-color: var(--accent);
    outline: none;
  }

  .fields {
    display: grid;
    gap: 1.25rem;
  }

  legend,
  label.name {
    display: block;
    padding: 0;
    margin-block-end: 0.5rem;
    font-weight: 600;
  }

  .actions button.link {
    margin-inline-start: -0.5rem;
  }

  .actions button + button.link {
    margin-inline-start: 0;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    align-items: center;
  }

  .pills {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }

  .pills .choice {
    inline-size: auto;
    min-block-size: 2.75rem;
    padding: 0.4rem 0.9rem;
  }

  .times {
    display: grid;
    gap: 1.5rem;
  }

  .month {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin-block-end: 0.5rem;
  }

  .month button {
    inline-size: 2.75rem;
    padding: 0;
    border-color: transparent;
  }

  .month button:disabled {
    opacity: 0.35;
    cursor: default;
  }

  [dir='rtl'] .arrow {
    transform: scaleX(-1);
  }

  table.calendar {
    inline-size: 100%;
    table-layout: fixed;
    border-collapse: separate;
    border-spacing: 2px;
    text-align: center;
  }

  .calendar th {
    font-size: 0.8rem;
    font-weight: 500;
    color: var(--quiet);
    padding-block: 0.25rem;
    overflow: hidden;
  }

  .calendar td {
    padding: 0;
    block-size: 2.75rem;
  }

  .calendar button,
  .calendar span.day {
    display: inline-flex;
    inline-size: 100%;
    max-inline-size: 3rem;
    min-block-size: 2.75rem;
    align-items: center;
    justify-content: center;
    padding: 0;
    border: 1px solid transparent;
    border-radius: var(--radius);
    font-variant-numeric: tabular-nums;
  }

  .calendar span.day {
    color: var(--quiet);
    font-weight: 400;
  }

  .calendar button {
    background: var(--soft);
    color: var(--accent);
    font-weight: 650;
  }

  .calendar button[aria-pressed='true'] {
    background: var(--accent);
    color: var(--on-accent);
  }

  .slots {
    display: grid;
    align-content: start;
    gap: 1rem;
    min-block-size: 19rem;
  }

  .scroll {
    display: grid;
    gap: 1rem;
    max-block-size: 30rem;
    overflow-y: auto;
    padding: 4px;
    margin: -4px;
  }

  .slots h3 {
    font-size: 0.9rem;
    font-weight: 500;
    color: var(--quiet);
    margin-block-end: 0.4rem;
  }

  .slots ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr));
    gap: 0.5rem;
    list-style: none;
  }

  .slots ul.both {
    grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr));
  }

  .slots li button {
    inline-size: 100%;
    flex-direction: column;
    gap: 0;
    padding: 0.35rem 0.25rem;
    border-color: var(--accent);
    color: var(--accent);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .slots li small {
    font-size: 0.8rem;
    font-weight: 400;
    color: var(--quiet);
  }

  .pending {
    display: grid;
    place-items: center;
    min-block-size: 12rem;
    color: var(--quiet);
  }

  .hold {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    padding: 0.6rem 1rem;
    border-radius: var(--radius);
    background: var(--soft);
    font-variant-numeric: tabular-nums;
  }

  .card {
    display: grid;
    gap: 1rem;
    padding: 1.1rem 1.25rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--raised);
  }

  dl {
    display: grid;
    grid-template-columns: minmax(4.5rem, auto) 1fr;
    gap: 0.35rem 1.25rem;
  }

  dt {
    color: var(--quiet);
  }

  dd {
    overflow-wrap: anywhere;
    font-weight: 500;
  }

  dd small {
    display: block;
    color: var(--quiet);
    font-weight: 400;
  }

  .meetings {
    display: grid;
    gap: 0.75rem;
    list-style: none;
  }

  .badge {
    justify-self: start;
    padding: 0.1rem 0.6rem;
    border-radius: 1rem;
    background: var(--bad-ground);
    color: var(--bad-text);
    font-size: 0.85rem;
    font-weight: 600;
  }

  .welcome {
    justify-items: start;
    padding-block: 3rem;
  }

  details > summary {
    cursor: pointer;
    padding-block: 0.5rem;
    color: var(--accent);
    font-weight: 500;
  }

  .tick {
    inline-size: 3rem;
    block-size: 3rem;
    padding: 0.7rem;
    border-radius: 50%;
    background: var(--good-ground);
    color: var(--good-text);
  }

  @container (inline-size >= 44rem) {
    .body {
      padding: 2rem 2.25rem;
    }

    .times {
      grid-template-columns: minmax(0, 21rem) minmax(0, 1fr);
      gap: 2.25rem;
    }
  }

  @container (inline-size < 30rem) {
    .head {
      padding-inline: 0.5rem;
    }

    nav {
      flex-basis: 100%;
    }

    nav button {
      padding-inline: 0.5rem;
      white-space: nowrap;
    }

    .body {
      padding: 1.1rem 1rem 1.5rem;
    }

    .steps li:not([aria-current]) {
      flex: 0 0 1.25rem;
      font-size: 0;
    }

    .actions > button,
    .actions > a.button {
      inline-size: 100%;
    }

    dl {
      grid-template-columns: 1fr;
      gap: 0;
    }

    dd {
      margin-block-end: 0.6rem;
    }
  }
`;
