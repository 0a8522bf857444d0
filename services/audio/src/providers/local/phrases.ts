/**
 * The phrases that the keyless recogniser knows, one JSGF expansion a line: `(a | b)` is a choice, `[a]` may be left
 * out, `<number>` is 0 to 100 in words. What is said in these words is heard well; anything else goes to free speech.
 * Every word must be in the CMU dictionary.
 */
export const phrases: readonly string[] = [
  // time and date
  "(what is | what's) the time",
  'what time is it [now]',
  'what day is it [today]',
  'what is the date [today]',
  "what is today's date",
  'what year is it',
  // small talk
  '(hello | hi | hey) [there]',
  'good (morning | afternoon | evening | night)',
  'how are you [today]',
  'what is your name',
  'who are you',
  'how old are you',
  'where are you',
  'what can you do',
  'can you hear me',
  'nice to meet you',
  'i love you',
  'thank you [very much]',
  'thanks',
  'goodbye',
  'bye bye',
  'see you (later | tomorrow)',
  // fun
  'tell me (a | another) joke',
  'tell me a story',
  'sing [me] a song',
  'flip a coin',
  '(roll | throw) (a dice | the dice)',
  'count to <number>',
  // echo
  'say (hello | hello world | good morning | good night | goodbye | thank you)',
  'say hello to (mom | dad | everyone)',
  'repeat after me [hello | hello world | good morning | good night | goodbye | thank you]',
  '(repeat | say) that [again]',
  // device
  'set [the] volume to <number> [percent]',
  'turn the volume (up | down)',
  'turn (up | down) the volume',
  'make it (louder | quieter)',
  'mute [the sound]',
  'what is the volume',
  '(turn | switch) (on | off) the (light | lights | lamp)',
  '(turn | switch) the (light | lights | lamp) (on | off)',
  'set [the] brightness to <number> [percent]',
  'make the screen (brighter | darker)',
  'what is the battery level',
  'how much battery is left',
  'take a (photo | picture)',
  'what do you see',
  'what is [your | the] pairing code',
  // control
  'yes [please]',
  'no [thank you | thanks]',
  'okay',
  'help [me]',
  'stop',
  'cancel',
  'be quiet',
  'never mind',
  'go on',
  'what is the weather [today | tomorrow]',
  // timers and alarms
  'set a timer for <number> (second | seconds | minute | minutes | hours)',
  'cancel [the | my] (timer | alarm | reminder)',
  '(what | which) (timers | alarms) are [there | set]',
  'how long is left on the timer',
  '(set an alarm for | wake me [up] at) <number> [thirty]',
]

const units = 'one two three four five six seven eight nine'.split(' ')
const teens = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ')
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** 0 to 100 as words, in order. */
export const numberWords: readonly string[] = [
  'zero',
  ...units,
  ...teens,
  ...tens.flatMap((ten) => [ten, ...units.map((unit) => `${ten} ${unit}`)]),
  'one hundred',
]
