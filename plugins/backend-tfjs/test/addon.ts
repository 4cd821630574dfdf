import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Need } from '@hillock/testing'
import { type TfjsOptions, tfjs } from '../src/index.ts'

// tfjs-node as it can be had without its download: the packages of npm, and their addon built against a libtensorflow that is at hand.
// HILLOCK_TENSORFLOW names one: the wheel of Python's tensorflow or tensorflow_cpu, or the folder `tensorflow` that it installs.

const tensorflow = process.env.HILLOCK_TENSORFLOW
const version = '4.22.0'
const packages = ['tfjs-node', 'tfjs-node-gpu'] as const

/** Where the packages are, once built; it lasts, and is used again. */
const folder = join(tmpdir(), `hillock-tfjs-node-${version}-abi${process.versions.modules}`)
const packageOf = (name: (typeof packages)[number]) => join(folder, 'node_modules', '@tensorflow', name)
const addonOf = (name: (typeof packages)[number]) => join(packageOf(name), 'lib', 'napi-v8', 'tfjs_binding.node')

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-20).join('\n')
  throw new Error(`${command} ${args[0]} failed: ${error?.message ?? ''}\n${said}`)
}

/** The folder with `include` and the libraries; what is needed of a wheel is unpacked. */
function unpacked(given: string): string {
  if (!given.endsWith('.whl')) return realpathSync(given)
  const script = `import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith(('tensorflow/include/', 'tensorflow/libtensorflow'))])`
  run('python3', ['-c', script, resolve(given), folder], folder)
  return join(folder, 'tensorflow')
}

function build(given: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const wanted = packages.map((name) => `@tensorflow/${name}@${version}`)
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'node-gyp@11', ...wanted], folder)
  const from = unpacked(given)
  const library = (name: string) => join(from, existsSync(join(from, name)) ? name : 'libtensorflow.so.2')
  for (const name of packages) {
    const deps = join(packageOf(name), 'deps')
    mkdirSync(join(deps, 'lib'), { recursive: true })
    symlinkSync(join(from, 'include'), join(deps, 'include'))
    const [all, framework] = [library('libtensorflow_cc.so.2'), library('libtensorflow_framework.so.2')]
    for (const [link, target] of [
      ['libtensorflow.so', all],
      ['libtensorflow_cc.so.2', all],
      ['libtensorflow_framework.so', framework],
      ['libtensorflow_framework.so.2', framework],
    ] as const)
      symlinkSync(target, join(deps, 'lib', link))
  }
  const own = dirname(dirname(process.execPath))
  const headers = existsSync(join(own, 'include', 'node', 'node_api.h')) ? [`--nodedir=${own}`] : []
  const [first, gpu] = packages
  const path = dirname(addonOf(first))
  const target = ['--module_name=tfjs_binding', `--module_path=${path}`, '--napi_build_version=8']
  const gyp = join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')
  run(process.execPath, [gyp, 'rebuild', ...headers, ...target], packageOf(first))
  // Both packages have one binding.
  mkdirSync(dirname(addonOf(gpu)), { recursive: true })
  cpSync(addonOf(first), addonOf(gpu))
}

function buildOnce(): string {
  if (tensorflow === undefined) return 'HILLOCK_TENSORFLOW names no libtensorflow to build tfjs-node with'
  if (!packages.every((name) => existsSync(addonOf(name)))) build(tensorflow)
  return ''
}

const missing = buildOnce()

const modules = new Map<string, NonNullable<TfjsOptions['tf']>>()

/** A package that was built, loaded once. */
function loaded(name: (typeof packages)[number]) {
  const found = modules.get(name) ?? createRequire(join(folder, 'index.js'))(`@tensorflow/${name}`)
  modules.set(name, found)
  return found
}

export const tfjsNode = {
  ...({ found: missing === '', missing, optional: true } satisfies Need),
  folder,
  module: () => loaded('tfjs-node'),
  backend: () => tfjs({ backend: 'node', tf: loaded('tfjs-node') }),
}
