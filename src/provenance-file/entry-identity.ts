/** The identity column. What a repository's name may be is for its host to say; here only what a line can hold is. */

const KEY = /^key:sha256:[0-9a-f]{64}$/;
const MAILTO = /^mailto:[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;
/** No userinfo, port, query, fragment, percent-escape, empty or last empty segment; dot segments apart. */
const URL_OF_NAMES = /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.~-]+)+$/;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;

/** Whether text can be the identity of an entry: `https://HOST/NAME/…`, `mailto:ADDRESS`, `key:sha256:HEX` or `unsigned`. */
export function isEntryIdentity(text: string): boolean {
  if (text === 'unsigned' || KEY.test(text) || MAILTO.test(text)) return true;
  return URL_OF_NAMES.test(text) && !DOT_SEGMENT.test(text);
}
