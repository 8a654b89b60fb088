import { inputError } from '../errors.ts';
import { OPTIONS, type OptionSpec } from './options.ts';

/**
 * Splits a command line into our options and what is for other programs, the latter untouched and in its order. Only an exact
 * option name is ours (no abbreviations, which could shadow an option that pip has or gets); `--` ends ours, and what follows
 * it is told apart.
 */
export function splitArguments(argv: readonly string[]): {
  readonly ours: readonly string[];
  readonly pipArgs: readonly string[];
  readonly afterEnd: readonly string[];
} {
  const ours: string[] = [];
  const pipArgs: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--') return { ours, pipArgs, afterEnd: argv.slice(i + 1) };
    const option = ourOption(arg);
    if (option === undefined) {
      pipArgs.push(arg);
    } else if (option.spec.type === 'boolean') {
      // `--strict=yes` must not mean less than `--strict`.
      if (option.value !== undefined) throw inputError('usage', `\`--${option.name}\` takes no value`);
      ours.push(`--${option.name}`);
    } else {
      const value = option.value ?? argv[++i];
      refuseForgotten(arg, option, value);
      ours.push(`--${option.name}=${value}`);
    }
  }
  return { ours, pipArgs, afterEnd: [] };
}

/**
 * An option without a value, with another of ours in its place, which must not get lost, or with an empty one: of a variable
 * that is not set, of which the parser would leave nothing beside other values.
 */
function refuseForgotten(
  arg: string,
  { spec: { placeholder = 'VALUE' }, value: own }: OurOption,
  value: string | undefined,
): asserts value is string {
  const isTaken =
    own === undefined && value !== undefined && (value === '--' || ourOption(value) !== undefined);
  if (value === undefined || value === '' || isTaken)
    throw inputError('usage', `\`${arg.replace(/=$/, '')}\` needs a value (\`${placeholder}\`)`);
}

interface OurOption {
  readonly name: string;
  readonly spec: OptionSpec;
  readonly value?: string;
}

/**
 * Refuses an option that is ours and says nothing to this command: ignored, it would seem to have been heeded.
 *
 * @throws ProvpinError, exit code 2
 */
export function refuseForeignOptions(
  ours: readonly string[],
  { name, options }: { readonly name: string; readonly options: readonly string[] },
): void {
  const foreign = ours
    .map((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? arg)
    .find((option) => !options.includes(option) && option !== 'help' && option !== 'version');
  if (foreign === undefined) return;
  const command = name === '' ? 'provpin' : `provpin ${name}`;
  throw inputError('usage', `\`${command}\` does not take \`--${foreign}\``, [
    `\`${command} --help\` shows what it takes`,
  ]);
}

function ourOption(arg: string): OurOption | undefined {
  const long = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
  if (long !== null) {
    const [, name = '', value] = long;
    const spec = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    return spec && { name, spec, ...(value === undefined ? {} : { value }) };
  }
  const short = /^-([A-Za-z])(.*)$/s.exec(arg);
  const found = short && Object.entries(OPTIONS).find(([, spec]) => spec.alias === short[1]);
  if (!short || !found) return undefined;
  const [name, spec] = found;
  const rest = short[2] ?? '';
  if (rest === '') return { name, spec };
  return spec.type === 'boolean' ? undefined : { name, spec, value: rest };
}
