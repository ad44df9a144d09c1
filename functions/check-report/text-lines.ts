import type { FeedFile } from '../../shared/feeds/byte-source.ts';
import { refusal } from '../../shared/feeds/problem-texts.ts';
import { Utf8Gate } from '../../shared/feeds/utf8-gate.ts';

export type TextLine = { line: number; text: string };

const longestLine = 1024 ** 2;

/**
 * Lines of a text, about one batch per piece; any line ends, with or without byte order mark.
 * @throws {FeedRejected} not-utf8, row-too-long
 */
export async function* textLines(file: FeedFile): AsyncGenerator<TextLine[]> {
  const gate = new Utf8Gate(file.name);
  let rest = '';
  let line = 1;
  const take = (texts: string[]): TextLine[] => texts.map((text) => ({ line: line++, text }));
  let isStart = true;
  for await (const piece of file.stream()) {
    const text = gate.check(piece).toString('utf8');
    rest += isStart ? text.replace(/^\ufeff/, '') : text;
    isStart &&= text === '';
    // A carriage return at the end may be half of a line end.
    const whole = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const texts = rest.slice(0, whole).split(/\r\n|\n|\r/);
    rest = (texts.pop() ?? '') + rest.slice(whole);
    if (rest.length > longestLine)
      throw refusal('row-too-long', { file: file.name, row: line + texts.length });
    if (texts.length > 0) yield take(texts);
  }
  gate.end();
  const last = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
  if (rest !== '') yield take([last]);
}
