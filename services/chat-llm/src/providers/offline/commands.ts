import type { Commands } from '../../domain/intent/commands.ts'
import type { ModelTool } from '../../domain/language-model.ts'
import { createOffline, type OfflineSettings } from './offline.ts'
import { simplify } from './simplify.ts'
import { hasTool } from './tools.ts'

/** What is said, to the word, and the tools without which it means nothing here. */
type Command = { words: RegExp; needs: readonly RegExp[] }

const volume = [/set_volume$/]
const volumeNow = [/set_volume$/, /get_device_status$/]
const brightness = [/set_brightness$/]
const brightnessNow = [/set_brightness$/, /get_device_status$/]
const lampOn = [/(?:light|lamp|led).*_on$|turn_on.*(?:light|lamp)/]
const lampOff = [/(?:light|lamp|led).*_off$|turn_off.*(?:light|lamp)/]
const number = '(?:\\d{1,3}|[a-z -]{3,20}?)(?: ?%| percent)?'

const commands: readonly Command[] = [
  { words: /^(?:stop|stop it|be quiet|cancel|never mind|停|停下|停止|别说了|安静|取消)$/, needs: [] },
  {
    words:
      /^(?:(?:turn )?(?:the )?volume up|turn up the volume|louder|make it louder|大声(?:一?点)?|(?:声音|音量)(?:调)?大(?:一?点)?)$/,
    needs: volumeNow,
  },
  {
    words:
      /^(?:(?:turn )?(?:the )?volume down|turn down the volume|quieter|make it quieter|小声(?:一?点)?|(?:声音|音量)(?:调)?小(?:一?点)?)$/,
    needs: volumeNow,
  },
  { words: /^(?:mute|mute the sound|静音)$/, needs: volume },
  { words: new RegExp(`^(?:set )?(?:the )?volume to ${number}$`), needs: volume },
  { words: /^(?:把)?(?:声音|音量)(?:调到|设为)(?:百分之)?[\d零一二两三四五六七八九十百]+$/, needs: volume },
  { words: /^(?:brightness up|brighter|make it brighter|调亮一?点|屏幕亮一?点)$/, needs: brightnessNow },
  { words: /^(?:brightness down|darker|make it darker|调暗一?点|屏幕暗一?点)$/, needs: brightnessNow },
  { words: new RegExp(`^(?:set )?(?:the )?brightness to ${number}$`), needs: brightness },
  {
    words: /^(?:turn|switch) on the (?:light|lamp)$|^(?:turn|switch) the (?:light|lamp) on$|^(?:打开灯|开灯)$/,
    needs: lampOn,
  },
  {
    words: /^(?:turn|switch) off the (?:light|lamp)$|^(?:turn|switch) the (?:light|lamp) off$|^(?:关上?灯|关灯)$/,
    needs: lampOff,
  },
  { words: /^(?:what time is it|what is the time|time|(?:现在)?几点(?:钟)?了?)$/, needs: [/^get_time$/] },
  {
    words:
      /^(?:what day is (?:it|today)(?: today)?|what is today's date|what is the date|今天(?:是)?(?:几号|星期几|周几))$/,
    needs: [/^get_time$/],
  },
]

/** The commands that the rules of the offline responder carry out, when they are all that is said. */
export function createCommands(settings: OfflineSettings): Commands {
  return {
    handles: (text, tools: readonly ModelTool[]) => {
      const said = simplify(text)
      return commands.some(({ words, needs }) => words.test(said) && needs.every((need) => hasTool(tools, need)))
    },
    model: createOffline({ ...settings, name: 'commands' }),
  }
}
