import { arch, availableParallelism, cpus, platform } from 'node:os'
import { version } from '../home.ts'
import { printEvent } from '../output/print-event.ts'
import { table } from '../output/table.ts'
import { backendNames, type Found, lookAt } from '../plugins/backends.ts'
import { isEmulated } from '../plugins/emulated.ts'
import { findPlugins } from '../plugins/plugins.ts'

/** Says what is installed and what of it works on this machine. */
export async function info({ json }: { readonly json?: boolean }): Promise<void> {
  const plugins = findPlugins()
  const backends: Found[] = []
  // one by one: some share a library that has one state
  for (const name of await backendNames()) backends.push(await lookAt(name))
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
    ...backends.map((found) => ['backend', `${found.name}: ${describe(found)}`]),
  ]
  process.stdout.write(`${table(rows, 2)}\n`)
}

/** Devices bear their numbers, as --device takes them, where there are several. */
function describe({ available, devices = [], reason }: Found): string {
  if (!available) return `not available: ${reason}`
  const listed = devices.length > 1 ? devices.map((device, i) => `${i} ${device}`) : devices
  return ['available', ...(listed.length > 0 ? [listed.map(markEmulated).join(', ')] : [])].join(': ')
}

const markEmulated = (device: string): string => (isEmulated(device) ? `${device} (emulated)` : device)
