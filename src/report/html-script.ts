/**
 * The script of the page: search and filter. It reads what the page shows, and changes nothing but what is hidden; without it,
 * everything is shown.
 */
export const SCRIPT = `
'use strict';
const tools = document.querySelector('.tools');
const search = tools.querySelector('input');
const buttons = [...tools.querySelectorAll('button')];
const shown = tools.querySelector('output');
const rows = [...document.querySelectorAll('[data-status]')].map((element) => ({
  element,
  text: element.textContent.toLowerCase(),
  status: element.dataset.status,
}));
const sections = [...document.querySelectorAll('main > section')];
const packages = rows.filter(({ element }) => element.localName === 'details');

function update() {
  const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  const pressed = buttons.filter((button) => button.getAttribute('aria-pressed') === 'true').map((button) => button.value);
  for (const row of rows) {
    const matches = words.every((word) => row.text.includes(word)) && (pressed.length === 0 || pressed.includes(row.status));
    row.element.hidden = !matches;
  }
  for (const section of sections) {
    const its = rows.filter(({ element }) => section.contains(element));
    section.hidden = its.length > 0 && its.every(({ element }) => element.hidden);
  }
  const count = packages.filter(({ element }) => !element.hidden).length;
  shown.textContent = count + ' of ' + packages.length + ' packages shown';
}

for (const button of buttons) {
  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
    update();
  });
}
search.addEventListener('input', update);
function open() {
  const target = document.getElementById(location.hash.slice(1));
  if (target !== null && target.localName === 'details') target.open = true;
}
window.addEventListener('hashchange', open);
open();
tools.hidden = false;
update();
`;
