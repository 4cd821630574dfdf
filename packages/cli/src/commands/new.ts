import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HillockError } from '@hillock/core'
import { encoders, exportOf, neurons, type PluginKind } from '@hillock/recipes'
import { reasonOf } from '../output/reasons.ts'
import { findPlugins } from '../plugins/plugins.ts'
import type { Shape } from '../shapes.ts'
import { pluginFiles } from '../template.ts'

/** How the command line is told to use a plugin. */
const optionFor: Readonly<Record<PluginKind, (name: string) => string>> = {
  learner: (name) => `--learner ${name}`,
  backend: (name) => `--backend ${name}`,
  neuron: (name) => `--set network.1.neuron=${name}`,
  encoder: (name) => `--set 'encoder={"name":"${name}"}'`,
}

/**
 * Writes a package `hillock-<kind>-<name>` into the working directory: a plugin that builds and passes its conformance suite. Throws
 * HILLOCK_USAGE if the name cannot be used, HILLOCK_OUTPUT if the folder already exists or cannot be written.
 */
export async function createPlugin(
  kind: PluginKind,
  name: string,
  { shape }: { readonly shape?: Shape } = {},
): Promise<void> {
  if (shape !== undefined && kind !== 'learner') {
    const hint = `omit --shape, or run: hillock new learner ${name} --shape ${shape}`
    throw new HillockError('HILLOCK_USAGE', `--shape is only for learners, not for a ${kind}`, { hint })
  }
  const files = pluginFiles(kind, name, undefined, shape)
  const ours = `@hillock/${kind}-${name}`
  if (findPlugins().some((plugin) => plugin.package === ours)) {
    const hint = `call it my-${name}`
    throw new HillockError('HILLOCK_USAGE', `${ours} is installed, and hillock would find it first`, { hint })
  }
  const known: Readonly<Record<string, object>> = { neuron: neurons, encoder: encoders }
  if (Object.hasOwn(known[kind] ?? {}, exportOf(name))) {
    const hint = `call it my-${name}`
    throw new HillockError('HILLOCK_USAGE', `hillock already has a ${kind} '${exportOf(name)}'`, { hint })
  }
  const folder = `hillock-${kind}-${name}`
  await mkdir(folder).catch(async (cause: NodeJS.ErrnoException) => {
    const taken = cause.code === 'EEXIST'
    const found = taken ? 'already exists' : `cannot be made: ${await reasonOf(cause, '.')}`
    const hint = taken
      ? 'choose another name, or another folder to run this in'
      : 'run this in a folder that you can write to'
    throw new HillockError('HILLOCK_OUTPUT', `${folder} ${found}`, { hint, cause })
  })
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text, { flag: 'wx' })
    }
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    const found = `${folder} cannot be written: ${await reasonOf(cause, folder)}`
    throw new HillockError('HILLOCK_OUTPUT', found, { hint: 'run this on a disk with room', cause })
  }
  const next = ['npm install', 'npm test', `npx hillock train --recipe demo ${optionFor[kind](name)}`]
  process.stdout.write(
    `${folder} is written. Next:\n\n${[`cd ${folder}`, ...next].map((line) => `  ${line}\n`).join('')}`,
  )
}
