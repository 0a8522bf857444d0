import type { CatalogueVoice } from '../../domain/ports.ts'

/** Some of the vendor's voices; any other name is passed on as it is. The first four are CosyVoice's. */
export const aliyunVoices: CatalogueVoice[] = [
  { name: 'longxiaochun', title: '龙小淳', languages: ['zh', 'en'], gender: 'female' },
  { name: 'longxiaoxia', title: '龙小夏', languages: ['zh'], gender: 'female' },
  { name: 'longwan', title: '龙婉', languages: ['zh'], gender: 'female' },
  { name: 'longcheng', title: '龙橙', languages: ['zh'], gender: 'male' },
  { name: 'xiaoyun', title: '小云', languages: ['zh', 'en'], gender: 'female' },
  { name: 'xiaogang', title: '小刚', languages: ['zh', 'en'], gender: 'male' },
  { name: 'aixia', title: '艾夏', languages: ['zh', 'en'], gender: 'female' },
]
