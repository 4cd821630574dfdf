import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HillockError } from '@hillock/core'
import { exportOf, isPluginName, type PluginKind } from '@hillock/recipes'
import { home, version } from './home.ts'
import type { Shape } from './shapes.ts'

const templates = join(home, 'templates')

/** What npm gives a meaning of its own bears another name among the templates. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' }

/** Words that cannot be the name of a function. */
const reserved =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
  'function if implements import in instanceof interface let new null package private protected public return static super switch this ' +
  'throw true try typeof undefined var void while with yield'

/**
 * The files of a plugin that builds and passes its conformance suite, by their paths within the package. `name` is in small letters, as
 * in my-rule; `called` is the package's name (default: hillock-<kind>-<name>), `shape` that of a learner. Throws HILLOCK_USAGE if the name cannot be
 * used.
 */
export function pluginFiles(
  kind: PluginKind,
  name: string,
  called = `hillock-${kind}-${name}`,
  shape: Shape = 'gradient',
): Map<string, string> {
  const camel = exportOf(name)
  const folders = ['common', kind, ...(shape === 'gradient' ? [] : [`${kind}-${shape}`])]
  const files = new Map(folders.flatMap((folder) => filesOf(join(templates, folder))))
  checkName(kind, name, new Set([...files.get('src/index.ts')!.match(/\w+/g)!, ...reserved.split(' ')]).has(camel))
  const fill = (text: string) =>
    text
      .replaceAll(/hillock-(template-kind|learner|backend|neuron|encoder)-template-name/g, called)
      .replaceAll('template-kind', kind)
      .replaceAll('template-name', name)
      .replaceAll('templateName', camel)
      .replaceAll('TemplateName', camel[0]!.toUpperCase() + camel.slice(1))
      .replaceAll('hillock-range', `^${version()}`)
  return new Map([...files].map(([path, text]) => [path, fill(text)]))
}

/** Throws HILLOCK_USAGE if a package cannot have this name. */
function checkName(kind: PluginKind, name: string, taken: boolean): void {
  const refuse = (found: string, hint: string): never => {
    throw new HillockError('HILLOCK_USAGE', found, { hint })
  }
  if (!isPluginName(name) || name.length > 40)
    refuse(
      `'${name}' is not a valid name for a ${kind}`,
      'use at most 40 lower-case letters and digits, such as my-rule',
    )
  if (taken) refuse(`'${name}' already has a meaning in the code of a ${kind}`, `call it my-${name}`)
}

function filesOf(folder: string, within = ''): [string, string][] {
  return readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = within === '' ? entry.name : `${within}/${entry.name}`
    if (entry.isDirectory()) return filesOf(folder, path)
    return [[renamed[path] ?? path, readFileSync(join(folder, path), 'utf8')] as [string, string]]
  })
}
