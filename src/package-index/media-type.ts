/** The media type of a Content-Type header field (RFC 9110, 8.3), lower case, without its parameters. */
export function mediaTypeOf(contentType: string): string {
  return contentType.replace(/;.*$/su, '').trim().toLowerCase();
}
