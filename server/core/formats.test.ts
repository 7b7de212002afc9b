import { chooseFormat, endingOf, formatOfEnding, typeOf } from './formats.js'

test('the kind of result has a format of its own; qualities are filled in', () => {
  expect([chooseFormat('picture', 'm', null, null), chooseFormat('video', 'm', null, null), chooseFormat('sound', 'm', undefined, undefined)]).toEqual([{ format: 'png' }, { format: 'webp', quality: 100 }, { format: 'wav' }])
  expect([chooseFormat('picture', 'm', 'jpeg', null), chooseFormat('picture', 'm', 'webp', 55)]).toEqual([{ format: 'jpeg', quality: 90 }, { format: 'webp', quality: 55 }])
})

test.each([
  ['picture', 'gif', null, 'format', /makes pictures, which are kept as png, webp, jpeg, avif, not as "gif"/],
  ['sound', 'png', null, 'format', /makes sounds, which are kept as wav/], ['video', 'bmp', null, 'format', /webp, gif, zip/],
  ['picture', 'jpeg', 0, 'quality', /1 to 100, got 0/], ['picture', 'avif', 90.5, 'quality', /whole number/], ['picture', 'png', 90, 'quality', /png keeps everything/], ['sound', null, 90, 'quality', /wav keeps everything/],
] as const)('%s as %s of quality %s is refused', (kind, format, quality, field, message) => {
  expect(() => chooseFormat(kind, 'm', format, quality)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', field, message: expect.stringMatching(message) as string }))
})

test('endings and types of files', () => {
  expect([formatOfEnding('JPG'), formatOfEnding('jpeg'), formatOfEnding('txt')]).toEqual(['jpeg', 'jpeg', undefined])
  expect([endingOf('image/jpeg'), endingOf('application/json'), endingOf('x/y'), typeOf('jpg'), typeOf('json'), typeOf('exe')]).toEqual(['jpg', 'json', 'bin', 'image/jpeg', 'application/json', 'application/octet-stream'])
})
