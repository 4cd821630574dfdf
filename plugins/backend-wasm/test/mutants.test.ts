import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { wasm } from '@hillock/backend-wasm'
import { backendConformance } from '@hillock/testkit'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

// The suite for backends has to see each fault by which lanes that are no neurons could come to count.

const home = fileURLToPath(new URL('../', import.meta.url))
mkdirSync(join(home, 'out-tsc'), { recursive: true })
const folder = mkdtempSync(join(home, 'out-tsc', 'mutants-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Mutant {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Copies the package with one text of it replaced. */
function copied(name: string, { file, from, to }: Mutant): void {
  const copy = copyOf(name)
  for (const part of ['src', 'assembly', 'wasm', 'asconfig.json', 'package.json'])
    cpSync(join(home, part), join(copy, part), { recursive: true })
  const text = readFileSync(join(copy, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(copy, file), text.replace(from, to))
}

const copyOf = (name: string): string => join(folder, name.replaceAll(/\W+/g, '-'))

/** What makes the backend of a copy. */
const changed = async (name: string): Promise<typeof wasm> => (await import(join(copyOf(name), 'src', 'index.ts'))).wasm

/** Compiles the kernels of copies, one after the other in one process, where the compiler is soon at full speed. */
function compile(names: readonly string[]): void {
  const script = `
    import asc from 'assemblyscript/asc'
    for (const folder of ${JSON.stringify(names.map(copyOf))}) {
      process.chdir(folder)
      const { error, stderr } = await asc.main(['assembly/index.ts', '--target', 'kernels', '--disableWarning', '-O1'])
      if (error) throw new Error(\`\${folder}: \${stderr}\`)
    }`
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { cwd: home, stdio: 'pipe' })
}

/** The errors of those tests of the suite that have the name. */
async function errorsOf(create: typeof wasm, only: string): Promise<string[]> {
  const bodies: (() => unknown)[] = []
  const add = (name: string, body: () => unknown) => void (name === only && bodies.push(body))
  const runner = { describe: (_: string, body: () => void) => body(), test: Object.assign(add, { skip: () => {} }) }
  backendConformance({ name: 'mutant', create: () => create({ threads: 1 }), programs: 0, decorated: false, runner })
  expect(bodies).not.toHaveLength(0)
  const errors: string[] = []
  for (const body of bodies) {
    try {
      await body()
    } catch (error) {
      errors.push(String(error))
    }
  }
  return errors
}

const neighbours = (what: string) => `${what} leaves its neighbours as they are`

const mutants: Record<string, Mutant & { readonly seen: string }> = {
  'keeps the bits of all lanes of a scan': {
    file: 'src/scan.ts',
    from: 'openWords(code, spikesIn, spikesOut, neurons, at)',
    to: 'openWords(code, spikesIn, spikesOut, 32, at)',
    seen: 'neurons that fire by a threshold below 0',
  },
  'keeps the bits of all lanes of a scan, for a gradient': {
    file: 'src/scan.ts',
    from: 'openWords(code, spikesIn, spikesOut, neurons, at)',
    to: 'openWords(code, spikesIn, spikesOut, 32, at)',
    seen: neighbours('a gradient of neurons that fire by themselves'),
  },
  'keeps the bits of all lanes of needed neurons': {
    file: 'src/scan.ts',
    from: 'openWords(code, spikesIn, spikesOut, neurons, at)',
    to: 'openWords(code, spikesIn, spikesOut, 32, at)',
    seen: 'where an error is needed',
  },
  'keeps the bits of all lanes of a scan that sees whole layers': {
    file: 'src/layer-wide-scan.ts',
    from: 'openWords(code, spikesIn, spikesOut, neurons, at)',
    to: 'openWords(code, spikesIn, spikesOut, 32, at)',
    seen: 'neurons that fire by more winners than neurons',
  },
  'takes a panel that is as wide as a full one for full': {
    file: 'src/layout.ts',
    from: 'size - 32 * (panelsOf(size) - 1)',
    to: 'paddedSize(size) - 32 * (panelsOf(size) - 1) === 32 ? 32 : size - 32 * (panelsOf(size) - 1)',
    seen: 'neurons that fire by a rhythm of its own',
  },
  'leaves bits where memory was used before': {
    file: 'src/backend.ts',
    from: 'if (size % 32 === 0) return',
    to: 'if (size > 0) return',
    seen: neighbours('a product of spikes that were never written'),
  },
  'draws for lanes': {
    file: 'assembly/random.ts',
    from: 'for (let n = 0; n < neurons; n++) {\n      const probability',
    to: 'for (let n = 0; n < padded(neurons); n++) {\n      const probability',
    seen: 'neurons that fire by a small chance',
  },
  'packs more spikes than there are': {
    file: 'assembly/pack.ts',
    from: 'let word: u32 = 0\n        for (let n = 0; n < used; n++)',
    to: 'let word: u32 = 0\n        for (let n = 0; n < 32; n++)',
    seen: neighbours('a^T b of spikes'),
  },
  'unpacks more numbers than there are': {
    file: 'assembly/pack.ts',
    from: 'memory.copy(rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2), source, <usize>used << 2)',
    to: 'memory.copy(rows + (<usize>((t * batch + b) * neurons + (p << 5)) << 2), source, <usize>width << 2)',
    seen: 'quotients of each neuron',
  },
  'sums lanes': {
    file: 'assembly/sums.ts',
    from: 'if (n + 3 < neurons) sum +=',
    to: 'sum +=',
    seen: 'quotients of each neuron',
  },
  'multiplies lanes': {
    file: 'assembly/gemm.ts',
    from: 'const depth = inner - (q << 5) < 32 ? inner - (q << 5) : 32',
    to: 'const depth = widthOf(q, inner)',
    seen: 'quotients of each neuron',
  },
  'makes gradients for lanes': {
    file: 'assembly/gemm.ts',
    from: 'const height = inputs - (q << 5) < 32 ? inputs - (q << 5) : 32',
    to: 'const height = widthOf(q, inputs)',
    seen: neighbours('a^T b of reals'),
  },
  'makes gradients for lanes of samples': {
    file: 'assembly/sparse-transposed.ts',
    from: 'const height = inputs - (q << 5) < 32 ? inputs - (q << 5) : 32',
    to: 'const height = widthOf(q, inputs)',
    seen: neighbours('a^T b of reals'),
  },
  'lists lanes among the inputs that are not 0': {
    file: 'assembly/sparse.ts',
    from: 'const from = a + <usize>q * panel + <usize>r * (widthOf(q, inner) == 32 ? full : last)\n    const used = inner - (q << 5) < 32 ? inner - (q << 5) : 32',
    to: 'const from = a + <usize>q * panel + <usize>r * (widthOf(q, inner) == 32 ? full : last)\n    const used = widthOf(q, inner)',
    seen: 'quotients of each neuron, few of them not 0',
  },
  'multiplies lanes of errors that are needed': {
    file: 'assembly/masked.ts',
    from: 'for (let n = inner; n < padded(inner); n++) store<f32>(row + (<usize>n << 2), 0)',
    to: '',
    seen: 'where an error is needed',
  },
  'multiplies lanes of weights with errors that are needed': {
    file: 'assembly/masked.ts',
    from: '<usize>used << 2)\n      for (let n = used; n < width; n++) store<f32>(target + (<usize>n << 2), 0)',
    to: '<usize>width << 2)',
    seen: 'where an error is needed',
  },
  'lets lanes win': {
    file: 'assembly/layer.ts',
    from: 'const end = n + 4 < size ? n + 4 : size',
    to: 'const end = n + 4',
    seen: 'neurons that fire by a few winners',
  },
  'multiplies lanes by a matrix': {
    file: 'assembly/product.ts',
    from: 'if (size - n < 4) mask &= (1 << (size - n)) - 1',
    to: '',
    seen: 'neurons that fire by spikes that come back',
  },
  'sends adjoints through a matrix the wrong way': {
    file: 'src/layer-wide.ts',
    from: "op === 'product' ? block : transposed(machine, block)",
    to: 'block',
    seen: '33 neurons of 3 samples',
  },
  'adds lanes to the sum of a layer': {
    file: 'assembly/layer.ts',
    from: 'for (let at = x, end = x + (<usize>size << 2)',
    to: 'for (let at = x, end = x + (<usize>padded(size) << 2)',
    seen: 'quotients that compete',
  },
  'keeps the bit of one lane more than there are neurons': {
    file: 'src/spike-bits.ts',
    from: '(1 << neurons) - 1',
    to: '(1 << (neurons + 1)) - 1',
    seen: 'neurons that fire by a threshold below 0',
  },
  'names a neuron beyond the last one': {
    file: 'src/events.ts',
    from: 'const word = words[at++]!',
    to: 'const word = words[at++]! | (panel === panelsOf(size) - 1 && size % 32 ? 1 << size % 32 : 0)',
    seen: 'neurons that fire by a threshold below 0',
  },
  'counts lanes among the spikes': {
    file: 'assembly/sums.ts',
    from: 'else sum = <f64>countOf(a',
    to: 'else sum = <f64>(padded(neurons) - neurons) + <f64>countOf(a',
    seen: 'neurons that fire by a threshold below 0',
  },
  'sums time for a full panel': {
    file: 'assembly/sums.ts',
    from: 'c < stride; c += 16) {\n      let sum',
    to: 'c < 128; c += 16) {\n      let sum',
    seen: 'neurons that fire by a threshold below 0',
  },
  'draws numbers for a full panel': {
    file: 'assembly/uniforms.ts',
    from: 'n < padded(neurons); n += 4',
    to: 'n < ((neurons + 31) & ~31); n += 4',
    seen: 'neurons that fire by a threshold drawn at each step',
  },
  'clears errors of full panels before it picks out those that are needed': {
    file: 'assembly/masked.ts',
    from: '<usize>(steps * padded(neurons)) << 2)\n    for (let t',
    to: '<usize>(steps * words) << 7)\n    for (let t',
    seen: neighbours('a b^T where needed of reals'),
  },
  'writes winners of a full panel': {
    file: 'assembly/layer.ts',
    from: 'end = <usize>padded(size) << 2; at < end; at += 16) {\n    const value',
    to: 'end = <usize>((size + 31) & ~31) << 2; at < end; at += 16) {\n    const value',
    seen: 'neurons that fire by more winners than neurons',
  },
  'writes the sum of a layer to a full panel': {
    file: 'assembly/layer.ts',
    from: 'end = out + (<usize>padded(size) << 2)',
    to: 'end = out + (<usize>((size + 31) & ~31) << 2)',
    seen: 'neurons that fire by winners that tire',
  },
}

describe('the suite sees a backend that', () => {
  const same = 'has nothing changed, in no test'

  beforeAll(() => {
    const all: Record<string, Mutant> = { ...mutants, [same]: { file: 'assembly/index.ts', from: '', to: '' } }
    for (const [name, mutant] of Object.entries(all)) copied(name, mutant)
    compile(Object.keys(all).filter((name) => all[name]!.file.startsWith('assembly')))
  }, 120_000)

  test.each(Object.entries(mutants))(
    '%s',
    async (name, { seen }) => {
      const errors = await errorsOf(await changed(name), seen)
      // wrong numbers, or an access beyond all memory
      expect(errors).toEqual([expect.stringMatching(/expected exactly|RuntimeError/)])
    },
    120_000,
  )

  test(same, async () => {
    const create = await changed(same)
    for (const name of new Set(Object.values(mutants).map(({ seen }) => seen)))
      expect(await errorsOf(create, name)).toEqual([])
  }, 120_000)
})
