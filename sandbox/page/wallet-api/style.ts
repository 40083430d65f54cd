/** The style of the page: light and dark, for a large screen and for a phone, and for print. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5b6675; --paper: #fff; --raised: #f4f6f9; --line: #dde3ea; --accent: #0b5fd0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9f0; --dim: #9aa6b5; --paper: #12161c; --raised: #1b212a; --line: #2e3743; --accent: #7db2ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0 0 .25rem; }
h3 { font-size: .8rem; letter-spacing: .05em; text-transform: uppercase; color: var(--dim); margin: 1.5rem 0 .4rem; }
p { margin: 0 0 .75rem; max-width: 46rem; }
a { color: var(--accent); }
code, pre { font: .86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: .8rem 1rem; overflow-x: auto; background: var(--raised); border: 1px solid var(--line);
  border-radius: .5rem; user-select: all; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { padding: .4rem 0; border-top: 1px solid var(--line); }
nav span { display: block; color: var(--dim); }
section { margin-top: 3rem; padding-top: 2rem; border-top: 1px solid var(--line); }
.place { margin: 0 0 1rem; }
.method { font-weight: 700; color: var(--accent); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .93rem; }
th, td { padding: .45rem 1rem .45rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
th { border-top: 0; font-weight: 600; color: var(--dim); }
td:first-child { width: 30%; min-width: 9rem; }
small { color: var(--dim); display: block; }
@media (max-width: 32rem) { body { padding: 1.25rem 1rem 4rem; } td:first-child { min-width: 7rem; } }
`;
