import type { CatalogueVoice } from '../../domain/ports.ts'

/** The vendor has hundreds, and no call that lists them: some of its general ones. Any other name is passed on as it is. */
export const huoshanVoices: CatalogueVoice[] = [
  { name: 'zh_female_cancan_mars_bigtts', title: '灿灿', languages: ['zh', 'en'], gender: 'female' },
  { name: 'zh_female_shuangkuaisisi_moon_bigtts', title: '爽快思思', languages: ['zh', 'en'], gender: 'female' },
  { name: 'zh_female_wanwanxiaohe_moon_bigtts', title: '湾湾小何', languages: ['zh'], gender: 'female' },
  { name: 'zh_male_wennuanahu_moon_bigtts', title: '温暖阿虎', languages: ['zh', 'en'], gender: 'male' },
  { name: 'zh_male_shaonianzixin_moon_bigtts', title: '少年梓辛', languages: ['zh', 'en'], gender: 'male' },
  { name: 'BV001_streaming', title: '通用女声', languages: ['zh', 'en'], gender: 'female' },
  { name: 'BV002_streaming', title: '通用男声', languages: ['zh', 'en'], gender: 'male' },
]
