import { suggestion } from '../suggestion.ts'
import { functions, isFunction } from './functions.ts'

// What to write in place of what other languages have: tables, in which a word costs a line.

type Table = Readonly<Record<string, string>>

const choice = "write a choice as 'where(condition, a, b)'"
const both = "write 'a * b' of two conditions"
const either = "write 'max(a, b)' of two conditions"
const negated = "write a negated condition as '1 - condition'"
const declared = 'omit it: a name is declared by setting it'
const quotes = 'omit the quotes'
const oneStep = 'write what one neuron does in one step: that is done for every neuron and step'

const characters: Table = {
  '^': "write a power as 'a ** b'",
  ';': 'write one statement a line',
  '?': choice,
  ':': choice,
  '&': both,
  '|': either,
  '!': "write 'not equal' as '!=', and a negated condition as '1 - condition'",
  '~': negated,
  '%': "write the remainder as 'a - b * floor(a / b)'",
  '@': "'input' is what the weights have made of the spikes below",
  '[': "write the value of the step before as 'prev(v)'; there are no lists",
  "'": quotes,
  '"': quotes,
  '−': "write '-'",
  '×': "write '*'",
  '·': "write '*'",
  '÷': "write '/'",
  '≤': "write '<='",
  '≥': "write '>='",
  '≠': "write '!='",
  '²': "write '** 2'",
}

const words: Table = {
  if: choice,
  else: choice,
  elif: choice,
  and: both,
  or: either,
  not: negated,
  is: "compare with '=='",
  return: "set 'spike' to what goes out",
  let: declared,
  const: declared,
  var: declared,
  for: oneStep,
  while: oneStep,
  def: oneStep,
}

/** What to write for functions of these names. */
const functionsElsewhere: readonly (readonly [text: string, ...names: string[]])[] = [
  ['clip(x, low, high)', 'clamp', 'hardtanh'],
  ['max(a, b)', 'maximum', 'fmax'],
  ['min(a, b)', 'minimum', 'fmin'],
  ['abs(x)', 'fabs', 'absolute'],
  ['a ** b', 'pow', 'power'],
  ['x ** 2', 'square'],
  ['(x > 0) - (x < 0)', 'sign', 'sgn'],
  ['heaviside(x)', 'step', 'theta'],
  ['uniform()', 'rand', 'random', 'rand_like'],
  ['uniform() < p', 'bernoulli'],
  ['detach(x)', 'stop_gradient'],
  ['where(condition, a, b)', 'if', 'ifelse', 'select', 'cond'],
  ['1 - condition', 'not', 'logical_not'],
  ['a * b', 'and', 'logical_and', 'mul', 'multiply'],
  ['max(a, b)', 'or', 'logical_or'],
  ['floor(x + 0.5)', 'round', 'rint'],
  ['-floor(-x)', 'ceil'],
  ['floor(x)', 'int', 'trunc'],
  ['a - b * floor(a / b)', 'mod', 'fmod', 'remainder'],
  ['sin(x) / cos(x)', 'tan'],
  ['log(1 + exp(x))', 'softplus'],
  ['log(x) / log(2)', 'log2'],
  ['total(x)', 'sum'],
  ['x', 'float', 'double', 'bool'],
]

const synonyms: Table = Object.fromEntries(
  functionsElsewhere.flatMap(([text, ...names]) => names.map((name) => [name, text])),
)

const constants: Table = {
  true: '1',
  false: '0',
  none: '0',
  null: '0',
  pi: 'pi',
  π: 'pi',
  e: 'exp(1)',
  inf: '1e30',
  infinity: '1e30',
}

const modules = ['torch', 'np', 'numpy', 'jnp', 'math', 'Math', 'F', 'tf', 'nn']

const of = (table: Table, key: string): string | undefined => (Object.hasOwn(table, key) ? table[key] : undefined)
const write = (text: string | undefined): string | undefined => text && `write '${text}'`

/** For a word that stands where no name can. */
export const wordHint = (word: string): string | undefined => of(words, word)

/** For a name that stands for nothing. */
export const nameHint = (name: string): string | undefined => write(of(constants, name.toLowerCase())) ?? wordHint(name)

/** For a function that there is none of. */
export const callHint = (name: string): string => {
  const known = Object.keys(functions)
  return write(of(synonyms, name.toLowerCase())) ?? suggestion(name, known) ?? `there are ${known.join(', ')}`
}

/** For a character that the language does not have, at its place in a line. */
export function characterHint(line: string, at: number): string | undefined {
  const character = String.fromCodePoint(line.codePointAt(at)!)
  if (character === '.') return dotHint(line, at)
  const letter = /\p{L}/u.test(character) ? "names are made of the letters a to z, digits and '_'" : undefined
  return write(of(constants, character)) ?? of(characters, character) ?? letter
}

/** For `torch.exp`, `v.clamp`, `self.beta`. */
function dotHint(line: string, at: number): string | undefined {
  const owner = /[A-Za-z_]\w*$/.exec(line.slice(0, at))?.[0]
  const member = /^\.([A-Za-z_]\w*)/.exec(line.slice(at))?.[1]
  if (owner === undefined || member === undefined) return undefined
  if (owner === 'self' || owner === 'this') return write(member)
  const module = modules.includes(owner)
  if (isFunction(member)) return write(`${member}(${module ? '...' : owner})`)
  const constant = module ? of(constants, member.toLowerCase()) : undefined
  return write(constant) ?? (module || Object.hasOwn(synonyms, member) ? callHint(member) : undefined)
}
