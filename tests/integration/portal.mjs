#!/usr/bin/env node
// portal.mjs - a portal that is not ours, written from proto/PROTOCOL.md alone.
// EKC_INTAKE=host:port[,host:port] EKC_SERVER_KEY=Z85 EKC_KEY_FILE=path [EKC_STATISTICS=host:port]
// npm's zeromq and protobufjs are looked for along NODE_PATH; without them: "not run", exit 77.
import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const env = process.env
const end = (status, line) => { console.log(line); process.exit(status) }
const need = (name) => {
  try { return createRequire(import.meta.url)(name) } catch { return end(77, `not run: no npm package ${name}`) }
}
const zmq = need('zeromq'), protobuf = need('protobufjs')
const root = new protobuf.Root()
root.resolvePath = (_, file) => fileURLToPath(new URL(`../../proto/${file}`, import.meta.url))
const Envelope = root.loadSync('ekc/v1/envelope.proto', { keepCase: true }).lookupType('ekc.v1.Envelope')
const plain = { enums: String, longs: String, defaults: true }

// zeromq.js asks for both halves of our key; the public one follows from the secret one.
const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'
const number = (five) => [...five].reduce((n, c) => n * 85 + Z85.indexOf(c), 0)
const five = (n) => [4, 3, 2, 1, 0].map((i) => Z85[Math.floor(n / 85 ** i) % 85]).join('')
const curveSecretKey = readFileSync(env.EKC_KEY_FILE, 'latin1').split(/\s/)[0]
const raw = Buffer.from(curveSecretKey.match(/.{5}/g).flatMap((s) => [24, 16, 8, 0].map((i) => number(s) >>> i)))
const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw])
const x25519 = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
const point = x25519.export({ format: 'der', type: 'spki' }).subarray(-32)
const curvePublicKey = [0, 4, 8, 12, 16, 20, 24, 28].map((i) => five(point.readUInt32BE(i))).join('')
const curve = { curveServerKey: env.EKC_SERVER_KEY, curvePublicKey, curveSecretKey }

async function ask(addresses, body) {
  const request = Envelope.encode(Envelope.fromObject({ request_id: randomUUID(), ...body })).finish()
  for (let attempt = 0, hosts = addresses.split(','); attempt < 6; attempt++) {
    const socket = new zmq.Request({ ...curve, linger: 0, receiveTimeout: 2000 })
    socket.connect(`tcp://${hosts[attempt % hosts.length]}`)
    await socket.send(request)
    const frames = await socket.receive().catch(() => null)
    socket.close() // a plain REQ cannot send twice
    const answer = frames && Envelope.toObject(Envelope.decode(frames[0]), plain)
    const retry_ms = answer && [answer.refused, ...(answer.submitted?.results ?? [])].map((r) => r?.retry_after_ms ?? 0)
    if (answer && Math.max(...retry_ms) === 0) return answer
    await sleep(answer ? Math.max(...retry_ms) : Math.random() * Math.min(30000, 2000 * 2 ** attempt))
  }
  return end(1, 'not ok: answered in six tries (a real portal goes on)')
}

const expect = (what, ok, got) =>
  ok ? console.log('ok', what) : end(1, `not ok: ${what}; instead: ${JSON.stringify(got)}`)
const inquiry = (fields) => ({ external_id: randomUUID(), channel: 'form', subject: 'Реновация',
  text: 'Когда начнётся переселение?', applicant_kind: 'APPLICANT_KIND_RESIDENT', ...fields })
const submit = async (...inquiries) => (await ask(env.EKC_INTAKE, { submit: { inquiries } })).submitted.results
const show = async (key) => ask(env.EKC_INTAKE, { show: key })

const { catalog } = await ask(env.EKC_INTAKE, { get_catalog: {} })
expect('catalog', catalog?.topics.length && catalog.channels.some((c) => c.id === 'form'), catalog)
const one = inquiry(), [first] = await submit(one), [again] = await submit(one)
expect(`durable ${first.number}`, first.answer === 'ANSWER_DURABLE' && first.number, first)
expect('duplicate', again.answer === 'ANSWER_DUPLICATE' && again.number === first.number, again)
const [other] = await submit({ ...one, text: 'Другое' })
expect('key reused', other.refusal?.code === 'REFUSAL_CODE_KEY_REUSED', other)
const [bad, good] = await submit(inquiry({ channel: 'telepathy' }), inquiry())
expect(`invalid ${bad.refusal?.field}`, bad.refusal?.code === 'REFUSAL_CODE_UNKNOWN_VALUE', bad)
expect('beside it durable', bad.answer === 'ANSWER_INVALID' && good.answer === 'ANSWER_DURABLE', good)
const by_number = await show({ number: first.number.replaceAll('-', ' ') })
expect('show by number', by_number.shown?.id === first.id, by_number)
const by_id = await show({ external_id: one.external_id })
expect('show by external_id', by_id.shown?.number === first.number, by_id)
const wrong = await show({ number: first.number.slice(0, -1) + (9 - first.number.at(-1)) })
expect('mistyped number', wrong.refused?.refusal.code === 'REFUSAL_CODE_NUMBER_MISTYPED', wrong)
if (env.EKC_STATISTICS) {
  const query = { measure: 'MEASURE_RECEIVED', period: 'PERIOD_YEAR', group_by: ['DIMENSION_CHANNEL'] }
  const { figures } = await ask(env.EKC_STATISTICS, { query })
  const sum = figures?.figures.reduce((n, f) => n + +f.value, 0)
  expect(`figures of ${sum}`, figures && +figures.total === sum, figures)
}
