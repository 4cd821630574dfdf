// Names the Vulkan driver that WebGPU in Node.js runs on where this machine has none of its own: Mesa's lavapipe, or SwiftShader, which comes
// with Debian's chromium. Imported by jest.config.js of plugins that need one, since drivers read the environment of the process itself.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const installed = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d']
const swiftshader = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Sets VK_ICD_FILENAMES unless it is set or a driver is installed; HILLOCK_VULKAN=swiftshader asks for SwiftShader all the same. */
export function chooseVulkan() {
  const { env } = process
  const own = installed.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
  )
  const wanted = env.HILLOCK_VULKAN === 'swiftshader' || (!own && env.VK_ICD_FILENAMES === undefined)
  if (wanted && existsSync(swiftshader)) env.VK_ICD_FILENAMES = swiftshader
  // what SwiftShader would complain of
  env.XDG_RUNTIME_DIR ??= join(import.meta.dirname, '..')
}
