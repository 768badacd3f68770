import { css } from 'lit';

/**
 * The colours and sizes that a host page may set, and their defaults for both colour schemes. Every pair of text and
 * ground has a contrast of at least 4.5 to 1, every border of a control at least 3 to 1.
 */
export const theme = css`
  :host {
    color-scheme: light dark;
    --accent: var(--meeting-booking-accent, light-dark(#0b5563, #8fd3de));
    --on-accent: var(--meeting-booking-on-accent, light-dark(#ffffff, #06262c));
    --ground: var(--meeting-booking-ground, light-dark(#ffffff, #12191e));
    --raised: var(--meeting-booking-raised, light-dark(#f4f7f8, #1b242a));
    --text: var(--meeting-booking-text, light-dark(#15232b, #e9eff2));
    --quiet: var(--meeting-booking-quiet, light-dark(#52636d, #a9b8c0));
    --line: var(--meeting-booking-line, light-dark(#d9e1e5, #33414a));
    --edge: var(--meeting-booking-edge, light-dark(#768892, #7d909b));
    --soft: color-mix(in srgb, var(--accent) 9%, var(--ground));
    --warn-ground: light-dark(#fff5e0, #33270f);
    --warn-text: light-dark(#5f3d00, #ffdf9e);
    --bad-ground: light-dark(#fdecea, #3a1917);
    --bad-text: light-dark(#8c1d14, #ffb8b0);
    --good-ground: light-dark(#e5f4ec, #12301f);
    --good-text: light-dark(#0d5a33, #9fe0bd);
    --radius: var(--meeting-booking-radius, 10px);
    --font: var(--meeting-booking-font, Inter, 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif);
    font: 400 1rem/1.5 var(--font);
    color: var(--text);
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p,
  ol,
  ul,
  dl,
  dd,
  fieldset,
  table {
    margin: 0;
    padding: 0;
  }

  fieldset {
    border: 0;
    min-inline-size: 0;
  }

  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }

  button,
  a.button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-block-size: 2.75rem;
    padding: 0.5rem 1.1rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--ground);
    color: var(--text);
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }

  button:hover,
  a.button:hover {
    background: var(--soft);
    border-color: var(--accent);
  }

  button.primary,
  a.button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }

  button.primary:hover,
  a.button.primary:hover {
    background: color-mix(in srgb, var(--accent) 88%, var(--text));
  }

  button.danger {
    border-color: var(--bad-text);
    color: var(--bad-text);
  }

  button.link {
    min-block-size: 2.25rem;
    padding: 0.25rem 0.5rem;
    border-color: transparent;
    background: none;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  button[aria-disabled='true'] {
    opacity: 0.6;
    cursor: progress;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }

  h1:focus,
  h2:focus {
    outline: none;
  }

  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .notice {
    padding: 0.85rem 1rem;
    border-radius: var(--radius);
    background: var(--warn-ground);
    color: var(--warn-text);
  }

  .notice.bad {
    background: var(--bad-ground);
    color: var(--bad-text);
  }

  .notice.good {
    background: var(--good-ground);
    color: var(--good-text);
  }

  .notice button {
    margin-block-start: 0.6rem;
    background: var(--ground);
    color: var(--text);
  }

  select,
  textarea,
  input[type='text'],
  input[type='search'],
  input[type='date'] {
    inline-size: 100%;
    min-block-size: 2.75rem;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--ground);
  }

  @media (prefers-reduced-motion: no-preference) {
    button,
    a.button {
      transition:
        background 120ms,
        border-color 120ms;
    }
  }
`;
