import DefaultTheme from 'vitepress/theme'
import TrainHere from './TrainHere.vue'
import 'katex/dist/katex.min.css'
import './style.css'

export default { extends: DefaultTheme, enhanceApp: ({ app }) => app.component('TrainHere', TrainHere) }
