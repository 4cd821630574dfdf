import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './workspace.ts'

/** What a package weighs, in bytes. */
export interface Sizes {
  /** What lies in node_modules, and what is downloaded. */
  readonly unpacked: number
  readonly packed: number
  /** What a program loads: scripts and WebAssembly, without maps and types, as they are and compressed. */
  readonly code: number
  readonly gzip: number
}

/** Sizes of a package as npm would pack it; it must have been built. */
export function sizesOf(folder: string): Sizes {
  const cwd = join(root, folder)
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ unpackedSize, size, files }] = JSON.parse(output) as [
    { unpackedSize: number; size: number; files: { path: string }[] },
  ]
  const code = Buffer.concat(
    files.filter(({ path }) => /\.(js|wasm)$/.test(path)).map(({ path }) => readFileSync(join(cwd, path))),
  )
  return { unpacked: unpackedSize, packed: size, code: code.length, gzip: gzipSync(code).length }
}
