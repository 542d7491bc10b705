// Writes the made-up memory of a little bicycle shop as exports, whose times never change, so that neither do the pictures.
//
//   node seed.mjs <folder>    writes shop.jsonl, office.jsonl and counter.jsonl into it, for `soma import`
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const desk = 'front-desk (k7m2)';
const workshop = 'workshop (p4x9)';
const put = (by, id, payload, importance = 1) => ({ op: 'put', by, coord: `@${id}`, importance, has_text: true, payload });
const link = (by, from, type, to, strength = 1) => ({ op: 'link', by, coord: `@${from}`, to: `@${to}`, link_type: type, strength });

const shop = [
  put(desk, 'hours', { text: 'The shop opens at nine and closes at six, on Saturdays at two', topic: 'shop' }, 2),
  put(desk, 'mia', { text: 'The front tyre of Mia is flat', customer: 'Mia', bicycle: 'green city bicycle' }),
  put(desk, 'mia/phone', { text: 'Mia wants to be called before anything above 40 euros', customer: 'Mia' }, 2),
  put(workshop, 'job-7', { text: 'Job 7: put in a new inner tube, 28 inches', status: 'open', customer: 'Mia' }),
  link(workshop, 'job-7', 'repairs', 'mia'),
  put(workshop, 'stock/tube-28', { text: 'Inner tubes for 28 inch wheels: 12 are left on the second shelf', topic: 'stock' }),
  link(workshop, 'job-7', 'needs', 'stock/tube-28', 0.8),
  put(desk, 'omar', { text: 'Omar rides to work every day and brings his bicycle on Fridays', customer: 'Omar', bicycle: 'black touring bicycle' }),
  put(workshop, 'job-8', { text: 'Job 8: adjust the brakes, the rear one squeals', status: 'open', customer: 'Omar' }),
  link(workshop, 'job-8', 'repairs', 'omar'),
  put(workshop, 'stock/brake-pads', { text: 'Brake pads for rim brakes are sold out until Thursday', topic: 'stock' }, 2),
  link(workshop, 'job-8', 'needs', 'stock/brake-pads', 0.8),
  put(desk, 'mia', { text: 'The rear tyre of Mia is flat', customer: 'Mia', bicycle: 'green city bicycle' }),
  link(desk, 'mia/phone', 'is-about', 'mia'),
  put(desk, 'lena', { text: 'Lena asked for a child seat that fits a step-through frame', customer: 'Lena' }),
  link(desk, 'lena', 'is-a-sister-of', 'mia'),
  put(desk, 'supplier', { text: 'The supplier delivers on Tuesdays and Thursdays before ten', topic: 'shop' }),
  link(desk, 'stock/brake-pads', 'comes-from', 'supplier', 0.5),
  link(desk, 'stock/tube-28', 'comes-from', 'supplier', 0.5),
  put(workshop, 'tool/pump', { text: 'The floor pump with the gauge hangs beside the door', topic: 'workshop' }),
  put(workshop, 'job-7', { text: 'Job 7: put in a new inner tube, 28 inches', status: 'done', customer: 'Mia' }),
  put(desk, 'mia', { text: 'The rear tyre of Mia is mended and holds', customer: 'Mia', bicycle: 'green city bicycle' }),
  put(desk, 'omar/offer', { text: 'Omar was offered a dynamo light for 89 euros and thinks about it', customer: 'Omar' }),
  put(workshop, 'warranty', { text: 'Repairs have a warranty of six months, tyres and tubes have none', topic: 'shop' }, 2),
];
const office = [
  put('office-agent (t2c5)', 'invoice-3', { text: 'Invoice 3 of the supplier is paid', topic: 'invoices' }),
  put('office-agent (t2c5)', 'invoice-4', { text: 'Invoice 4 for brake pads is due on 20 March', topic: 'invoices' }),
  put('office-agent (t2c5)', 'tax', { text: 'The tax adviser wants all receipts of the quarter by 5 April', topic: 'tax' }, 2),
];

// What customers said at the counter in a year: enough memories for a map, about eight things.
const said = {
  tyres: [['The tyre', 'The inner tube', 'The valve'], ['is flat again', 'loses air over night', 'is worn down to the casing', 'was cut by glass'], ['in front', 'at the rear', 'since the tour', 'after two weeks']],
  brakes: [['The disc brake', 'The rim brake', 'The brake lever'], ['squeals', 'drags', 'hardly grips', 'feels spongy'], ['in the rain', 'when it is cold', 'downhill', 'on the first metres']],
  lights: [['The dynamo light', 'The rear lamp', 'The headlight'], ['flickers', 'went out', 'blinds others', 'works only when standing still'], ['in the evening', 'on cobblestones', 'since winter', 'after washing']],
  gears: [['The derailleur', 'The hub gear', 'The chain'], ['skips', 'jumps off', 'grinds', 'will not shift'], ['in third gear', 'under load', 'uphill', 'when changing down']],
  saddles: [['The saddle', 'The seat post', 'The sprung seat'], ['is too high', 'slips down', 'creaks', 'hurts'], ['on long rides', 'after an hour', 'when turning', 'for her back']],
  children: [['The child seat', 'The trailer for two children', 'The balance bike'], ['must fit a low frame', 'needs a second belt', 'is wanted in red', 'should be ready'], ['for a birthday', 'before the holidays', 'for twins', 'by Saturday']],
  bills: [['The invoice', 'The bill', 'The receipt'], ['was paid', 'has the wrong address', 'is missing', 'must name the company'], ['by card', 'in cash', 'for the insurance', 'for the tax office']],
  hours: [['She', 'He', 'A student'], ['asks about opening hours', 'wants an appointment', 'comes to collect the bicycle', 'calls before coming'], ['on Saturday morning', 'after six', 'in the lunch break', 'on Friday']],
};

const counter = Object.entries(said).flatMap(([topic, [what, how, when]]) =>
  what.flatMap((one, i) => how.flatMap((two, j) => when.map((three, k) => put(desk, `${topic}/${i}${j}${k}`, { text: `${one} ${two} ${three}`, topic })))));

/** The writes as an export: numbered, with a quarter of an hour between them, from nine o'clock on 2 March 2026. */
function exportOf(namespace, writes) {
  const memories = new Map();
  const rows = writes.map((write, i) => {
    const seq = i + 1;
    const at = new Date(Date.UTC(2026, 2, 2, 9) + i * 900_000).toISOString();
    if (write.op === 'link') {
      return { seq, ...write, at };
    }

    const { op, by, coord, ...content } = write;
    const before = memories.get(coord);
    const version = (before?.version ?? 0) + 1;
    const created = before ?? { created_seq: seq, created_at: at };
    memories.set(coord, { ...created, version });
    return { seq, op, coord, at, by, version, created_seq: created.created_seq, created_at: created.created_at, memory_type: 'episodic', ...content };
  });
  const head = { soma_export: 1, tenant: 'default', namespace, head_seq: rows.length, horizon: 0 };
  const body = [head, ...rows].map(row => `${JSON.stringify(row)}\n`).join('');
  return `${body}${JSON.stringify({ end: true, rows: rows.length, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}

const folder = process.argv[2];
writeFileSync(join(folder, 'shop.jsonl'), exportOf('shop', shop));
writeFileSync(join(folder, 'office.jsonl'), exportOf('office', office));
writeFileSync(join(folder, 'counter.jsonl'), exportOf('counter', counter));
