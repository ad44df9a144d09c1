import { engineOf } from '../../../shared/access/engine.ts';
import { evaluate } from '../../../shared/access/evaluate.ts';
import { shippedCatalogues } from '../../../shared/access/shipped-catalogues.ts';
import { count, type Finding, median } from '../finding.ts';
import { makeCasbin } from './casbin.ts';
import { makeCasl } from './casl.ts';
import { makeCedar } from './cedar.ts';
import { makeDistrict } from './district.ts';

const today = '2026-10-15';
const questions = 10_000;
const rounds = 9;

/** `most`: questions that the engine is asked in a round; slow ones are asked fewer. `aim`: how much slower than ours it should be. */
type Engine = { name: string; decide: (at: number) => boolean; most: number; aim?: number };

/** Decisions in memory: the catalogue's compiled rows beside other engines, all with the same facts, and all agreeing. */
export async function engines(): Promise<Finding[]> {
  const catalogue = shippedCatalogues.get('hmh');
  if (catalogue === undefined) throw new Error('hmh is shipped');
  const permissions = catalogue.rows
    .filter(({ resources }) =>
      ['class', 'school', 'student'].every((type) => resources.some((one) => one === type)),
    )
    .map(({ permission }) => permission);
  const { staff, queries, enrollments } = makeDistrict(permissions, questions, 7);
  const engine = engineOf(shippedCatalogues);
  const ours = (at: number): boolean => {
    const query = queries[at];
    return query !== undefined && engine.allows(query.facts, query.question, today);
  };
  const explaining = (at: number): boolean => {
    const query = queries[at];
    return (
      query !== undefined && evaluate(shippedCatalogues, query.facts, query.question, { today }).decision
    );
  };
  const others: Engine[] = [
    { name: 'the same with its reason in words', decide: explaining, most: questions },
    { name: 'CASL, abilities cached', decide: makeCasl(catalogue, staff, queries), most: questions, aim: 4 },
    { name: 'node-casbin', decide: await makeCasbin(catalogue, staff, queries), most: 300, aim: 50 },
    { name: 'cedar-wasm', decide: makeCedar(catalogue, queries, today), most: 300, aim: 200 },
  ];
  const granted = queries.filter((_, at) => ours(at)).length;
  const findings: Finding[] = [
    {
      what: `decisions on ${count(staff.length)} staff and ${count(enrollments)} enrollments`,
      measured: `${count(questions)} questions of ${permissions.length} permissions, ${count(granted)} granted`,
    },
  ];
  for (const engine of others) findings.push(...compare(ours, engine));
  return findings;
}

function compare(ours: (at: number) => boolean, { name, decide, most, aim }: Engine): Finding[] {
  let agreed = 0;
  for (let at = 0; at < questions; at++) if (ours(at) === decide(at)) agreed++;
  const times: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [a, b] = round % 2 === 0 ? [ours, decide] : [decide, ours];
    const [first, second] = [
      perDecision(a, a === ours ? questions : most),
      perDecision(b, b === ours ? questions : most),
    ];
    times.push(round % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  const ratio = median(times.map((time) => time.theirs / time.ours));
  const micro = (ms: number) => `${(ms * 1000).toFixed(2)} µs`;
  const [mine, theirs] = [median(times.map((time) => time.ours)), median(times.map((time) => time.theirs))];
  return [
    {
      what: `compiled rows beside ${name}`,
      measured: `${micro(mine)} beside ${micro(theirs)}`,
      ratio,
      ...(aim === undefined ? {} : { aim: `≥ ${aim}×`, met: ratio >= aim }),
    },
    {
      what: '  agreeing',
      aim: `${count(questions)}`,
      measured: `${count(agreed)}`,
      met: agreed === questions,
    },
  ];
}

/**
 * Milliseconds each. Questions are asked in blocks that are repeated: the first time round, reading scattered facts from memory takes
 * longer than any engine here takes to decide.
 */
function perDecision(decide: (at: number) => boolean, questions: number): number {
  const repeats = questions > block ? 20 : 1;
  const from = performance.now();
  for (let begin = 0; begin < questions; begin += block) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (let at = begin; at < Math.min(questions, begin + block); at++) decide(at);
    }
  }
  return (performance.now() - from) / questions / repeats;
}

const block = 300;
