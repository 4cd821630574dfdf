// Options that several commands have.
import { type Command, Option } from 'commander'
import { oneOf, seconds, whole } from './option-values.ts'

/** Adds a command with an example of its use. */
export type Add = (name: string, description: string, example: string) => Command

export const seed = () =>
  new Option('--seed <n>', 'seed of all random numbers (default: 0)').argParser(whole(0, 2 ** 32 - 1))
export const threads = () =>
  new Option('--threads <n>', 'number of threads, if the backend has threads').argParser(whole(1))
export const backend = () =>
  new Option(
    '--backend <name>',
    'which backend computes: one of `hillock info`, or "auto" (default: "wasm" if installed, else "reference")',
  )
export const device = () =>
  new Option('--device <n>', 'which GPU, counted from 0, if the backend has several').argParser(whole(0))
export const data = () =>
  new Option(
    '--data <dir>',
    'folder with the files of the data set, or with a subfolder of its name (default: HILLOCK_DATA)',
  )
export const option = (flags: string, description: string, names: readonly string[]) =>
  new Option(flags, description).choices(names).argParser(oneOf(names))
export const dt = () => new Option('--dt <seconds>', 'length of a time step').argParser(seconds)
export const timeUnit = () =>
  option('--time-unit <unit>', 'unit of the time constants in the file (default: "s")', ['s', 'ms', 'step'])
export const method = () => option('--method <name>', 'how a step is computed (default: "euler")', ['euler', 'exact'])
export const simulators = ['snntorch', 'norse', 'sinabs', 'spikingjelly']
export const tests = ['each', 'last', 'never']
export const searches = ['grid', 'random', 'tpe']
export const json = () => new Option('--json', 'print one JSON object per line')
