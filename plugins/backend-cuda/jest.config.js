import preset from '../../jest.preset.js'
import { chooseVulkan } from '../../tools/src/vulkan.js'

chooseVulkan()

export default preset
