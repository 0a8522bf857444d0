import type { CatalogueVoice } from '../../domain/ports.ts'

/** Some of the vendor's voices; any other number is passed on as it is. */
export const tencentVoices: CatalogueVoice[] = [
  { name: '101001', title: '智瑜', languages: ['zh'], gender: 'female' },
  { name: '101004', title: '智云', languages: ['zh'], gender: 'male' },
  { name: '101011', title: '智燕', languages: ['zh'], gender: 'female' },
  { name: '101013', title: '智辉', languages: ['zh'], gender: 'male' },
  { name: '101016', title: '智甜', languages: ['zh'], gender: 'female' },
  { name: '101050', title: 'WeJack', languages: ['en'], gender: 'male' },
  { name: '101051', title: 'WeRose', languages: ['en'], gender: 'female' },
]
