import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'
import type { Package } from './workspace.ts'

export interface Walls {
  /** Core's rooms from the ground up; a room imports only rooms of earlier rows. */
  readonly rooms: readonly (readonly string[])[]
  /** Names of the packages that may import Node's own modules; the others may import their types. */
  readonly node: readonly string[]
}

/** The specifiers a TypeScript source imports or re-exports, types and `import()` included. */
export const importsOf = (source: string): string[] =>
  ts.preProcessFile(source, true, true).importedFiles.map((file) => file.fileName)

/** Those that are left at run time, when types are gone. */
const importsAtRunTime = (source: string): string[] =>
  importsOf(
    ts.transpileModule(source, { compilerOptions: { verbatimModuleSyntax: true, target: ts.ScriptTarget.ES2022 } })
      .outputText,
  )

/** What is wrong with the imports of one file (`path` from its package's folder, as `src/index.ts`); empty: nothing. */
export function breaches(owner: Package, path: string, source: string, walls: Walls): string[] {
  const imports = importsOf(source)
  const real = imports.some(isBuiltin) ? importsAtRunTime(source) : imports
  return imports.flatMap((specifier) => {
    if (isBuiltin(specifier) && !real.includes(specifier)) return []
    const reason = specifier.startsWith('.')
      ? relativeBreach(owner, path, specifier, walls)
      : packageBreach(owner, path, specifier, walls)
    return reason === undefined ? [] : [`${owner.folder}/${path} imports ${specifier}: ${reason}`]
  })
}

function relativeBreach(owner: Package, path: string, specifier: string, walls: Walls): string | undefined {
  const target = posix.join(posix.dirname(path), specifier)
  if (target.startsWith('..')) return 'leaves its package'
  if (!path.startsWith('src/')) return undefined
  if (!target.startsWith('src/')) return 'leaves src'
  return owner.manifest.name === '@hillock/core' ? roomBreach(roomOf(path), roomOf(target), walls.rooms) : undefined
}

function packageBreach(owner: Package, path: string, specifier: string, walls: Walls): string | undefined {
  if (!path.startsWith('src/')) return undefined
  const { name, dependencies, peerDependencies, optionalDependencies } = owner.manifest
  if (isBuiltin(specifier))
    return walls.node.includes(name) ? undefined : 'a module of Node in a package for browsers too'
  if (name === '@hillock/core') return 'core imports nothing outside itself'
  const wanted = packageOf(specifier)
  if (owner.folder.startsWith('plugins/') && wanted.startsWith('@hillock/') && !forPlugins.includes(wanted))
    return 'of hillock a plugin imports core, and the kernels for devices, alone'
  return wanted in { ...dependencies, ...peerDependencies, ...optionalDependencies }
    ? undefined
    : 'not a declared dependency'
}

/** What plugins build on. */
const forPlugins = ['@hillock/core', '@hillock/device']

function roomBreach(from: string, to: string, rooms: Walls['rooms']): string | undefined {
  if (from === to || from === 'index') return undefined
  const level = (room: string) => rooms.findIndex((row) => row.includes(room))
  if (level(from) < 0) return `the room ${from} is not in the table of rooms`
  if (level(to) < 0) return `the room ${to} is not in the table of rooms`
  return level(to) < level(from) ? undefined : `the room ${to} is not below ${from}`
}

/**
 * Files that import each other in a circle, types included: each circle as the paths along it. `sources`: what stands in each file of a package,
 * by its path.
 */
export function circles(sources: ReadonlyMap<string, string>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.push([...trail.slice(at), path])
    if (at >= 0 || done.has(path)) return
    trail.push(path)
    for (const specifier of importsOf(sources.get(path) ?? ''))
      if (specifier.startsWith('.')) visit(posix.join(posix.dirname(path), specifier))
    trail.pop()
    done.add(path)
  }
  for (const path of sources.keys()) visit(path)
  return found
}

/** `src/equations/parse.ts` -> `equations`, `src/session.ts` -> `session`. */
const roomOf = (path: string): string => path.split('/')[1]!.replace(/\.ts$/, '')

/** `@a/b/c` -> `@a/b`, `a/b` -> `a`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
