import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';

import { Analysis, DecodeError, RISK_LEVELS } from 'axiomo';
import { TEXT } from './support.mjs';

/** A letter as JSON writes it by its number, whose digits are written in two ways. */
function escaped(letter, spelling) {
  const digits = letter.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${spelling % 2 === 0 ? digits : digits.toUpperCase()}`;
}

test('a text that was kept reads as it did', () => {
  const analysis = Analysis.fromJSON(TEXT);
  assert.equal(analysis.raw, TEXT);
  assert.deepEqual(analysis.signal, JSON.parse(TEXT).signal);
  assert.equal(analysis.signalId, JSON.parse(TEXT).signal_id);
  assert.deepEqual(analysis.meta.decodeWarnings, []);
});

test('how an analysis was obtained that was read is not known', () => {
  const { meta } = Analysis.fromJSON(TEXT);
  assert.deepEqual([meta.status, meta.requestId, meta.rateLimit, meta.attempts], [null, null, null, []]);
  assert.equal(JSON.parse(JSON.stringify(meta)).status, null);
});

test('sections that are not there can be read, and are not listed', () => {
  const { signal } = Analysis.fromJSON('{"signal": {"version": "axiomo.signal.v1"}}');
  assert.deepEqual([signal.risk.level, signal.risk.drivers, signal.focus.files], [undefined, [], []]);
  assert.deepEqual([signal.contributors, signal.intent], [[], undefined]);
  assert.equal(JSON.stringify(signal), '{"version":"axiomo.signal.v1","contributors":[]}');
});

test('what cannot be read is absent and named', () => {
  const { signal, meta } = Analysis.fromJSON('{"signal": {"risk": {"level": 5, "score": "0.5", "drivers": null}}}');
  assert.deepEqual([signal.risk.level, signal.risk.score], [undefined, undefined]);
  assert.ok(meta.decodeWarnings.includes('signal.risk.level'), meta.decodeWarnings.join());
});

test('what is not known is kept, and its integers are exact', () => {
  const text =
    '{"signal": {"risk": {"level": "cosmic", "heat": {"degrees": 9007199254740993, "of": "9007199254740993", "less": -1.5e3}}}, "more": 1}';
  const analysis = Analysis.fromJSON(text);
  assert.equal(analysis.signal.risk.level, 'cosmic');
  const heat = { degrees: 9007199254740993n, of: '9007199254740993', less: -1500 };
  assert.deepEqual(analysis.extra('signal.risk'), { heat });
  assert.deepEqual(analysis.extra(), { more: 1 });
  assert.deepEqual(analysis.extra('signal.nowhere'), {});
  assert.match(analysis.raw, /9007199254740993/);
});

test('a text that marks integers as we do is not mistaken', () => {
  const analysis = Analysis.fromJSON('{"signal": {}, "odd": {"$bigint": "5"}, "large": 123456789012345678901234567890}');
  assert.deepEqual(analysis.extra(), { odd: { $bigint: '5' }, large: 123456789012345678901234567890n });
});

test('no spelling of a name is mistaken for a mark', () => {
  for (const name of ['$bigint', '$bigint_', '$bigint__', 'x$bigint']) {
    for (let spelling = 0; spelling < 2 ** name.length; spelling++) {
      const letters = [...name].map((letter, place) => ((spelling >> place) & 1 ? escaped(letter, spelling) : letter));
      for (const value of ['"x"', '"5"', '{"$bigint": "5"}']) {
        const odd = `{"${letters.join('')}": ${value}, "\\\\u0024bigint": "6"}`;
        const text = `{"signal": {}, "odd": ${odd}, "large": 12345678901234567890}`;
        assert.deepEqual(Analysis.fromJSON(text).extra(), { odd: JSON.parse(odd), large: 12345678901234567890n }, odd);
      }
    }
  }
});

test('what is no analysis is refused', () => {
  for (const text of ['', '[]', '{}', '{"signal": 5}', 'nonsense']) {
    assert.throws(() => Analysis.fromJSON(text), DecodeError, text);
  }
});

test('values have their order, and what is printed shows what is there', () => {
  assert.deepEqual(RISK_LEVELS, ['low', 'medium', 'high', 'critical']);
  assert.match(inspect(Analysis.fromJSON(TEXT)), /^Analysis \{[^]*signalId[^]*risk/);
});
