import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The part of a package.json that the checks look at. */
export interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, unknown>
  readonly bin?: Record<string, string>
}

export interface Package {
  /** From the root, with forward slashes: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

const generated = new Set(['node_modules', 'dist', 'out', 'out-tsc', 'test-results', 'coverage', 'api', '.git', '.nx'])

/** Every file below a folder, as paths from the root; what is generated is left out. */
export function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : filesIn(path)
    return entry.isFile() ? [path] : []
  })
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The publishable packages: all of packages/ and plugins/. */
export function packages(): Package[] {
  return ['packages', 'plugins']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(read(`${folder}/package.json`)) as Manifest }))
}
