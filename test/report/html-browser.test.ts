import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/model.ts';
import { exact, printable } from '../../src/printable.ts';
import { htmlFormat } from '../../src/report/html.ts';
import { findChromium, startChromium } from '../support/chromium.ts';
import { EVERYTHING, longReport, OPTIONS } from './fixture.ts';
import { hostileReport } from './hostile.ts';

// CI has to run it for real: without a browser it fails there.
const canRun = findChromium() !== undefined || process.env['CI'] === 'true';

/** What the browser said of a page that is not as it should be: violations of the policy, errors, dialogs. */
const VIOLATIONS = `addEventListener('securitypolicyviolation', (event) => {
  console.error('violates ' + event.violatedDirective + ': ' + event.blockedURI);
});`;

/** The names of the packages that are shown. */
async function shown(page: Page): Promise<readonly string[]> {
  return await page.locator('details:visible .name').allTextContents();
}

const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();

describe.skipIf(!canRun)('where there is a Chromium on the PATH', () => {
  let folder: string;
  let browser: Awaited<ReturnType<typeof startChromium>>;
  let context: BrowserContext;
  const requests: string[] = [];
  const blocked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'provpin-page-'));
    browser = await startChromium();
    ({ context } = browser);
    await context.addInitScript(VIOLATIONS);
    context.on('request', (request) => requests.push(request.url()));
    context.on('requestfailed', (request) =>
      blocked.push(`${request.url()} ${request.failure()?.errorText}`),
    );
    context.on('console', (message) => complaints.push(message.text()));
    context.on('weberror', (error) => complaints.push(String(error.error())));
    context.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const page of context.pages().slice(1)) await page.close();
    requests.length = 0;
    blocked.length = 0;
    complaints.length = 0;
  });

  /** The page as somebody opens it who got the file. */
  async function open(report: Report, change = (text: string): string => text): Promise<Page> {
    const path = join(folder, 'report.html');
    await writeFile(path, change(htmlFormat.render(report, OPTIONS)));
    const page = await context.newPage();
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  test('it loads nothing, violates nothing, and throws nothing', async () => {
    const page = await open(EVERYTHING);
    await page.getByRole('searchbox').fill('x');
    await page.getByRole('button', { name: 'failed' }).click();
    expect(requests).toEqual([page.url()]);
    expect(complaints).toEqual([]);
  });

  test('its policy is in force: what is slipped in does not run, load or style', async () => {
    const injected = `<script>document.title = 'forged'</script><img src="https://images.example/x.png"><p style="color: red" id="p" onclick="document.title = 'forged'">x</p>`;
    const page = await open(EVERYTHING, (text) => text.replace('<main>', `<main>${injected}`));
    await page.locator('#p').click();
    expect(await page.title()).toBe('provpin: failed');
    // The browser tells of it as a request, and that the policy kept it from being sent.
    expect(blocked).toEqual(['https://images.example/x.png csp']);
    for (const directive of ['script-src-elem', 'script-src-attr', 'img-src', 'style-src-attr'])
      expect(complaints.join('\n')).toContain(`violates ${directive}:`);
  });

  test('search finds packages by name, identity, file and rule, all words at once', async () => {
    const page = await open(EVERYTHING);
    const search = page.getByRole('searchbox');
    const all = EVERYTHING.packages.length;
    const output = page.locator('output');
    await expect.poll(() => output.textContent()).toBe(`${all} of ${all} packages shown`);
    for (const [words, names] of [
      ['IDNA', ['idna']],
      ['iam.gserviceaccount.com', ['idna']],
      ['requests-2.32.5-py3', ['requests']],
      ['x-publisher changed', ['x-publisher-changed']],
      ['nothing of the kind', []],
    ] as const) {
      await search.fill(words);
      expect(await shown(page)).toEqual(names);
      expect(await output.textContent()).toBe(`${names.length} of ${all} packages shown`);
    }
    await search.fill('attribute-changed');
    expect(await page.locator('article:visible h3').allTextContents()).toEqual([
      expect.stringMatching(/error\s+x-attribute-changed\s+attribute-changed/),
    ]);
    await search.fill('');
    expect(await shown(page)).toHaveLength(all);
  });

  test('the filter shows the statuses that are pressed, and their findings', async () => {
    const page = await open(EVERYTHING);
    const press = async (name: string): Promise<void> =>
      page.getByRole('button', { name, exact: false }).click();
    await press('unsigned');
    expect(await shown(page)).toEqual(['requests']);
    expect(await page.locator('h2:visible').allTextContents()).toEqual(['Packages']);
    await press('unavailable');
    expect(await shown(page)).toEqual(['six', 'requests']);
    expect(await page.locator('article:visible').count()).toBe(1);
    await page.getByRole('searchbox').fill('six');
    expect(await shown(page)).toEqual(['six']);
    await page.getByRole('searchbox').fill('');
    await press('unsigned');
    await press('unavailable');
    expect(await shown(page)).toHaveLength(EVERYTHING.packages.length);
  });

  test('a finding leads to its package, which opens', async () => {
    const page = await open(EVERYTHING);
    const inside = page.locator('details', { hasText: 'x_publisher_changed-1.0.tar.gz' }).locator('.inside');
    expect(await inside.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'x-publisher-changed' }).click();
    await expect.poll(() => inside.isVisible()).toBe(true);
    expect(requests).toEqual([page.url().replace(/#.*/, '')]);
  });

  /** Contrast of text against what is behind it (WCAG 2.2, 1.4.3), of every element that has text of its own. */
  const CONTRASTS = `(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const rgba = (color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color) => {
      const [r, g, b] = rgba(color).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      const color = getComputedStyle(element).backgroundColor;
      return rgba(color)[3] === 0 && element.parentElement ? behind(element.parentElement) : color;
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
      .map((element) => {
        const [low, high] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => a - b);
        return { text: element.className + ': ' + element.textContent.trim().slice(0, 40), contrast: (high + 0.05) / (low + 0.05) };
      })
      .filter(({ contrast }) => contrast < 4.5);
  })()`;

  test.each(['light', 'dark'] as const)(
    'it is %s where that is preferred, and can be read',
    async (colorScheme) => {
      const page = await open(EVERYTHING);
      await page.emulateMedia({ colorScheme });
      const back = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const [red = 0] = (back.match(/\d+/g) ?? []).map(Number);
      expect(colorScheme === 'light' ? 255 - red : red).toBeLessThan(40);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      expect(await page.evaluate(CONTRASTS)).toEqual([]);
    },
  );

  test('on paper it is light, and everything is unfolded', async () => {
    const page = await open(EVERYTHING);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.getByRole('searchbox').isVisible()).toBe(false);
    for (const heading of await page.locator('.inside h4').all())
      expect(await heading.isVisible()).toBe(true);
  });

  test('without scripts everything is shown, and no tool that does nothing', async () => {
    const page = await open(EVERYTHING, (text) => text.replace(/<script>.*<\/script>/s, ''));
    expect(await shown(page)).toHaveLength(EVERYTHING.packages.length);
    expect(await page.locator('.tools').isVisible()).toBe(false);
  });

  test.each([1200, 400])('nothing sticks out at a width of %i', async (width) => {
    const page = await open(EVERYTHING);
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  test('two thousand packages are searched', async () => {
    const page = await open(longReport(2000));
    await page.getByRole('searchbox').fill('package-1999');
    expect(await shown(page)).toEqual(['package-1999']);
  });

  const ELEMENTS = new Set(
    'html head meta title style body header h1 h2 h3 h4 p strong span div input button output main section article a dl dt dd code mark details summary script'.split(
      ' ',
    ),
  );

  interface Seen {
    readonly elements: readonly string[];
    readonly handlers: readonly string[];
    readonly links: readonly string[];
    readonly names: readonly string[];
    readonly identities: readonly string[];
    readonly reasons: readonly string[];
  }
  const SEEN = `(() => {
    const all = [...document.querySelectorAll('*')];
    const texts = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent);
    return {
      elements: [...new Set(all.map((element) => element.localName))],
      handlers: all.flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith('on') || name === 'style'),
      links: [...document.querySelectorAll('[href], [src], [action]')].map((element) => element.getAttribute('href') ?? 'other'),
      names: texts('details .name'),
      identities: texts('details .signer'),
      reasons: texts('details .inside > p:not(.history)'),
    };
  })()`;

  test('hostile names, identities and reasons stay text', async () => {
    const reports = fc.sample(hostileReport, { numRuns: 20, seed: 7 });
    expect(reports.flatMap(({ packages }) => packages).length).toBeGreaterThan(20);
    for (const report of reports) {
      const page = await open(report);
      const seen = await page.evaluate<Seen>(SEEN);
      for (const name of seen.elements) expect(ELEMENTS).toContain(name);
      expect(seen.handlers).toEqual([]);
      for (const link of seen.links) expect(link).toMatch(/^#package-\d+$/);
      expect(sorted(seen.names)).toEqual(sorted(report.packages.map(({ name }) => exact(name))));
      expect(sorted(seen.reasons)).toEqual(
        sorted(report.packages.map(({ reason = '' }) => printable(reason))),
      );
      expect(await page.locator('article').count()).toBe(report.findings.length);
      await page.close();
    }
    expect(requests).toHaveLength(reports.length);
    expect(complaints).toEqual([]);
  });
});
