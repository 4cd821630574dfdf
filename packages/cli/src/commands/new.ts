import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HillockError } from '@hillock/core'
import { findPlugins, version } from '../plugins.ts'

export const kinds = ['learner', 'backend', 'neuron', 'encoder'] as const

const templates = join(dirname(dirname(import.meta.dirname)), 'templates')

/** Words that cannot be the name of a function. */
const reserved =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
  'function if implements import in instanceof interface let new null package private protected public return static super switch this ' +
  'throw true try typeof undefined var void while with yield'

/**
 * Writes a package `hillock-<kind>-<name>` into the working directory: a plugin that builds and passes its conformance suite. Errors:
 * HILLOCK_USAGE for a name that will not do, HILLOCK_OUTPUT where the folder is there already or cannot be written.
 */
export async function createPlugin(kind: (typeof kinds)[number], name: string): Promise<void> {
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const source = await readFile(join(templates, kind, 'src', 'index.ts'), 'utf8')
  checkName(kind, name, new Set([...source.match(/\w+/g)!, ...reserved.split(' ')]).has(camel))
  const folder = `hillock-${kind}-${name}`
  const fill = (text: string) =>
    text
      .replaceAll('template-kind', kind)
      .replaceAll('template-name', name)
      .replaceAll('templateName', camel)
      .replaceAll('TemplateName', camel[0]!.toUpperCase() + camel.slice(1))
      .replaceAll('hillock-range', `^${version()}`)
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const taken = cause.code === 'EEXIST'
    throw new HillockError(
      'HILLOCK_OUTPUT',
      `${folder} ${taken ? 'is there already' : `cannot be made: ${cause.message}`}`,
      {
        hint: taken
          ? 'choose another name, or another folder to run this in'
          : 'run this in a folder that can be written to',
        cause,
      },
    )
  })
  try {
    for (const from of ['common', kind]) await copy(join(templates, from), folder, fill)
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    const hint = 'run this where there is room left'
    throw new HillockError('HILLOCK_OUTPUT', `${folder} cannot be written: ${(cause as Error).message}`, {
      hint,
      cause,
    })
  }
  const uses = kind === 'learner' || kind === 'backend'
  const next = ['npm install', 'npm test', ...(uses ? [`npx hillock train --recipe demo --${kind} ${name}`] : [])]
  process.stdout.write(
    `${folder} is written. Next:\n\n${[`cd ${folder}`, ...next].map((line) => `  ${line}\n`).join('')}`,
  )
}

/** Errors: HILLOCK_USAGE. */
function checkName(kind: string, name: string, taken: boolean): void {
  const refuse = (found: string, hint: string): never => {
    throw new HillockError('HILLOCK_USAGE', found, { hint })
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40)
    refuse(`'${name}' is no name of a ${kind}`, 'give at most 40 small letters and digits, as in my-rule')
  if (taken) refuse(`'${name}' has a meaning of its own in the code of a ${kind}`, `call it my-${name}`)
  const ours = `@hillock/${kind}-${name}`
  if (findPlugins().some((plugin) => plugin.package === ours))
    refuse(`${ours} is installed, and would be found first`, `call it my-${name}`)
}

/** What npm gives a meaning of its own bears another name among the templates. */
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' }

async function copy(from: string, to: string, fill: (text: string) => string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, renamed[entry.name] ?? entry.name)]
    if (entry.isDirectory()) {
      await mkdir(target)
      await copy(source, target, fill)
    } else await writeFile(target, fill(await readFile(source, 'utf8')), { flag: 'wx' })
  }
}
