import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Need } from '@hillock/testing'
import type { Driver } from '../src/driver.ts'
import { compilePtx, type RunGroup } from './ptx/run.ts'

const ptxas = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'ptxas'))
  .find((path) => existsSync(path))

/** The assembler of CUDA's toolkit, which is looked for and not asked for. */
export const assembler: Need = {
  found: ptxas !== undefined,
  missing: 'there is no ptxas on this machine',
  optional: true,
}

/** The GPU that all kernels are written for, or the oldest that the assembler knows: CUDA 13 has left out what came before sm_75. */
export const oldest = (): string =>
  execFileSync(ptxas!, ['--help'], { encoding: 'utf8' }).includes("'sm_50'") ? 'sm_50' : 'sm_75'

export interface Double extends Driver {
  /** The texts that were loaded. */
  readonly texts: readonly string[]
}

/** A driver on memory of this process, full of numbers that nobody wrote; kernels are run from their PTX. */
export function double({ bytes = 2 ** 26 } = {}): Double {
  const words = new Uint32Array(bytes / 4).fill(0x7f7f7f7f)
  const memory = { words, reals: new Float32Array(words.buffer) }
  const texts: string[] = []
  let end = 256
  return {
    description: 'PTX as JavaScript',
    texts,
    alloc(wanted) {
      const at = end
      end += Math.ceil(wanted / 256) * 256
      if (end > bytes) throw new Error(`the double has no ${wanted} bytes left`)
      return at
    },
    write(address, values) {
      new Uint8Array(words.buffer, address, values.byteLength).set(
        new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      )
    },
    read: async (address, count) => words.buffer.slice(address, address + count),
    load(text) {
      texts.push(text)
      return compilePtx(text)
    },
    launch(kernel, groups, threads, args) {
      const { run, threads: declared } = kernel as { run: RunGroup; threads: number }
      if (threads !== declared || groups < 1) throw new Error(`a launch of ${groups} groups of ${threads} threads`)
      for (let group = 0; group < groups; group++) run(memory, args, group)
    },
    dispose() {},
  }
}

/** Has texts of one head assembled, all in one file; throws what the assembler says of them. */
export function assemble(texts: readonly string[], architecture: string): void {
  const file = join(mkdtempSync(join(tmpdir(), 'hillock-ptx-')), 'all.ptx')
  const [head] = /^(\..*\n){3}/.exec(texts[0]!)!
  const bodies = texts.map((text, i) => text.slice(head.length).replace(/\.entry \w+/, `.entry kernel_${i}`))
  writeFileSync(file, head + bodies.join('\n'))
  // as little is optimized as can be: what is asked is whether they are taken
  execFileSync(ptxas!, ['-O0', `-arch=${architecture}`, '-o', join(file, '..', 'all.cubin'), file], {
    encoding: 'utf8',
  })
}
