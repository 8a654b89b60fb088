/** What a wheel's file has in the archive. */
export interface WheelFile {
  /** Lower-case hex, of the bytes themselves. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** The content, of a script that installers rewrite. */
  readonly content?: Uint8Array;
}

/** A `console_scripts` or `gui_scripts` entry point: installers write a program for it. */
export interface EntryPoint {
  /** Of the program. */
  readonly name: string;
  readonly module: string;
  /** The attribute of the module that is called, with dots. */
  readonly attribute: string;
}

/** A wheel that agrees with its own RECORD. */
export interface Wheel {
  /** Path in the archive to what is there; the RECORD itself, which installers rewrite, is left out. */
  readonly files: ReadonlyMap<string, WheelFile>;
  /** `NAME-VERSION.dist-info`, as the wheel spells it. */
  readonly distInfo: string;
  readonly isPurelib: boolean;
  readonly entryPoints: readonly EntryPoint[];
}

export type WheelReading =
  | { readonly kind: 'wheel'; readonly wheel: Wheel }
  /** One printable line that says why nothing can be compared with it. */
  | { readonly kind: 'malformed'; readonly reason: string };
