import { arch, availableParallelism, cpus, platform } from 'node:os'
import { makeBackend } from '../equip.ts'
import { findPlugins, version } from '../plugins.ts'
import { printEvent } from '../programs.ts'
import { table } from '../table.ts'

/** Says what is installed and what of it works on this machine. */
export async function info({ json }: { readonly json?: boolean }): Promise<void> {
  const plugins = findPlugins()
  const names = new Set(['reference', ...plugins.filter(({ kind }) => kind === 'backend').map(({ name }) => name)])
  const backends = await Promise.all([...names].map(tryBackend))
  const about = {
    version: version(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
  }
  if (json) {
    printEvent('info', { ...about, plugins, backends })
    return
  }
  const rows = [
    ['hillock', about.version],
    ['Node.js', `${about.node}, ${about.platform}`],
    ['CPU', `${about.cpu}, ${about.cores} cores`],
    ...plugins.map((plugin) => [plugin.kind, `${plugin.name} (${plugin.package} ${plugin.version})`]),
    ...backends.map(({ name, available, reason }) => ['backend', `${name}: ${available ? 'available' : reason}`]),
  ]
  process.stdout.write(`${table(rows, 2)}\n`)
}

async function tryBackend(name: string): Promise<{ name: string; available: boolean; reason?: string }> {
  try {
    await (await makeBackend(name, undefined)).dispose()
    return { name, available: true }
  } catch (error) {
    return {
      name,
      available: false,
      reason: error instanceof Error ? error.message.replaceAll('\n', '; ') : String(error),
    }
  }
}
