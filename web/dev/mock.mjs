// A tiny node that is no node: it serves dist and the HTTP contract from
// invented exercise data, so that the screens can be worked on and pictured.
//   node dev/mock.mjs [port]      ?desk= is fixed to bravo
import { createServer } from 'node:http'
import { readFileSync, existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const port = Number(process.argv[2] ?? 7199)
const started = Date.now()
const story = Date.UTC(2026, 0, 6, 14, 30, 8)
const now = () => story + (Date.now() - started)
const min = 60_000
const T = (en, ar, he) => ({ en, ar, he })
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const two = (n) => String(n).padStart(2, '0')
const dtg = (ms) => { const d = new Date(ms); return `${two(d.getUTCDate())}${two(d.getUTCHours())}${two(d.getUTCMinutes())}Z ${months[d.getUTCMonth()]} ${d.getUTCFullYear() % 100}` }
const hex = (seed, n = 64) => { let x = seed * 2654435761 % 4294967296, out = ''; while (out.length < n) { x = (x * 1664525 + 1013904223) % 4294967296; out += Math.floor(x).toString(16).padStart(8, '0') } return out.slice(0, n) }

const names = { alpha: T('Desk Alpha', 'مكتب ألفا', 'שולחן אלפא'), bravo: T('Desk Bravo', 'مكتب برافو', 'שולחן בראבו'), supervisor: T('Supervisor', 'المشرف', 'המפקח') }
const places = [
  { id: 'P-07', name: T('Tell Asfar', 'تل أصفر', 'תל אצפר'), district: T('North District', 'الناحية الشمالية', 'הנפה הצפונית'), lat: '12.3456', lon: '45.6789', shared_name: true },
  { id: 'P-19', name: T('Tell Asfar', 'تل أصفر', 'תל אצפר'), district: T('Lake District', 'ناحية البحيرة', 'נפת האגם'), lat: '12.2871', lon: '45.7420', shared_name: true },
  { id: 'P-03', name: T('Grey Bridge', 'الجسر الرمادي', 'הגשר האפור'), district: T('North District', 'الناحية الشمالية', 'הנפה הצפונית'), lat: '12.3310', lon: '45.7002', shared_name: false },
  { id: 'P-11', name: T('Mill Crossing', 'معبر الطاحونة', 'מעבר הטחנה'), district: T('Lake District', 'ناحية البحيرة', 'נפת האגם'), lat: '12.2999', lon: '45.7155', shared_name: false },
]
const place = (id) => { const p = places.find((x) => x.id === id); return { id, lat: p.lat, lon: p.lon, text: p.name.en, notation: 'name', precision_m: 50 } }
const choice = (value, en, ar, he) => ({ value, name: T(en, ar, he) })
const F = {
  place: (name = 'place', required = true) => ({ name, type: 'place', required, label: T('Where', 'المكان', 'היכן') }),
  time: (name, required, label = T('When', 'الوقت', 'מתי')) => ({ name, type: 'time', required, label }),
  free: (name, required, label = T('Text', 'النص', 'טקסט')) => ({ name, type: 'free', required, label }),
}
const tpl = (code, precedence, name, fields, extra = {}) => ({ code, kind: `hotline.${code.toLowerCase()}/1`, version: 1, precedence, name, status: code === 'LINECHK' ? 'TEST' : 'ACTUAL', about: 'optional', fields, sentence: name, acks: [{ ack: 'received', within_s: 120 }], officer: true, ...extra })
const templates = [
  tpl('CEASE', 'Z', T('CEASE: stop the action', 'أوقِفوا: وقف العمل', 'עצרו: הפסקת הפעולה'), [
    { name: 'what', type: 'choice', required: true, label: T('What to stop', 'ما الذي يجب إيقافه', 'מה יש לעצור'), choices: [choice('fire', 'Fire', 'النيران', 'אש'), choice('movement', 'Movement', 'الحركة', 'תנועה'), choice('works', 'Works', 'الأعمال', 'עבודות'), choice('flight', 'Flight', 'الطيران', 'טיסה')] },
    { ...F.place('place', false) }, { name: 'ref', type: 'ref', required: false, label: T('Reference', 'المرجع', 'סימוכין') },
    F.time('since', false, T('Seen since', 'مرصود منذ', 'נצפה מאז')),
    { name: 'at_risk', type: 'number', required: false, label: T('People at risk', 'أشخاص معرّضون للخطر', 'אנשים בסיכון') },
    { name: 'callback', type: 'text', required: false, label: T('Call back', 'معاودة الاتصال', 'להתקשר אל') },
    F.free('remark', false, T('Remark', 'ملاحظة', 'הערה')),
  ]),
  tpl('DISTRESS', 'Z', T('Distress: people in danger', 'استغاثة: أشخاص في خطر', 'מצוקה: אנשים בסכנה'), [F.place(), F.free('need', true, T('Need', 'الحاجة', 'הצורך'))]),
  tpl('NOTUS', 'O', T('Not our action', 'ليس من فعلنا', 'לא פעולה שלנו'), [{ name: 'event', type: 'ref', required: true, label: T('Event', 'الحدث', 'האירוע') }, F.free('statement', true, T('Statement', 'البيان', 'ההצהרה'))]),
  tpl('MEDEVAC', 'O', T('Medical evacuation', 'إخلاء طبي', 'פינוי רפואי'), [F.place(), { name: 'patients', type: 'number', required: true, label: T('Patients', 'المرضى', 'מטופלים') }, F.time('at', true)]),
  tpl('MSG', 'P', T('Message', 'رسالة', 'הודעה'), [F.free('body', true)]),
  tpl('CLARIFY', 'P', T('Request for clarification', 'طلب إيضاح', 'בקשת הבהרה'), [F.free('question', true, T('Question', 'السؤال', 'השאלה'))], { about: 'required' }),
  tpl('CONFIRM', 'O', T('Confirm oral agreement', 'تأكيد اتفاق شفهي', 'אישור סיכום בעל־פה'), [F.free('words', true, T('Agreed words', 'العبارة المتفق عليها', 'הנוסח המוסכם'))], { about: 'required' }),
  tpl('CALLREC', 'P', T('Joint call record', 'محضر مكالمة مشتركة', 'תרשומת שיחה משותפת'), [F.time('at', true), F.free('outcome', true, T('Outcome', 'النتيجة', 'תוצאה'))]),
  tpl('CHSTATE', 'O', T('Channel state', 'حالة القناة', 'מצב ערוץ'), [{ name: 'with', type: 'desks', required: true, label: T('Channel with', 'القناة مع', 'הערוץ עם') }, { name: 'state', type: 'choice', required: true, label: T('State', 'الحالة', 'מצב'), choices: [choice('suspended', 'Suspended', 'معلّقة', 'מושעה'), choice('restored', 'Restored', 'مستأنفة', 'חודש')] }, F.free('reason', true, T('Reason', 'السبب', 'סיבה'))]),
  tpl('LINECHK', 'R', T('Line check', 'فحص الخط', 'בדיקת קו'), [{ name: 'role', type: 'text', required: true, label: T('Watch officer', 'ضابط المناوبة', 'קצין המשמרת') }], { about: 'none' }),
  tpl('ATTEMPT', 'R', T('Attempt by other means', 'محاولة بوسيلة أخرى', 'ניסיון באמצעי אחר'), [{ name: 'means', type: 'choice', required: true, label: T('Means', 'الوسيلة', 'האמצעי'), choices: [choice('telephone', 'Telephone', 'هاتف', 'טלפון'), choice('radio', 'Radio', 'لاسلكي', 'אלחוט'), choice('runner', 'Messenger', 'رسول', 'שליח')] }, { name: 'outcome', type: 'choice', required: true, label: T('Outcome', 'النتيجة', 'התוצאה'), choices: [choice('answered', 'Answered', 'أُجيب', 'נענה'), choice('no-answer', 'No answer', 'لا جواب', 'אין מענה')] }], { about: 'none' }),
  tpl('WATCH', 'R', T('Watch', 'المناوبة', 'משמרת'), [{ name: 'role', type: 'choice', required: true, label: T('Role', 'الصفة', 'תפקיד'), choices: [choice('watch', 'Officer on watch', 'ضابط المناوبة', 'קצין תורן'), choice('desk-head', 'Head of desk', 'رئيس المكتب', 'ראש השולחן')] }, F.time('from', true, T('From', 'من', 'החל מ')), F.time('to', true, T('Until', 'حتى', 'עד')), { name: 'languages', type: 'list', required: true, label: T('Languages', 'اللغات', 'שפות'), choices: [choice('ar', 'Arabic', 'العربية', 'ערבית'), choice('he', 'Hebrew', 'العبرية', 'עברית'), choice('en', 'English', 'الإنكليزية', 'אנגלית')] }, { name: 'authority', type: 'choice', required: true, label: T('Authority', 'الصلاحية', 'סמכות'), choices: [choice('watch', 'Officer on watch', 'ضابط المناوبة', 'קצין תורן')] }], { about: 'none' }),
]
let onWatch = false
const desk = () => ({
  desk: 'bravo', cell: 'cedar', status: 'EXERCISE', now: now(), rate: 1, demo: demoOn, name: names.bravo,
  charter: { hash: hex(5), version: 1, notice: T('Notices and receipts in this cell are no permission, no recognition and no admission of any kind.', 'الإشعارات والإيصالات في هذه الخلية ليست إذنًا ولا اعترافًا ولا إقرارًا من أي نوع.', 'הודעות ואישורים בתא זה אינם רשות, אינם הכרה ואינם הודאה מכל סוג.'), reservation: T('Each party keeps its position on all questions not settled in the charter.', 'يحتفظ كل طرف بموقفه في جميع المسائل التي لم يحسمها الميثاق.', 'כל צד שומר על עמדתו בכל שאלה שלא הוכרעה באמנה.') },
  officer: { code: 'watch-1', role: 'watch', signed_in: true, on_watch: onWatch },
  members: [
    { desk: 'alpha', role: 'party', name: names.alpha, letter: 'A', zone: 'Etc/GMT-3', languages: ['ar'] },
    { desk: 'bravo', role: 'party', name: names.bravo, letter: 'B', zone: 'Etc/GMT-2', languages: ['he'] },
    { desk: 'supervisor', role: 'supervisor', name: names.supervisor, letter: 'S', zone: 'Etc/GMT-1', languages: ['en'] },
  ],
  languages: ['ar', 'he', 'en'],
  precedences: [['Z', T('FLASH', 'خاطف', 'בזק'), 120, 600], ['O', T('IMMEDIATE', 'فوري', 'מיידי'), 600, 1800], ['P', T('PRIORITY', 'عاجل', 'דחוף'), 3600, 10800], ['R', T('ROUTINE', 'عادي', 'רגיל'), 21600, 86400]].map(([code, name, receive_s, reply_s]) => ({ code, name, deliver_s: 5, receive_s, reply_s, ladder: [{ after_s: 120, level: 'second-officer' }] })),
  levels: { bravo: [{ level: 'hq', name: T('Headquarters', 'القيادة', 'מפקדה') }, { level: 'brigade', name: T('Brigade', 'اللواء', 'חטיבה') }, { level: 'unit', name: T('Unit in place', 'الوحدة في المكان', 'הכוח בשטח') }], alpha: [{ level: 'brigade', name: T('Brigade', 'اللواء', 'חטיבה') }] },
  ladder_levels: { 'second-officer': T('second officer', 'الضابط الثاني', 'קצין שני'), 'desk-head': T('desk head', 'رئيس المكتب', 'ראש השולחן') },
  places, templates, modules: ['hotline'],
  stock: [
    { code: '1', position: 'noted', text: T('Noted. We are checking with the unit.', 'أُخذ العلم. نتحقق مع الوحدة.', 'נרשם. אנו בודקים מול הכוח.') },
    { code: '2', position: 'complied', text: T('Done: fire has stopped.', 'نُفِّذ: توقفت النيران.', 'בוצע: האש נפסקה.') },
    { code: '3', position: 'cannot_comply', text: T('Cannot comply now; reason follows.', 'يتعذر الامتثال الآن، والسبب لاحقًا.', 'לא ניתן למלא כעת; הסיבה תימסר.') },
    { code: '4', position: 'disputes', text: T('We dispute this account; facts follow.', 'ننازع في هذه الرواية، والوقائع لاحقًا.', 'אנו חולקים על התיאור; העובדות יימסרו.') },
  ],
})

const matters = new Map()
const forName = { received: T('receipt', 'إقرار بالاستلام', 'אישור קבלה'), position: T('first position', 'أول موقف', 'עמדה ראשונה'), effect: T('effect', 'تنفيذ', 'ביצוע'), delivered: T('delivery', 'تسليم', 'מסירה'), readback: T('read back', 'إعادة القراءة', 'הקראה חוזרת'), disseminated: T('dissemination', 'تعميم', 'הפצה'), translation: T('translation', 'ترجمة', 'תרגום') }
const wait = (d, f, since, due, level = '') => ({ desk: d, for: f, for_name: forName[f], since, due, level })
let serial = 20
const counts = { alpha: 40, bravo: 30, supervisor: 25 }
function record(d, code, at, text, extra = {}) {
  const index = ++counts[d]
  return { ref: `${d}#${index}`, desk: d, gen: 1, index, id: '0198c7a0-0000-7000-8000-' + hex(index, 12), kind: extra.kind ?? `hotline.${code.toLowerCase()}/1`, code, at, dtg: dtg(at), role: 'watch', to: Object.keys(names).filter((n) => n !== d), serial: ++serial, prev: hex(serial), verdict: 'ok', rule: '', text, free: [], fields: [], commitment: '01' + hex(index * 7), delivered: Object.fromEntries(Object.keys(names).filter((n) => n !== d).map((n, i) => [n, at + 212 + i * 40])), bytes: 612, bytes_text: '{"v":1,"cell":"cedar","desk":"' + d + '","kind":"' + code + '"}', ...extra }
}
const column = (d, part = {}) => ({ desk: d, delivered: null, received: null, readback: null, disseminated: [], position: null, ...part })
function matter(m) {
  const head = m.records[0]
  const full = { key: `${head.desk}:${head.id}`, module: 'hotline', kind: head.kind, code: head.code, status: 'EXERCISE', from: head.desk, to: head.to, moves: [], stages: [], facts: null, at: head.at, dtg: head.dtg, state: 'delivered', state_name: T('delivered', 'سُلِّمت', 'נמסר'), since: head.at, waiting: [], contested: [], unknown: false, actions: ['receive', 'read_back', 'disseminate', 'position', 'reply', 'translate', 'clarify'], ...m }
  matters.set(full.key, full)
  return full
}
const fld = (name, label, kind, value, raw) => ({ name, label, kind, value: typeof value === 'string' ? T(value, value, value) : value, raw })
const L = { where: T('Where', 'المكان', 'היכן'), when: T('When', 'الوقت', 'מתי'), what: T('What', 'الموضوع', 'מה'), ref: T('Reference', 'المرجع', 'סימוכין') }
const t0 = story - 78_000
const ceaseText = T('CEASE: stop fire at Tell Asfar, seen since 061425Z JAN 26. People at risk: 4.', 'أوقِفوا: أوقفوا النيران عند تل أصفر، مرصودة منذ 061425Z JAN 26. أشخاص معرّضون للخطر: 4.', 'עצרו: הפסיקו את האש בתל אצפר, נצפתה מאז 061425Z JAN 26. אנשים בסיכון: 4.')
const cease = record('alpha', 'CEASE', t0, ceaseText, {
  free: [{ field: 'remark', lang: 'ar', text: 'نيران رشاش ثقيل من جهة الجسر الرمادي باتجاه تل أصفر (A-14). يوجد أربعة عمال بلدية عند محطة الضخ ولا يستطيعون المغادرة. نطلب وقف النيران فورًا وإبقاء القوات في أماكنها.', translations: [{ lang: 'he', text: 'ירי מקלע כבד מכיוון הגשר האפור לעבר תל אצפר (A-14). ארבעה עובדי עירייה נמצאים בתחנת השאיבה ואינם יכולים לצאת. אנו מבקשים להפסיק את האש מיד ולהשאיר את הכוחות במקומם.', status: 'draft', by: 'supervisor', record: 'supervisor#9' }, { lang: 'en', text: 'Heavy machine-gun fire from the direction of Grey Bridge towards Tell Asfar (A-14). Four municipal workers are at the pumping station and cannot leave. We ask that fire stop at once and that forces stay where they are.', status: 'checked', by: 'supervisor', record: 'supervisor#10' }] }],
  fields: [fld('what', L.what, 'choice', T('Fire', 'النيران', 'אש'), 'fire'), fld('place', L.where, 'place', T('Tell Asfar (North District)', 'تل أصفر (الناحية الشمالية)', 'תל אצפר (הנפה הצפונית)'), place('P-07')), fld('since', L.when, 'time', '061425Z JAN 26', Date.UTC(2026, 0, 6, 14, 25)), fld('at_risk', T('People at risk', 'أشخاص معرّضون للخطر', 'אנשים בסיכון'), 'number', '4', 4), fld('callback', T('Call back', 'معاودة الاتصال', 'להתקשר אל'), 'text', 'ALPHA-2', 'ALPHA-2')],
})
const m1 = matter({ number: 'A-14', precedence: 'Z', subject: T('CEASE: fire at Tell Asfar, North District', 'أوقِفوا: نيران عند تل أصفر، الناحية الشمالية', 'עצרו: אש בתל אצפר, הנפה הצפונית'), records: [cease, record('supervisor', 'RECEIVED', t0 + 26_000, T('Supervisor acknowledged receipt.', 'أقرّ المشرف بالاستلام.', 'המפקח אישר קבלה.'), { kind: 'cell.received/1' })],
  columns: [column('bravo', { delivered: { at: t0 + 412, record: 'bravo#22' } }), column('supervisor', { delivered: { at: t0 + 212, record: 'supervisor#23' }, received: { at: t0 + 26_000, role: 'watch', record: 'supervisor#26' } })],
  waiting: [wait('bravo', 'received', t0, t0 + 2 * min), wait('bravo', 'position', t0, t0 + 10 * min), wait('bravo', 'effect', t0, t0 + 15 * min), wait('supervisor', 'position', t0, t0 + 10 * min)] })
const t2 = story - 13 * min
const m2 = matter({ number: 'S-6', precedence: 'O', subject: T('Medical evacuation through Mill Crossing', 'إخلاء طبي عبر معبر الطاحونة', 'פינוי רפואי דרך מעבר הטחנה'), records: [record('supervisor', 'MEDEVAC', t2, T('Medical evacuation: 2 patients at Mill Crossing, 061500Z JAN 26.', 'إخلاء طبي: مريضان عند معبر الطاحونة، 061500Z JAN 26.', 'פינוי רפואי: 2 מטופלים במעבר הטחנה, 061500Z JAN 26.'), { fields: [fld('place', L.where, 'place', T('Mill Crossing', 'معبر الطاحونة', 'מעבר הטחנה'), place('P-11')), fld('patients', T('Patients', 'المرضى', 'מטופלים'), 'number', '2', 2), fld('at', L.when, 'time', '061500Z JAN 26', Date.UTC(2026, 0, 6, 15))], free: [{ field: 'remark', lang: 'en', text: 'White ambulance, plate ending 417. Escort waits 300 m short of the crossing until both desks have read back.', translations: [] }] })],
  columns: [column('alpha', { delivered: { at: t2 + 300, record: 'alpha#39' }, received: { at: t2 + 51_000, role: 'watch', record: 'alpha#40' }, readback: { at: t2 + 4 * min, role: 'watch', record: 'alpha#41', matches: false, difference: T('Place: Tell Asfar (Lake District) is 3.1 km from Mill Crossing.', 'المكان: تل أصفر (ناحية البحيرة) يبعد 3.1 كم عن معبر الطاحونة.', 'מקום: תל אצפר (נפת האגם) במרחק 3.1 ק״מ ממעבר הטחנה.') }, disseminated: [{ at: t2 + 6 * min, level: 'brigade', role: 'watch', record: 'alpha#43', cannot: false }], position: { at: t2 + 5 * min, position: 'noted', text: { lang: 'ar', text: 'أُخذ العلم. الحاجز أُبلغ.' }, role: 'watch', record: 'alpha#42' } }), column('bravo', { delivered: { at: t2 + 280, record: 'bravo#20' }, received: { at: t2 + 2 * min, role: 'watch', record: 'bravo#21' } })],
  waiting: [wait('bravo', 'readback', t2, t2 + 10 * min, 'second-officer'), wait('bravo', 'position', t2, t2 + 30 * min)], contested: [{ record: 'alpha#41', rule: 'HOT-07', text: T('The read back names another place than the message.', 'إعادة القراءة تذكر مكانًا غير المكان الوارد في الرسالة.', 'ההקראה נוקבת במקום אחר מזה שבהודעה.') }] })
const t3 = story - 96 * min
const m3 = matter({ number: 'A-12', precedence: 'P', subject: T('Request for clarification on works at Grey Bridge', 'طلب إيضاح بشأن الأعمال عند الجسر الرمادي', 'בקשת הבהרה על העבודות בגשר האפור'), records: [record('alpha', 'CLARIFY', t3, T('Request for clarification.', 'طلب إيضاح.', 'בקשת הבהרה.'), { free: [{ field: 'question', lang: 'ar', text: 'هل الأعمال الجارية شرق الجسر هي الأعمال المبلّغ عنها في B-9؟ وما موعد انتهائها؟', translations: [] }] })], columns: [column('bravo', { delivered: { at: t3 + 300, record: 'bravo#11' }, received: { at: t3 + 5 * min, role: 'watch', record: 'bravo#12' } }), column('supervisor', { delivered: { at: t3 + 200, record: 'supervisor#8' } })], waiting: [wait('bravo', 'position', t3, t3 + 180 * min)], state_name: T('received', 'استُلمت', 'התקבל') })
const t4 = story - 40 * min
const m4 = matter({ number: 'B-9', precedence: 'P', subject: T('Works at Grey Bridge until 061600Z', 'أعمال عند الجسر الرمادي حتى 061600Z', 'עבודות בגשר האפור עד 061600Z'), records: [record('bravo', 'MSG', t4, T('Message from Desk Bravo.', 'رسالة من مكتب برافو.', 'הודעה משולחן בראבו.'), { free: [{ field: 'body', lang: 'he', text: 'כוח הנדסה יתקן את המעקה בגשר האפור עד 061600Z. כלי אחד, ארבעה אנשים, ללא ליווי חמוש.', translations: [{ lang: 'ar', text: 'ستُصلح فرقة هندسية حاجز الجسر الرمادي حتى 061600Z. آلية واحدة وأربعة أشخاص، من دون مرافقة مسلحة.', status: 'agreed', by: 'supervisor', record: 'supervisor#7' }] }] })], columns: [column('alpha', { delivered: { at: t4 + 350, record: 'alpha#30' }, received: { at: t4 + 3 * min, role: 'watch', record: 'alpha#31' } }), column('supervisor', { delivered: { at: t4 + 220, record: 'supervisor#5' } })], waiting: [wait('alpha', 'disseminated', t4, t4 + 60 * min), wait('supervisor', 'received', t4, t4 + 60 * min)], actions: ['correct', 'cancel', 'update'], state: 'received', state_name: T('received', 'استُلمت', 'התקבל') })
const t5 = story - 5 * 60 * min
const m5 = matter({ number: 'S-5', precedence: 'R', subject: T('Daily joint log 05 JAN', 'السجل المشترك اليومي 05 JAN', 'היומן המשותף היומי 05 JAN'), records: [record('supervisor', 'MSG', t5, T('Daily joint log.', 'السجل المشترك اليومي.', 'היומן המשותף היומי.'))], columns: [column('alpha', { delivered: { at: t5 + 300, record: 'alpha#20' } }), column('bravo', { delivered: { at: t5 + 310, record: 'bravo#9' } })], actions: ['reply', 'translate'], state_name: T('for information', 'للعلم', 'לידיעה') })

const item = ({ records, columns, actions, ...rest }) => rest
let acknowledged = false
let quiet = false
let pos = 100
const watch = () => {
  const all = quiet ? [] : [...matters.values()]
  const mine = (m) => m.waiting.filter((w) => w.desk === 'bravo')
  const urgent = all.filter((m) => mine(m).some((w) => w.for === 'received' || w.due < now()))
  const owed = all.filter((m) => !urgent.includes(m) && mine(m).length)
  const waiting = all.filter((m) => !urgent.includes(m) && !owed.includes(m) && m.waiting.length)
  const info = all.filter((m) => !m.waiting.length)
  const flash = urgent.find((m) => m.precedence === 'Z' && mine(m).some((w) => w.for === 'received'))
  return {
    now: now(), rate: 1, pos,
    on_watch: { alpha: { role: 'watch', officer: 'watch-3', languages: ['ar'], from: story - 200 * min, to: story + 280 * min }, bravo: onWatch ? { role: 'watch', officer: 'watch-1', languages: ['he'], from: story, to: story + 480 * min } : null, supervisor: { role: 'watch', officer: 'duty-2', languages: ['en', 'ar', 'he'], from: story - 400 * min, to: story + 80 * min } },
    answer_now: urgent.map(item), owed: owed.map(item), waiting: waiting.map(item), info: info.map(item),
    alarms: quiet ? [] : [
      ...(flash ? [{ id: 'f1', kind: 'flash-unanswered', level: 'Z', text: T(`FLASH without receipt: CEASE ${flash.number}, fire at Tell Asfar, North District`, `خاطف بلا إقرار بالاستلام: أوقِفوا ${flash.number}، نيران عند تل أصفر، الناحية الشمالية`, `בזק ללא אישור קבלה: עצרו ${flash.number}, אש בתל אצפר, הנפה הצפונית`), matter: flash.key, since: flash.at, acknowledged, dismissable: false, due: flash.waiting[0].due }] : []),
      { id: 'r1', kind: 'readback', level: 'O', text: T('Read back by Desk Alpha differs: S-6, place', 'إعادة القراءة من مكتب ألفا مختلفة: S-6، المكان', 'ההקראה של שולחן אלפא אינה תואמת: S-6, מקום'), matter: m2.key, since: t2 + 4 * min, acknowledged: true, dismissable: false, due: null },
    ],
    links: [
      { desk: 'alpha', via: 'supervisor', state: demo.link_cut ? 'tech-down' : 'degraded', since: story - 11 * min, head_age_ms: 14_200 + (now() % 10_000), held_here: demo.link_cut ? 3 : 0, skew_ms: 40, cause: T('round trip 2.4 s', 'زمن الذهاب والإياب 2.4 ث', 'זמן הלוך ושוב 2.4 שנ׳') },
      { desk: 'supervisor', via: 'direct', state: 'up', since: story - 400 * min, head_age_ms: 900, held_here: 0, skew_ms: 12, cause: T('', '', '') },
    ],
  }
}
const checks = () => ({ checks: [
  { key: 'supervisor:c3', at: story - 30 * min, from: 'supervisor', to: ['alpha', 'bravo'], answered: { alpha: story - 29 * min, bravo: story - 28 * min }, result: 'answered', attempts: [], code: '4821-0937-1174-6620-3' },
  { key: 'supervisor:c2', at: story - 90 * min, from: 'supervisor', to: ['alpha', 'bravo'], answered: { alpha: null, bravo: story - 89 * min }, result: 'missed', attempts: [], code: '1190-3381-7702-0045-8' },
  { key: 'bravo:c1', at: story - 150 * min, from: 'bravo', to: ['alpha', 'supervisor'], answered: { alpha: story - 149 * min, supervisor: story - 149 * min }, result: 'answered', attempts: [], code: '7745-0021-6634-9981-1' },
], attempts: [{ at: story - 78 * min, desk: 'supervisor', to: 'alpha', means: 'telephone', outcome: 'answered', text: T('Telephone: answered, line restored at 061313Z', 'هاتف: أُجيب، واستؤنف الخط في 061313Z', 'טלפון: נענה, הקו חודש ב־061313Z') }] })
const channels = () => ({ channels: [
  { pair: ['alpha', 'bravo'], state: 'degraded', since: story - 11 * min, cause: T('Records arrive late at alpha; journal heads 14 s behind', 'القيود تصل متأخرة إلى ألفا، ورؤوس السجل متأخرة 14 ث', 'רשומות מגיעות באיחור לאלפא; ראשי היומן בפיגור 14 שנ׳'), evidence: ['supervisor#4', 'bravo#20'], confidence: 'medium', declared_by: null, history: [{ at: story - 11 * min, state: 'degraded', by: 'supervisor', ref: 'supervisor#4' }, { at: story - 400 * min, state: 'up', by: 'supervisor', ref: 'supervisor#1' }] },
  { pair: ['bravo', 'supervisor'], state: 'up', since: story - 400 * min, cause: T('', '', ''), evidence: [], confidence: 'high', declared_by: null, history: [] },
] })
const journals = () => ({ code: '4821-0937-1174-6620-3', same: true, journals: ['alpha', 'bravo', 'supervisor'].map((d, i) => ({
  desk: d, gen: 1, size: counts[d] + 1, root: hex(i + 3), at: now() - 2000, checkpoint: `parley.cedar/${d}/1\n${counts[d] + 1}\n`,
  cosigned: ['alpha', 'bravo', 'supervisor'].filter((x) => x !== d).map((x) => ({ desk: x, at: now() - 1500, size: counts[d] + 1 })),
  views: Object.fromEntries(['alpha', 'bravo', 'supervisor'].filter((x) => x !== d).map((x) => [x, { size: counts[d] + 1, same: true }])),
  entries: Array.from({ length: 14 }, (_, k) => {
    const index = counts[d] - k
    const held = allRecords().find((r) => r.desk === d && r.index === index)
    return held ? { index, held: true, ref: held.ref, kind: held.kind, code: held.code, text: held.text, at: held.at, to: held.to, commitment: held.commitment } : { index, held: (index + i) % 3 > 0, ref: `${d}#${index}`, kind: 'cell.receipt/1', code: 'RECEIPT', text: T('Delivered: one record', 'سُلِّم قيد واحد', 'נמסרה רשומה אחת'), at: story - k * 4 * min, to: ['supervisor'], commitment: '01' + hex(index * 13 + i) }
  }),
})) })
const allRecords = () => [...matters.values()].flatMap((m) => m.records)
let demoOn = process.env.DEMO !== '0'
const demo = { scenario: 'cell', started: true, step: 'answer', prompt: T('A FLASH has come from Desk Alpha. Press F2 to open it, then A to acknowledge receipt.', 'وردت رسالة خاطفة من مكتب ألفا. اضغط F2 لفتحها ثم A للإقرار بالاستلام.', 'הגיעה הודעת בזק משולחן אלפא. הקישו F2 לפתיחה ואז A לאישור קבלה.'), steps: ['take-watch', 'answer', 'read-back', 'cut', 'proof'].map((id, i) => ({ id, title: T(`Step ${i + 1}`, `الخطوة ${i + 1}`, `שלב ${i + 1}`), done: i < 1 })), link_cut: false, withholding: false, proof_command: 'go run ./cmd/parley verify alpha-41.proof --charter charter.note', end: null }

const streams = new Set()
const push = (event, data) => { pos++; for (const s of streams) s.write(`event: ${event}\nid: ${pos}\ndata: ${JSON.stringify({ now: now(), rate: 1, pos, ...data })}\n\n`) }
setInterval(() => { for (const s of streams) s.write(`event: tick\ndata: ${JSON.stringify({ now: now(), rate: 1 })}\n\n`) }, 10_000)

function act(body) {
  const about = body.about ? matters.get(body.about) : null
  const own = about?.columns.find((c) => c.desk === 'bravo')
  const at = now()
  const short = body.kind.split('/')[0].split('.')[1]
  if (body.kind === 'hotline.watch/1') { onWatch = true; return record('bravo', 'WATCH', at, T('Desk Bravo has the watch.', 'مكتب برافو في المناوبة.', 'המשמרת בידי שולחן בראבו.')) }
  if (body.kind.startsWith('cell.') || body.kind === 'hotline.correct/1') {
    const r = record('bravo', short.toUpperCase(), at, T(`Desk Bravo: ${short}.`, `مكتب برافو: ${short}.`, `שולחן בראבו: ${short}.`), { kind: body.kind, free: body.body.text?.text ? [{ field: 'text', lang: body.body.text.lang, text: body.body.text.text, translations: [] }] : [] })
    about.records.push(r)
    const done = (name) => { about.waiting = about.waiting.filter((w) => !(w.desk === 'bravo' && w.for === name)) }
    if (short === 'received') { own.received = { at, role: 'watch', record: r.ref }; done('received'); about.actions = about.actions.filter((a) => a !== 'receive') }
    if (short === 'readback') { const p = about.records[0].fields.find((f) => f.kind === 'place')?.raw; const same = !body.body.place || !p || body.body.place.id === p.id; own.readback = { at, role: 'watch', record: r.ref, matches: same, difference: same ? null : T('Place: another place than in the message.', 'المكان: غير المكان الوارد في الرسالة.', 'מקום: אחר מזה שבהודעה.') }; done('readback') }
    if (short === 'disseminated') { own.disseminated.push({ ...body.body, role: 'watch', record: r.ref }); done('disseminated') }
    if (short === 'position') { own.position = { at, position: body.body.position, text: body.body.text ?? null, role: 'watch', record: r.ref }; done('position') }
    if (short === 'translation') { const src = about.records.find((x) => x.ref === body.cites?.[0]); src?.free.find((f) => f.field === body.body.field)?.translations.push({ ...body.body, status: body.body.standing, by: 'bravo', record: r.ref }) }
    return { ...r, key: about.key }
  }
  const form = templates.find((x) => x.kind === body.kind || x.code === body.kind)
  const fields = form.fields.filter((f) => body.body[f.name] !== undefined && f.type !== 'free').map((f) => fld(f.name, f.label, f.type, String(f.type === 'place' ? body.body[f.name].text : f.type === 'time' ? dtg(body.body[f.name]) : body.body[f.name]), body.body[f.name]))
  const r = record('bravo', form.code, at, form.name, { fields, free: form.fields.filter((f) => f.type === 'free' && body.body[f.name]).map((f) => ({ field: f.name, ...body.body[f.name], translations: [] })) })
  const m = matter({ number: 'B-' + serial, precedence: body.precedence ?? form.precedence, subject: form.name, records: [r], columns: body.to.map((d) => column(d, { delivered: { at: at + 200, record: d + '#99' } })), waiting: body.to.map((d) => wait(d, 'received', at, at + 2 * min)), actions: ['correct', 'cancel', 'update'] })
  return { ...r, key: m.key }
}

// Who works here: /mock/as?roles=administrator changes it, /mock/lock and /mock/out say the rest.
const rights = ['read', 'safety', 'watch', 'file', 'draft', 'release', 'commit', 'translate', 'speak', 'export', 'officers', 'log', 'keys']
const granted = { watch: 'read safety watch file draft export', 'desk-head': 'read safety watch file draft release commit export keys', drafter: 'read draft', releaser: 'read release', interpreter: 'read translate', liaison: 'read speak', viewer: 'read', administrator: 'officers', security: 'log keys' }
const policy = { rights, break_glass: rights.filter((r) => !['officers', 'keys'].includes(r)), baskets: ['hotline', 'incident', 'intelligence', 'protection'], roles: Object.entries(granted).map(([role, r]) => ({ role, rights: r.split(' ') })), kinds: [['hotline.cease/1', 'safety'], ['hotline.message/1', 'file'], ['cell.received/1', 'watch'], ['intel.draft/1', 'draft']].map(([kind, right]) => ({ kind, right, code: '', basket: '', also: '', node: false })), routes: [['GET', '/api/v1/desk', 'signed-in'], ['GET', '/api/v1/officers', 'officers'], ['GET', '/api/v1/log', 'log'], ['POST', '/api/v1/records', 'by-kind']].map(([method, path, right]) => ({ method, path, right })) }
const session = { state: 'open', officer: 'watch-1', name: 'Officer One', roles: ['watch', 'desk-head'], baskets: ['hotline'], all: false, lock_after_ms: 0, how: 'passkey', key: true, broken_until: 0, ways: ['passkey', 'code', 'link'], exercise: true, desk: 'bravo', cell: 'cedar' }
const mayDo = () => rights.filter((r) => session.roles.some((role) => granted[role].split(' ').includes(r)))
const officer = (code, name, roles, more) => ({ code, name, roles, baskets: [], all: true, languages: ['ar', 'en'], disabled: false, exercise: false, added: t0 - 40 * 24 * 60 * min, keys: 1, has_code: false, link_until: 0, ...more })
const officers = () => [officer('admin-1', 'Administrator', ['administrator']), officer('head-1', 'Head of the desk', ['desk-head']), officer('interp-1', '', ['interpreter'], { keys: 0, link_until: now() + 20 * 60 * min }), officer('sec-1', 'Security', ['security'], { keys: 0, has_code: true }), officer('watch-1', 'Officer One', ['watch', 'drafter'], { all: false, baskets: ['hotline', 'incident'] }), officer('watch-9', 'Left', ['watch'], { disabled: true })]
const events = () => [['break-glass', 'watch-1', '', 'desk head not reached, warning to release'], ['signed-in', 'watch-1', '', 'a key'], ['refused', '', '', 'a key that is not known here'], ['linked', 'interp-1', 'admin-1', ''], ['locked', 'head-1', '', '']].map(([kind, officer, by, detail], i) => ({ at: now() - i * 7 * min, kind, officer, by, where: '192.0.2.' + (i + 7), detail }))
const proposal = (key, what, act, more) => ({ key: 'bravo:' + key, number: 'B-' + key, what, text: T('', '', ''), act: JSON.stringify(act), act_code: '', act_name: {}, act_text: {}, to: [], reason: '', by: 'head-1', role: 'desk-head', at: now() - 40 * min, until: now() + 18 * 60 * min, state: 'waiting', state_name: T('waiting', 'بالانتظار', 'ממתין'), open: true, right: 'release', may: true, why: '', why_text: {}, approval: '', filed: '', file: false, ...more })
const proposals = () => [
  proposal('p1', 'export', { record: 'alpha#41' }, { reason: 'asked for by the joint inquiry' }),
  proposal('p2', 'list', { list: 'protection' }, { reason: 'for the district hospital', by: 'watch-1', role: 'watch', until: now() + 40 * min, may: false, why: 'cell.approval-same' }),
  proposal('p3', 'charter', { version: 2, hash: '9f'.repeat(32) }, { reason: 'two new corridors', state: 'done', state_name: T('done', 'تم', 'בוצע'), approval: 'bravo#76', filed: 'bravo#77', may: false, right: 'keys' }),
]

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const csp = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'"

createServer(async (req, res) => {
  const url = new URL(req.url, 'http://x')
  const json = (value, code = 200) => { res.writeHead(code, { 'Content-Type': code < 400 ? 'application/json' : 'application/problem+json' }); res.end(value === undefined ? '' : JSON.stringify(value)) }
  const none = () => { res.writeHead(204); res.end() }
  const p = decodeURIComponent(url.pathname)
  let raw = ''
  for await (const chunk of req) raw += chunk
  if (p === '/mock/quiet') { quiet = !quiet; push('state', {}); return none() }
  if (p === '/mock/as') { session.roles = (url.searchParams.get('roles') ?? 'watch').split(','); session.state = 'open'; return none() }
  if (p === '/mock/lock') { session.state = 'locked'; session.lock_after_ms = 300_000; return none() }
  if (p === '/mock/out') { session.state = 'none'; session.lock_after_ms = 300_000; return none() }
  if (p === '/mock/watch') { onWatch = true; return none() }
  if (p === '/mock/end') { demo.end = demo.end ? null : { real: T('Signing, sending, receipts, proofs.', 'التوقيع والإرسال والإيصالات والإثباتات.', 'חתימה, שליחה, אישורים, הוכחות.'), scripted: T('The other two officers.', 'الضابطان الآخران.', 'שני הקצינים האחרים.'), limits: T('One machine; invented places and lines.', 'جهاز واحد؛ أماكن وخطوط مبتكرة.', 'מחשב אחד; מקומות וקווים בדויים.') }; return none() }
  if (p.startsWith('/api/v1/')) {
    const q = p.slice(8)
    if (q === 'session') return json(session.state === 'none' ? { ...session, officer: '', name: '', roles: [], rights: [] } : { ...session, rights: mayDo() })
    if (q === 'session/lock') { session.state = 'locked'; return none() }
    if (q === 'session/touch') return none()
    if (q === 'policy') return json(policy)
    if (q === 'officers') return json({ officers: officers() })
    if (/^officers\/[^/]+\/tokens$/.test(q)) return json({ tokens: [{ id: 'k3f9', scope: ['read', 'export'], until: now() + 24 * 60 * min, made: t0, revoked: 0 }] })
    if (/^officers\/[^/]+\/enrol$/.test(q)) return json({ secret: 'Zx9-secret_'.repeat(4), links: ['https://bravo.cell.test/enrol#' + 'Zx9-secret_'.repeat(4)], until: now() + 24 * 60 * min })
    if (q === 'enrol/begin') return json({ officer: { code: 'interp-1', name: 'Interpreter' }, publicKey: {}, totp: { uri: 'otpauth://totp/x', secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', qr: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' } })
    if (q === 'log') return json({ events: events() })
    if (q === 'proposals') return json({ proposals: proposals() })
    if (q === 'desk') return json(desk())
    if (q === 'watch') return json(watch())
    if (q === 'matters') { const st = url.searchParams.get('state'); return json({ matters: [...matters.values()].filter((m) => st === 'all' || (st === 'open') === m.waiting.length > 0).map(item), more: false }) }
    if (q.startsWith('matters/')) { const m = matters.get(q.slice(8)); return m ? json(m) : json({ title: 'not found', status: 404 }, 404) }
    if (q === 'records' && req.method === 'POST') {
      const body = JSON.parse(raw)
      if (body.body?.place?.notation === 'unread') return json({ title: 'refused', status: 422, detail: 'place', errors: [{ location: 'body.place.lat', message: 'no latitude' }] }, 422)
      const r = act(body)
      push('feed', { matters: [r.key], records: [r.ref] })
      return json({ key: r.key, ref: r.ref, id: r.id, serial: r.serial, at: r.at, commitment: r.commitment }, 201)
    }
    if (q.endsWith('/proof')) { res.writeHead(200, { 'Content-Type': 'text/plain' }); return res.end('parley/proof/v1\n') }
    if (q.startsWith('records/')) { const r = allRecords().find((x) => x.ref === q.slice(8) || x.id === q.slice(8)); return r ? json(r) : json({ title: 'not held here', status: 404, detail: 'Only the commitment of this record is held here.' }, 404) }
    if (q === 'journals') return json(journals())
    if (q === 'translations') return json({ queue: [...matters.values()].flatMap((m) => m.records.flatMap((r) => r.free.map((f) => ({ key: m.key, ref: r.ref, field: f.field, lang: f.lang, text: f.text, want: ['ar', 'he', 'en'].filter((l) => l !== f.lang && !f.translations.some((x) => x.lang === l)) })))).filter((j) => j.want.length) })
    if (q === 'checks') return json(checks())
    if (q === 'channels') return json(channels())
    if (q.startsWith('alarms/')) { acknowledged = true; push('state', {}); return none() }
    if (q === 'demo') return demoOn ? json(demo) : json({ title: 'not found' }, 404)
    if (q.startsWith('demo/')) { const a = q.slice(5); if (a === 'cut') demo.link_cut = true; if (a === 'restore') demo.link_cut = false; if (a === 'withhold') demo.withholding = true; if (a === 'release') demo.withholding = false; push('state', {}); return none() }
    if (q === 'events') { res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }); res.write(': hello\n\n'); streams.add(res); req.on('close', () => streams.delete(res)); return }
    return json({ title: 'not found', status: 404 }, 404)
  }
  let file = join(dist, p)
  if (!extname(p) || !existsSync(file)) file = join(dist, 'index.html')
  res.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': csp })
  res.end(readFileSync(file))
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`))
