/** The style sheet of the page: light and dark by what the reader has chosen for everything, and paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1c2128; --soft: #59636e; --line: #d8dee4; --code: #eef1f4; --mark: #fff1b8; --focus: #0969da;
  --good: #1a7f37; --good-back: #dafbe1; --new: #0550ae; --new-back: #ddf4ff; --bad: #b3261e; --bad-back: #ffe5e3;
  --warn: #8a5300; --warn-back: #fff4d6; --quiet: #59636e; --quiet-back: #eaeef2;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --code: #21262d; --mark: #5c4a00; --focus: #58a6ff;
    --good: #56d364; --good-back: #12331c; --new: #79c0ff; --new-back: #0d2d4f; --bad: #ff8a80; --bad-back: #4a1715;
    --warn: #f2cc60; --warn-back: #3d2e00; --quiet: #9aa4af; --quiet-back: #21262d;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 0; }
main { padding-top: .5rem; padding-bottom: 4rem; }
main > section:first-of-type > h2 { margin-top: 1.25rem; }
article, .package { scroll-margin-top: 5rem; }
h1 { margin: 0; font-size: 1.5rem; display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
h2 { margin: 2rem 0 .75rem; font-size: 1.05rem; }
p { margin: .5rem 0; }
code, .mono { font: .92em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
p code, li code, dd.text code { background: var(--code); border-radius: 4px; padding: .1em .35em; }
mark { background: var(--mark); color: inherit; border-radius: 3px; }
.soft { color: var(--soft); }
.badge { display: inline-block; border-radius: 99px; padding: .05rem .6rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.verdict { font-size: .95rem; padding: .15rem .8rem; }
.ok, .verified { color: var(--good); background: var(--good-back); }
.recorded { color: var(--new); background: var(--new-back); }
.findings, .failed, .error { color: var(--bad); background: var(--bad-back); }
.incomplete, .unavailable, .warning { color: var(--warn); background: var(--warn-back); }
.unsigned, .not-covered { color: var(--quiet); background: var(--quiet-back); }
.note { border-left: 3px solid var(--new); padding: .1rem 0 .1rem .75rem; }
.tools { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .75rem 0; background: var(--page); border-bottom: 1px solid var(--line); }
.tools input { flex: 1 1 16rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .75rem; }
.tools button { font: inherit; font-size: .85rem; font-weight: 600; border: 1px solid var(--line); border-radius: 99px; background: var(--card); color: inherit; padding: .3rem .75rem; cursor: pointer; }
.tools button[aria-pressed="true"] { background: var(--ink); border-color: var(--ink); color: var(--page); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
article, .package { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: .6rem 0; }
article { padding: .8rem 1rem; border-left: 4px solid var(--bad); }
article.of-warning { border-left-color: var(--warn); }
article h3 { margin: 0; font-size: .95rem; font-weight: 600; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
article a { color: inherit; }
dl { margin: .6rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: .25rem .9rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.package { margin: .35rem 0; }
summary { display: grid; grid-template-columns: minmax(9rem, 1.2fr) minmax(4rem, .5fr) 7rem 5rem minmax(12rem, 2.5fr); gap: .25rem .9rem; align-items: baseline; padding: .55rem 1rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary > * { overflow-wrap: anywhere; }
summary .name { font-weight: 600; }
.inside { padding: .25rem 1rem .9rem; border-top: 1px solid var(--line); }
.inside h4 { margin: .8rem 0 .2rem; font-size: .9rem; font-weight: 600; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; overflow-wrap: anywhere; }
.inside dl { margin: .2rem 0 .6rem; font-size: .9rem; }
@media (max-width: 46rem) {
  summary { grid-template-columns: 1fr auto auto; }
  summary .files { display: none; }
  summary .signer { grid-column: 1 / -1; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .4rem; }
  .tools { position: static; }
}
@media print {
  :root { color-scheme: light; print-color-adjust: exact; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f2f2f2; }
  body { font-size: 10pt; }
  header, main { max-width: none; padding-left: 0; padding-right: 0; }
  .tools { position: static; border: 0; padding: 0; }
  .tools input, .tools button { display: none; }
  mark { text-decoration: underline; }
  article, .package, .inside > section { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
