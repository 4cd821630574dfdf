import { spawn } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const times = []

/** Does a part and says how long it took. */
export async function section(name, act) {
  const began = performance.now()
  process.stdout.write(`${name} ... `)
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`
  try {
    await act()
  } catch (error) {
    process.stdout.write(`FAILED after ${seconds()}\n`)
    throw error
  }
  process.stdout.write(`${seconds()}\n`)
}

/** The log of all commands that were run, with the time that each took. */
export function tellTimes() {
  const total = times.reduce((sum, { seconds }) => sum + seconds, 0)
  process.stdout.write(`\n${times.length} commands in ${total.toFixed(0)} s:\n`)
  for (const { command, seconds } of times) process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${command}\n`)
}

export function expect(condition, message) {
  if (!condition) throw new Error(message)
}

/**
 * Runs a command in a folder; its exit code and all that it printed. Throws where it fails, unless it is to. With `copy` the script is
 * first copied into the folder, so that it finds what is installed there and nothing else.
 */
export function run(command, args, cwd, { fails = false, copy = false } = {}) {
  if (copy) copyFileSync(args[0], join(cwd, basename(args[0])))
  const given = copy ? [basename(args[0]), ...args.slice(1)] : args
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, given, { cwd, shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      const seconds = (performance.now() - began) / 1000
      times.push({ command: `${basename(command)} ${given.map((arg) => basename(arg)).join(' ')}`, seconds })
      if (code === 0 || fails) resolve({ code, output })
      else reject(new Error(`${command} ${given.join(' ')} ended with ${code}:\n${output}\n${errors}`))
    })
  })
}

export const npm = (cwd, ...args) => run('npm', [...args, '--no-audit', '--no-fund'], cwd)
