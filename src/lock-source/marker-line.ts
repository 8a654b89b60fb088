/**
 * Whether a marker that is written behind a requirement, on a line that pip reads, is still nothing but a marker: none may begin a
 * comment, an option (a hash of its own) or another line, nor have pip expand a variable.
 *
 * Source: pip, "Requirements File Format"; `break_args_options` and `preprocess` in its `req_file.py`.
 */
export function staysMarker(marker: string): boolean {
  return !/[^ -~]|[#\\$]|(?:^|["' ])-/.test(marker);
}
